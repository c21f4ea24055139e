"""What may be said about each start in a word: decided here once, for the headline, the tables and the grid."""

from enum import StrEnum

from hubwright.account import StartAccount, TrialAccount
from hubwright.frozen import dataclass
from hubwright.offering import Basis
from hubwright.verdicts import Standing


class Fate(StrEnum):
    """What users of a start get, the worst first."""

    WITHHELD = "withheld"
    LAST_GOOD = "last good"
    PINNED = "pinned"
    TODAY = "today's image"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """What a cell of the grid says."""

    FAILED = "failed"
    PASSED = "passed"
    HARDWARE = "passed on hardware"
    EARLIER = "passed earlier"
    UNTESTED = "not tested"
    UNPLANNED = "not asked for"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One check of one start; `trial` is None where it was not tried in this run."""

    mark: Mark
    trial: TrialAccount | None = None


_FATES = {Basis.TODAY: Fate.TODAY, Basis.LAST_GOOD: Fate.LAST_GOOD, Basis.PINNED: Fate.PINNED}


def fate(start: StartAccount) -> Fate:
    if start.offered is None:
        return Fate.WITHHELD if start.withheld else Fate.UNKNOWN
    return _FATES[start.offered.basis]


def is_affected(start: StartAccount) -> bool:
    """Return whether users get something else than was meant, or would, where nobody asked what is offered.

    A pin is somebody's decision, and what was meant.
    """
    if start.offered is None:
        return bool(start.withheld) or start.standing in {Standing.FAILED, Standing.NOT_TESTED}
    return start.offered.basis is Basis.LAST_GOOD


def has_failed(start: StartAccount) -> bool:
    return start.standing is Standing.FAILED


def verdict_in_words(start: StartAccount) -> str:
    """Return what is proven about the image of today."""
    if start.standing is Standing.PROVEN and any(trial.hardware for trial in start.trials):
        return "proven on hardware"
    return start.standing.value


def cells(start: StartAccount) -> dict[str, Cell]:
    """Return the cell of every check that the start was tried with or has to pass, in the order of the plan."""
    tried = {trial.name: trial for trial in start.trials}
    names = dict.fromkeys((*start.planned, *tried))
    return {name: _cell(start, tried.get(name)) for name in names}


def _cell(start: StartAccount, trial: TrialAccount | None) -> Cell:
    if trial is None:
        earlier = not start.rehearsed and start.standing in {Standing.PROVEN, Standing.WITHOUT_HARDWARE}
        return Cell(mark=Mark.EARLIER if earlier else Mark.UNTESTED)
    if not trial.passed:
        return Cell(mark=Mark.FAILED, trial=trial)
    return Cell(mark=Mark.HARDWARE if trial.hardware else Mark.PASSED, trial=trial)
