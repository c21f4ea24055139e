import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwright.cli.destination import registry_option
from hubwright.cli.folders import require_place
from hubwright.cli.ledger import Ledger, open_ledger
from hubwright.cli.live import watch
from hubwright.cli.options import jobs_option, keep_option, matrix_option, out_option, select_option
from hubwright.cli.today import moment
from hubwright.cli.verdicts import show_verdicts, wrong_with_verdicts
from hubwright.cli.workshop import Job, open_job, pins_of
from hubwright.errors import HubwrightError, WithheldError, raise_first
from hubwright.pipeline.building import failure_of
from hubwright.pipeline.recording import Recorder
from hubwright.planned import Action, Made
from hubwright.report.accounts.run import Run
from hubwright.report.build import build_closing, build_table
from hubwright.report.table import print_tables
from hubwright.report.tasks import builds_of
from hubwright.schedule import Result

if TYPE_CHECKING:
    from hubwright.cli.trust import Trust

_STAGES = ("publish", "verify", "prove", "emit")


@click.command("build")
@matrix_option
@select_option
@click.option(
    "--until",
    type=click.Choice(_STAGES),
    default="emit",
    show_default=True,
    help="The last stage: publish leaves every image in the registry, verify rehearses every start of them, prove "
    "signs what was seen, emit writes the profile list that a hub reads.",
)
@registry_option
@jobs_option
@out_option
@keep_option
@click.option(
    "--strict",
    is_flag=True,
    help="Fail where an image or a profile is withheld, or on an older image than today's, as a nightly job should.",
)
def command(
    *,
    matrix_file: Path,
    patterns: tuple[str, ...],
    until: str,
    registry: str,
    jobs: int | None,
    out: Path,
    keep: bool,
    strict: bool,
) -> None:
    r"""Go the whole way: build, push, rehearse, prove, and write the profile list that a hub reads.

    Images are built side by side, each as soon as the one it stands on is in the registry, and rehearsed as soon as
    they are there themselves. What fails blocks only what stands on it, and its profiles keep the last image that was
    proven. Nothing is done twice: run it again, and it says why for all.

    \b
    Examples:
      hubwright build
      hubwright build --select 'pyspark*' --until publish
    """
    require_place(out, rehearses=until != "publish")
    with (
        open_job(matrix_file, patterns, registry, jobs) as job,
        open_ledger(run_of(job, until, out), job.redact) as ledger,
    ):
        if until == "publish":
            _publish(job, ledger, out, strict=strict)
        else:
            # What reads proofs takes a while to load.
            from hubwright.cli.trust import open_trust  # noqa: PLC0415 - see above

            trust = open_trust(registry, job.root, job.destination, job.matrix.ecr)
            go_on(job, trust, ledger, until, keep=keep, strict=strict)
            if ledger.run.emitted:
                from hubwright.cli.aftermath import note_changes  # noqa: PLC0415 - see above

                note_changes(job, ledger)
    raise_first(ledger.wrong)


def _publish(job: Job, ledger: Ledger, out: Path, *, strict: bool) -> None:
    """Build, and show what became of it; what is wrong comes into the ledger."""
    with watch(builds_of(job.plan), builders=job.builders, out=out) as watcher:
        recorder = Recorder(watcher, since=job.started)
        results = job.building(recorder).run(job.plan)
    ledger.built(results, recorder.stretches(), job.destination)
    _show_builds(job, results)
    ledger.wrong += _wrong_with_builds(job, results, strict=strict)


def run_of(job: Job, until: str, out: Path) -> Run:
    return Run(
        command="hubwright build" if until == _STAGES[-1] else f"hubwright build --until {until}",
        registry=job.destination.host,
        prefix=job.destination.prefix,
        plan=job.plan,
        profiles=job.matrix.profiles,
        variants=job.matrix.variants,
        out=out,
        began_on=moment(since=job.started),
        offers={offer.name: offer for profile in job.matrix.profiles for offer in profile.offers},
    )


def go_on(job: Job, trust: "Trust", ledger: Ledger, until: str, *, keep: bool, strict: bool) -> None:
    """Build, show, and do what comes after; what is wrong comes into the ledger, the worst first."""
    from hubwright.cli.showing import Show, build_and_show  # noqa: PLC0415 - as above
    from hubwright.cli.trust import require_signer  # noqa: PLC0415 - as above

    signs = until != "verify"
    if signs:
        # Nobody waits for hours of building to hear that there is no key, or one that does not count.
        require_signer(trust, _to_be_proven(job))
    if until == "emit":
        # Nor that its pins cannot be read. What they say then is read at the end: somebody may roll back until then.
        pins_of(job)
    show, out = Show(plan=job.plan, destination=job.destination, trust=trust, sign=signs), Path(ledger.run.out)
    results, shown = build_and_show(job, show, out=out, keep=keep)
    ledger.built(results, shown.stretches, job.destination)
    ledger.saw({verdict.offer: verdict for verdict in shown.verdicts})
    _show_builds(job, results)
    print()  # noqa: T201 - a line between two tables
    show_verdicts(shown.verdicts, as_json=False, seconds=time.monotonic() - job.started)
    ledger.wrong += _wrong_with_builds(job, results, strict=strict)
    ledger.wrong += wrong_with_verdicts(shown.verdicts, shown.errors, strict=strict)
    if until in {"prove", "emit"}:
        from hubwright.cli.aftermath import enter, promote_and_emit  # noqa: PLC0415 - as above

        came = promote_and_emit(job, trust, results, shown, out=out, emits=until == "emit", strict=strict)
        enter(came, ledger)


def _to_be_proven(job: Job) -> set[str]:
    """Return the repositories of what will be built and then rehearsed: of these, nothing is proven yet."""
    built = {node.variant.name: node.variant for node in job.plan.nodes if node.action is Action.BUILD}
    started = (built.get(planned.offer.variant) for planned in job.plan.offers)
    return {job.destination.repository(variant.image) for variant in started if variant}


def _show_builds(job: Job, results: dict[str, Result[Made]]) -> None:
    table = build_table(job.plan, results, job.destination.host, job.destination.prefix)
    print_tables([table], build_closing(job.plan, results, time.monotonic() - job.started))


def _wrong_with_builds(job: Job, results: dict[str, Result[Made]], *, strict: bool) -> list[HubwrightError]:
    wrong: list[HubwrightError] = [failure] if (failure := failure_of(results)) else []
    held_back = [node for node in job.plan.nodes if node.action in {Action.WITHHELD, Action.BLOCKED}]
    if strict and held_back:
        wrong.append(WithheldError("; ".join(f"{node.variant.name}: {node.reason}" for node in held_back)))
    return wrong
