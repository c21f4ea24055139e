"""All checks side by side: each waits for its own network, and none for longer than its deadline."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from threading import Thread

from hubwright.doctor.interface import Check, Finding, Outcome, State, fail, not_asked
from hubwright.errors import HubwrightError

_Answers = Mapping[str, "Future[Outcome]"]


def ask_all(checks: Sequence[Check]) -> tuple[Finding, ...]:
    """Return what each check found, in the order given; deadlines count from now."""
    expires = {check.name: time.monotonic() + check.deadline_s for check in checks}
    answers: dict[str, Future[Outcome]] = {check.name: Future() for check in checks}
    for check in checks:
        # Whatever a thread still waits for at the end is left behind, unless it has something to take back.
        Thread(target=_ask, args=(check, answers, expires), daemon=not check.takes_back).start()
    return tuple(
        Finding(check=check.name, outcome=_awaited(answers[check.name], expires[check.name], check.deadline_s))
        for check in checks
    )


def _ask(check: Check, answers: _Answers, expires: Mapping[str, float]) -> None:
    answer = answers[check.name]
    try:
        answer.set_result(_outcome(check, answers, expires))
    except BaseException as error:  # noqa: BLE001 - a bug in a check ends the whole, where the answer is awaited
        answer.set_exception(error)


def _outcome(check: Check, answers: _Answers, expires: Mapping[str, float]) -> Outcome:
    if check.after is not None:
        before = _awaited(answers[check.after], expires[check.after], 0)
        if before.state in {State.FAIL, State.NOT_ASKED}:
            return not_asked(f"it makes sense only where `{check.after}` is in order", f"See `{check.after}`")
    try:
        return check.ask()
    except HubwrightError as error:
        return fail(str(error))


def _awaited(answer: "Future[Outcome]", expires: float, deadline_s: float) -> Outcome:
    try:
        return answer.result(timeout=max(0.0, expires - time.monotonic()))
    except TimeoutError:
        return fail(f"there was no answer within {deadline_s:g} s", "Look at the network, and try again")
