"""One night's run in a copy of the repository: locks, the whole way to the files for a hub, and what came of it."""

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path

from hubwright.cli.asked import plan_now
from hubwright.cli.build import go_on, run_of
from hubwright.cli.engines import say
from hubwright.cli.ledger import last_account, open_ledger
from hubwright.cli.lock import locks_today
from hubwright.cli.matrix import prepare
from hubwright.cli.trust import Trust, open_trust
from hubwright.cli.workshop import Job, open_job
from hubwright.contents.document import PackageList
from hubwright.errors import HubwrightError
from hubwright.files import write_atomically
from hubwright.frozen import dataclass
from hubwright.locks.run import Locks
from hubwright.night import ImageDiff, StartDiff
from hubwright.pipeline.contents import complete_lists, lists_of
from hubwright.pipeline.nights import image_diffs, interest_in_last_good, last_good, start_diffs, unknown_before
from hubwright.pipeline.past import records
from hubwright.pipeline.planning import Prepared
from hubwright.planned import Made
from hubwright.report.accounts.run import Run
from hubwright.report.markdown import report_markdown
from hubwright.schedule import Done
from hubwright.tree import DiskTree


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a night is told: the matrix in its copy, the registry, how many builds side by side, where outputs go."""

    matrix_file: Path
    registry: str
    jobs: int | None
    out: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came of it. `busy` is whether anything was built or rehearsed, `wrong` what it ended with, the worst first.

    `emitted` is whether the files for a hub were written, `report` the run's own in Markdown.
    """

    wrong: list[HubwrightError]
    busy: bool = False
    emitted: bool = False
    starts: tuple[StartDiff, ...] = ()
    images: tuple[ImageDiff, ...] = ()
    unread: tuple[str, ...] = ()
    report: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Yesterday:
    """What the repository asked for before its locks moved, and what is in those images."""

    prepared: Prepared
    lists: Mapping[str, PackageList] = field(default_factory=dict)


def lock_anew(matrix_file: Path) -> tuple[Locks, Yesterday | None]:
    """Write the locks of today, but for what cannot be resolved; return them, and what was before."""
    locks = locks_today(matrix_file, (), tolerant=True)
    yesterday = None
    # What cannot be planned has no images that could be asked about.
    with suppress(HubwrightError), DiskTree(matrix_file.parent) as tree:
        prepared = prepare(tree, matrix_file.name, ())
        yesterday = Yesterday(
            prepared=prepared,
            lists=lists_of(tree, prepared.matrix, prepared.roots, prepared.matrix.variants),
        )
    for file in locks.files:
        if file.moved:
            write_atomically(matrix_file.parent / file.path, file.after)
    return locks, yesterday


def go_through(order: Order, yesterday: Yesterday | None) -> Came:
    """Go the whole way, strictly; what ends it early is in what is returned, as people have to see it."""
    try:
        with (
            open_job(order.matrix_file, (), order.registry, order.jobs) as job,
            open_ledger(run_of(job, "emit", order.out), job.redact) as ledger,
        ):
            if yesterday:
                _complete(job, yesterday)
            trust = open_trust(order.registry, job.root, job.destination, job.matrix.ecr)
            go_on(job, trust, ledger, "emit", keep=False, strict=True)
            came = _seen(job, trust, ledger.run)
            ledger.changed(came.images)
        # The last thing that may be wrong is that the run's own account cannot be written.
        told = last_account(order.out)
        report = report_markdown(told) if told else ""
        return replace(came, wrong=ledger.wrong, report=report)
    except HubwrightError as error:
        return Came(wrong=[error], busy=True)


def _complete(job: Job, yesterday: Yesterday) -> None:
    """See to it that what is in yesterday's images is known, to compare today's with; without it, less is told."""
    try:
        digests = plan_now(yesterday.prepared, job.destination).digests
        complete_lists(job.destination, yesterday.prepared.matrix, yesterday.lists, digests)
    except HubwrightError as error:
        say(f"the lists of packages beside the images of before are not complete: {str(error).splitlines()[0]}")


def _seen(job: Job, trust: Trust, run: Run) -> Came:
    made: dict[str, Made] = {name: result.value for name, result in run.results.items() if isinstance(result, Done)}
    built = {name for name, each in made.items() if each.built}
    rehearsed = {name for name, verdict in run.verdicts.items() if verdict.trials}
    before, unread = _offered_before(job, trust, run, made, built)
    entries = run.entries or ()
    for start in (start for entry in entries for start in entry.starts):
        if start.offer.variant not in built and start.offer.name not in rehearsed:
            # What was proven before this run was there to be offered, though no file here says so.
            before.setdefault(start.offer.name, start.proven.digest)
    published = {name: each.published for name, each in made.items()}
    return Came(
        wrong=[],
        busy=bool(built or rehearsed),
        emitted=run.emitted,
        starts=start_diffs(entries, before),
        images=image_diffs(job.matrix, job.destination, published, before),
        unread=unread,
    )


def _offered_before(
    job: Job, trust: Trust, run: Run, made: Mapping[str, Made], built: Collection[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the images that starts were offered with, by the files of before, else by the registry's proofs."""
    before = dict(run.before)
    wanted = unknown_before(job.matrix, built, before)
    offers = [offer for profile in job.matrix.profiles for offer in profile.offers if offer.name in wanted]
    today = {offer.name: made[offer.variant].published.digest for offer in offers}
    interest = interest_in_last_good(today)
    try:
        told = records(offers, job.matrix, job.destination, trust.keys, clock=time.monotonic, interest=interest)
    except HubwrightError as error:
        return before, (str(error),)
    found = last_good(told, today)
    return {**before, **found.digests}, found.unread
