import hashlib
import os
import time
from dataclasses import replace
from pathlib import Path

import click

from hubwright.branch import Checkout
from hubwright.cli.destination import registry_option
from hubwright.cli.folders import cache_folder, require_place
from hubwright.cli.night import Came, Order, go_through, lock_anew
from hubwright.cli.options import jobs_option, matrix_option, out_option
from hubwright.cli.report import write_report
from hubwright.cli.workplace import FOR_A_HUB, Place, hand_over, prepare_place
from hubwright.disks import temporary_folder
from hubwright.errors import HubwrightError, PackageError, UnresolvableError, raise_first
from hubwright.files import write_atomically
from hubwright.locking import locked
from hubwright.locks.run import Locks
from hubwright.night import Night
from hubwright.pipeline.nights import lock_diffs, stayed
from hubwright.pipeline.planning import load
from hubwright.redaction import redaction, secrets_of_environment
from hubwright.report.nightly import commit_message, headline, night_text
from hubwright.tree import DiskTree
from hubwright.vanishing import vanishing_folder

TEXT_FILE = "nightly.md"


@click.command("nightly")
@matrix_option
@registry_option
@jobs_option
@out_option
def command(*, matrix_file: Path, registry: str, jobs: int | None, out: Path) -> None:
    r"""Lock what there is today, go the whole way with it, and leave what moved as a branch.

    It works on a copy of the last commit: your files, your index and your branch stay as they are. What cannot be
    resolved for one image leaves that image on its lock, and is named. Everything is then built, rehearsed, proven
    and emitted as `hubwright build --strict` does it, with its exit code. If anything moved, the branch
    hubwright/nightly-<date> holds it, and nightly.md in the output folder is the text for its pull request. If
    nothing did, there is neither.

    \b
    Examples:
      hubwright nightly
      hubwright nightly --registry ecr
      git diff HEAD...hubwright/nightly-2026-01-31
    """
    started = time.monotonic()
    require_place(out, rehearses=True)
    folder = cache_folder(os.environ) / "nights"
    folder.mkdir(parents=True, exist_ok=True)
    where = matrix_file.parent.resolve()
    common = str(Checkout(where, os.environ).folder)
    # Two at once would do everything twice. The second one finds what the first has left.
    with locked(folder / f"{hashlib.sha256(os.fsencode(common)).hexdigest()[:16]}.lock"):
        checkout = Checkout(where, os.environ)
        with vanishing_folder([folder, temporary_folder()]) as work:
            place = prepare_place(checkout, matrix_file.name, out.resolve(), work)
            wrong = _night(place, registry, jobs, started=started)
    raise_first(wrong)


def _night(place: Place, registry: str, jobs: int | None, *, started: float) -> list[HubwrightError]:
    """Do the work of one night, and return what is wrong, the worst first."""
    began = time.monotonic()
    locks, yesterday = lock_anew(place.matrix_file)
    resolve_s = time.monotonic() - began
    order = Order(matrix_file=place.matrix_file, registry=registry, jobs=jobs, out=place.outputs)
    came = go_through(order, yesterday)
    if came.report:
        came = replace(came, wrong=[*came.wrong, *_report(order)])
    told = _leave(place, locks, came)
    rest_s = time.monotonic() - started - resolve_s
    click.echo(f"\n{told}: resolving took {resolve_s:.1f} s, everything else {rest_s:.1f} s")
    return came.wrong or _wrong_with_locks(locks)


def _report(order: Order) -> list[HubwrightError]:
    """Write the report, of what the night's copy asks for; return what keeps it from being written."""
    try:
        write_report(order.matrix_file, order.registry, order.out)
    except HubwrightError as error:
        return [error]
    return []


def _leave(place: Place, locks: Locks, came: Came) -> str:
    """Leave a branch and its text where there is anything to tell, and return what there is in a sentence."""
    checkout, text = place.checkout, place.out / TEXT_FILE
    paths = [f"{checkout.prefix}{file.path}" for file in locks.files if file.moved]
    if place.committed:
        emitted = [name for name in FOR_A_HUB if came.emitted and (place.outputs / name).exists()]
        paths += [f"{place.beside}{name}" for name in emitted]
        hand_over(place, emitted)
    tree = checkout.tree_of(place.copy, paths) if paths else None
    # A tree that is there already is told of again only where today's run of it was not the first and did more.
    if tree is None or (checkout.is_known(tree) and not (came.busy and checkout.has(place.branch, tree))):
        text.unlink(missing_ok=True)
        return "nothing moved"
    night = _account(place, locks, came)
    # First the text: who is killed in between leaves no branch that nobody has a word about.
    place.out.mkdir(parents=True, exist_ok=True)
    write_atomically(text, night_text(night, report=came.report).encode())
    checkout.propose(place.branch, tree, commit_message(night))
    return f"{headline(night)}\n{place.branch} has what moved, and {text} is the text for its pull request"


def _wrong_with_locks(locks: Locks) -> list[HubwrightError]:
    """Return what stayed on its lock as an error: a night that nobody looks at must not pass for a good one."""
    if not locks.kept:
        return []
    told = "\n".join(f"{each.name} stays on its lock: {each.reason}" for each in locks.kept)
    return [UnresolvableError(told) if any(each.answered for each in locks.kept) else PackageError(told)]


def _account(place: Place, locks: Locks, came: Came) -> Night:
    with DiskTree(place.matrix_file.parent) as tree:
        matrix = load(tree, place.matrix_file.name)
    # Programs that fail quote what they were given, and a pull request is read by many.
    redact = redaction(secrets_of_environment(os.environ))
    return Night(
        day=place.day,
        locks=lock_diffs(matrix, locks.files),
        stayed=tuple(replace(each, reason=redact(each.reason)) for each in stayed(locks.kept)),
        starts=came.starts,
        images=came.images,
        emitted=came.emitted,
        wrong=tuple(map(redact, (*map(str, came.wrong), *came.unread))),
    )
