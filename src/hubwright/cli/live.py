"""Whoever shows people how a run goes, put together for the commands that have one."""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from hubwright.cli.ledger import last_account
from hubwright.cli.rehearsal import places
from hubwright.errors import AccountError
from hubwright.model import Matrix, Offer
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.watching import Watcher
from hubwright.progress import name_of_start
from hubwright.proof.keys import PinnedKey
from hubwright.report.inquiry import Ask
from hubwright.report.live import open_watcher
from hubwright.report.tasks import Earlier, Kind, Outlook, Task
from hubwright.words import day_of


def watch(
    tasks: tuple[Task, ...], *, builders: int, out: Path, ask: Ask | None = None
) -> AbstractContextManager[Watcher]:
    """Return who shows the tasks while they are done; `builders` is how many builds go on side by side.

    What tasks took before is known from the account that the last run left in `out`, and `ask` finds out more of
    rehearsals.
    """
    side_by_side = {Kind.IMAGE: builders, Kind.START: places()}
    # A run that may have nothing to do is over before an account is read.
    earlier = _last_run(out) if any(task.certain for task in tasks) else Earlier()
    return open_watcher(Outlook(tasks=tasks, places=side_by_side, earlier=earlier), ask)


def _last_run(out: Path) -> Earlier:
    """Return what the last account says; a time decides nothing, so one that cannot be read says nothing."""
    # Only a run that has something to do estimates.
    from hubwright.report.estimate import earlier_from  # noqa: PLC0415 - see above

    try:
        account = last_account(out)
    except AccountError:
        return Earlier()
    return earlier_from(account.stretches, account.ended_on) if account else Earlier()


def ask_proofs(offers: Iterable[Offer], matrix: Matrix, destination: Destination, keys: Sequence[PinnedKey]) -> Ask:
    """Return what finds out from the registry's proofs what the starts of these offers took the last time."""
    by_name = {name_of_start(offer.name): offer for offer in offers}

    def ask(names: frozenset[str], stopped: Callable[[], bool]) -> Earlier:
        # Only a terminal asks, and only where something is rehearsed.
        from hubwright.pipeline.times import earlier_times  # noqa: PLC0415 - see above

        took = earlier_times(
            [offer for name, offer in by_name.items() if name in names],
            matrix,
            destination,
            keys,
            # What is not to be asked any more is over its time.
            clock=lambda: math.inf if stopped() else time.monotonic(),
        )
        newest = max((each.on for each in took.values()), default="")
        return Earlier(
            seconds={name_of_start(name): each.seconds for name, each in took.items()},
            sources={"proofs": day_of(newest)} if newest else {},
        )

    return ask
