"""How what is wrong ends a trial, and how a server that is gone is told from one that cannot be asked."""

import time
from collections.abc import Callable

from hubwright.errors import RehearsalBrokenError
from hubwright.rehearse.interface import Condition, killed_from_outside
from hubwright.verdicts import Finding

_POLL_S = 1.0
# A container's engine hears of its end a moment after whoever talked to it.
_HEARSAY_S = 2.0


class FoundError(Exception):
    """Something is wrong with what is tried, and trying on makes no sense; never leaves the judge."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(f"{finding.where}: expected {finding.expected}, saw {finding.seen}")


class UnwellError(FoundError):
    """What is wrong is the server, and not what was asked of it."""


def found(where: str, expected: str, seen: str, advice: str = "") -> FoundError:
    return FoundError(Finding(where=where, expected=expected, seen=seen, advice=advice))


def unwell(where: str, expected: str, seen: str, advice: str = "") -> UnwellError:
    return UnwellError(Finding(where=where, expected=expected, seen=seen, advice=advice))


class Watch:
    """Looks after the container of a server while its notebooks run."""

    def __init__(self, state: Callable[[], Condition]) -> None:
        self._state = state
        self._next = 0.0

    def look(self, where: str) -> None:
        """Raise UnwellError if the container is not well; asked often, it looks once a second."""
        if time.monotonic() >= self._next:
            self.look_now(where)

    def look_now(self, where: str) -> None:
        self._next = time.monotonic() + _POLL_S
        condition = self._state()
        if condition.out_of_memory:
            advice = "Give the profile more memory, or let the notebook use less."
            raise unwell(where, "enough memory", "a process was killed for want of memory", advice)
        if condition.restarts:
            raise unwell(where, "a server that stays up", f"{condition.restarts} restarts of its container")
        if not condition.running:
            if condition.exit_code is None:
                msg = f"{where}: somebody removed the server's container"
                raise RehearsalBrokenError(msg)
            if condition.killed_from_outside:
                what = f"{where}: the server's container"
                raise killed_from_outside(what, condition)
            seen = f"its container ended with exit code {condition.exit_code}"
            raise unwell(where, "a server that stays up", seen, "The server's log says why it ended.")

    def explain(self, where: str, error: RehearsalBrokenError) -> None:
        """Raise UnwellError if a connection broke because the container is not well; else return after a moment."""
        ends = time.monotonic() + _HEARSAY_S
        while time.monotonic() < ends:
            self.look_now(f"{where} ({error})")
            time.sleep(_POLL_S / 5)
