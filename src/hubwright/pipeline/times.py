"""What rehearsals took at an earlier time, as their proofs say: for who tells people how long a run may take."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from hubwright.frozen import dataclass
from hubwright.model import Matrix, Offer
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.past import records
from hubwright.proof.history import Interest
from hubwright.proof.keys import PinnedKey
from hubwright.proof.record import Record
from hubwright.proof.statement import Claim


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """The seconds of one rehearsal, and when it was over."""

    seconds: float
    on: str


def earlier_times(
    offers: Iterable[Offer],
    matrix: Matrix,
    destination: Destination,
    keys: Sequence[PinnedKey],
    *,
    clock: Callable[[], float],
) -> Mapping[str, Took]:
    """Return for each offer, by its name, what its newest rehearsal took that it passed, of whatever image.

    What was never proven, or cannot be read, is left out: a time decides nothing.
    """
    told = records(offers, matrix, destination, keys, clock=clock, interest=Interest(enough=_is_newest))
    newest = {name: record.proven[0].claim for name, record in told.items() if record.proven}
    took = {name: _took(claim) for name, claim in newest.items()}
    return {name: each for name, each in took.items() if each is not None}


def _is_newest(found: Mapping[str, Record], unread: str) -> bool:
    return all(record.proven and record.proven[0].claim.finished_on > unread for record in found.values())


def _took(claim: Claim) -> Took | None:
    """Return what the claim says; nothing where its clock was set back meanwhile, or it names no day there is."""
    try:
        began, over = (datetime.fromisoformat(text) for text in (claim.started_on, claim.finished_on))
    except ValueError:
        return None
    seconds = (over - began).total_seconds()
    return Took(seconds=seconds, on=claim.finished_on) if seconds > 0 else None
