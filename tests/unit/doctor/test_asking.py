import threading
from collections.abc import Callable

import pytest

from hubwright.doctor.asking import ask_all
from hubwright.doctor.interface import Check, Outcome, State, fail, not_asked, ok, warn
from hubwright.errors import RegistryUnavailableError


def _states(*checks: Check) -> dict[str, State]:
    return {finding.check: finding.outcome.state for finding in ask_all(checks)}


def _raises(error: BaseException) -> Callable[[], Outcome]:
    def ask() -> Outcome:
        raise error

    return ask


def test_findings_come_in_the_order_of_the_checks() -> None:
    checks = [Check(name=str(number), ask=lambda: ok("fine")) for number in range(20)]
    assert [finding.check for finding in ask_all(checks)] == [str(number) for number in range(20)]


def test_checks_are_asked_side_by_side() -> None:
    """Each waits for the other; one after the other, none would ever end."""
    barrier = threading.Barrier(2)

    def meet() -> Outcome:
        barrier.wait(30)
        return ok("met")

    assert _states(Check(name="a", ask=meet), Check(name="b", ask=meet)) == {"a": State.OK, "b": State.OK}


def test_an_error_is_a_failure_in_its_own_words() -> None:
    (finding,) = ask_all([Check(name="a", ask=_raises(RegistryUnavailableError("it is down. Try again")))])
    assert finding.outcome == fail("it is down. Try again")


def test_a_bug_is_not_a_finding() -> None:
    with pytest.raises(ZeroDivisionError):
        ask_all([Check(name="a", ask=_raises(ZeroDivisionError()))])


def test_what_gives_no_answer_in_time_fails_and_holds_up_nobody() -> None:
    held = threading.Event()

    def hang() -> Outcome:
        held.wait(60)
        return ok("late")

    hanging = Check(name="hanging", ask=hang, deadline_s=0.05)
    after = Check(name="after", ask=lambda: ok("asked"), after="hanging")
    checks = [hanging, after, Check(name="b", ask=lambda: ok(""))]
    findings = {finding.check: finding.outcome for finding in ask_all(checks)}
    held.set()
    assert findings["hanging"].seen == "there was no answer within 0.05 s"
    assert (findings["after"].state, findings["b"].state) == (State.NOT_ASKED, State.OK)


@pytest.mark.parametrize(
    "before, expected",
    [
        (ok("x"), State.OK),
        (warn("x"), State.OK),
        (fail("x"), State.NOT_ASKED),
        (not_asked("x"), State.NOT_ASKED),
    ],
)
def test_what_makes_no_sense_without_another_is_asked_after_it(before: Outcome, expected: State) -> None:
    states = _states(Check(name="b", ask=lambda: ok("asked"), after="a"), Check(name="a", ask=lambda: before))
    assert states["b"] is expected


def test_what_takes_something_back_is_waited_for_at_the_end_of_the_program() -> None:
    daemons: dict[str, bool] = {}

    def note(name: str) -> Callable[[], Outcome]:
        def ask() -> Outcome:
            daemons[name] = threading.current_thread().daemon
            return ok("")

        return ask

    ask_all([Check(name="looks", ask=note("looks")), Check(name="tries", ask=note("tries"), takes_back=True)])
    assert daemons == {"looks": True, "tries": False}
