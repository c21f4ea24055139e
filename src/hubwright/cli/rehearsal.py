"""Rehearsals on this machine, for the commands that hold them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import Event
from typing import TYPE_CHECKING

from hubwright.cli.capacity import side_by_side
from hubwright.cli.engines import say
from hubwright.cli.occasion import Occasion
from hubwright.frozen import dataclass
from hubwright.pipeline.rehearsals import Rehearsals
from hubwright.pipeline.watching import Watcher
from hubwright.schedule import Once

if TYPE_CHECKING:
    from hubwright.cli.theatre import Theatre
    from hubwright.pipeline.house import Part
    from hubwright.rehearse.interface import Started

# What a server takes with a kernel that computes something; Spark's cluster is beside it for a minute.
_MEMORY_PER_REHEARSAL = 2 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """Those who show starts side by side, and the house that they rehearse in, which opens when it is asked for."""

    rehearsals: Rehearsals
    theatre: "Callable[[], Theatre]"


@contextmanager
def open_company(occasion: Occasion, watcher: Watcher) -> Iterator[Company]:
    """Give the company that plays what it is handed; the hub and all servers are gone in the end.

    Where failed servers are kept, that is when the person at the terminal has seen enough of them.
    """
    kept: list[tuple[Part, Started]] = []
    keep = (lambda part, started: kept.append((part, started))) if occasion.keep else None
    with ExitStack() as stack, Rehearsals(watcher, workers=places(), end_stage=stack.close) as rehearsals:

        def open_() -> "Theatre":
            from hubwright.cli.theatre import open_theatre  # noqa: PLC0415 - only who rehearses pays for it

            return open_theatre(occasion, stack, rehearsals, keep)

        yield Company(rehearsals=rehearsals, theatre=Once(open_))
        if kept:
            _wait_for(kept)


def _wait_for(kept: "list[tuple[Part, Started]]") -> None:
    """Say where the servers are, and return when the person says that they may go."""
    say("these servers are left running, on this machine:")
    for part, started in kept:
        say(f"  {part.offer.name}: {started.server.url}lab?token={started.server.token}")
    say("press Ctrl-C to end them")
    with suppress(KeyboardInterrupt):
        Event().wait()


def places() -> int:
    """Return how many servers this machine can rehearse side by side; starting one is mostly waiting for it."""
    return side_by_side(memory_each=_MEMORY_PER_REHEARSAL, spare=1)
