"""What a check is, and what it can end in."""

from collections.abc import Callable
from enum import StrEnum

from hubwright.frozen import dataclass


class State(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What was seen, and what to do next where it is not ok.

    `advice` is empty where what was seen is an error's own message: those end with what to do.
    """

    state: State
    seen: str
    advice: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing to look at.

    `after` names a check before this one: where that one failed or was not asked, this one is not asked. A check
    that has something to take back is waited for, also where the program as a whole is interrupted.
    """

    name: str
    ask: Callable[[], Outcome]
    after: str | None = None
    deadline_s: float = 30.0
    takes_back: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    check: str
    outcome: Outcome


def ok(seen: str) -> Outcome:
    return Outcome(state=State.OK, seen=seen)


def warn(seen: str, advice: str = "") -> Outcome:
    return Outcome(state=State.WARN, seen=seen, advice=advice)


def fail(seen: str, advice: str = "") -> Outcome:
    return Outcome(state=State.FAIL, seen=seen, advice=advice)


def not_asked(seen: str, advice: str = "") -> Outcome:
    return Outcome(state=State.NOT_ASKED, seen=seen, advice=advice)
