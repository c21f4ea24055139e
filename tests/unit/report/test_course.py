from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.report.course import OVER, Course, State, begun, ended, moved, seen, to_ask_about
from outlooks import build, course, start
from strategies import STEADY

_RUN = course(
    build("base"), start("lab", "base"), build("spark", "base"), build("withheld", held="withheld: no source")
)
_NAMES = ("base", "lab", "spark", "withheld", "nobody's")


def _states(run: Course) -> dict[str, State]:
    return {each.task.name: each.state for each in seen(run)}


def test_what_is_not_begun_waits_for_what_it_stands_on() -> None:
    assert _states(_RUN) == {
        "base": State.READY,
        "lab": State.WAITS,
        "spark": State.WAITS,
        "withheld": State.NOT_BEGUN,
    }
    assert [each.because_of for each in seen(_RUN)] == ["", "base", "base", ""]


def test_what_stood_in_the_way_is_gone_once_it_is_there() -> None:
    run = ended(begun(_RUN, "base", "not there", 1.0), "base", "built", 5.0, well=True)
    run = begun(run, "lab", "its image is there", 6.0)
    assert _states(run) == {
        "base": State.DONE,
        "lab": State.RUNS,
        "spark": State.READY,
        "withheld": State.NOT_BEGUN,
    }


def test_a_failure_keeps_from_beginning_whatever_stands_on_it() -> None:
    family = course(build("base"), build("spark", "base"), build("extra", "spark"))
    run = ended(family, "base", "failed: no", 5.0, well=False)
    assert [(each.state, each.because_of) for each in seen(run)] == [
        (State.FAILED, ""),
        (State.NOT_BEGUN, "base"),
        (State.NOT_BEGUN, "spark"),
    ]


def test_a_step_without_a_name_leaves_what_was_known() -> None:
    run = moved(begun(_RUN, "base", "not there", 1.0), "base", "", (0, 0), 2.0)
    (base, *_) = seen(run)
    assert base.work is not None
    assert (base.work.doing, base.work.began_s, base.work.moved) == ("not there", 1.0, True)


@pytest.mark.parametrize("text", ["\x1b[2J\x1b[H", "one\ntwo\r\nthree", "\u202eevil\u2066", "\ud800", "\x9b2J"])
def test_nothing_that_comes_from_a_dockerfile_reaches_a_terminal_as_it_is(text: str) -> None:
    run = moved(begun(_RUN, "base", text, 1.0), "base", text, (0, 0), 2.0)
    run = ended(run, "lab", text, 2.0, well=False)
    told = "".join(f"{work.doing}{work.outcome}" for work in run.work.values())
    assert told.isprintable()
    assert told.encode()


def test_a_step_that_is_a_whole_program_is_cut() -> None:
    run = moved(_RUN, "base", "\x1b" * 100_000, (0, 0), 1.0)
    assert len(run.work["base"].doing) <= 4 * 400


_EVENTS: dict[str, Callable[[Course, str, float], Course]] = {
    "begins": lambda run, name, now: begun(run, name, "because", now),
    "moves": lambda run, name, now: moved(run, name, "a step", (int(now), 3), now),
    "ends well": lambda run, name, now: ended(run, name, "built", now, well=True),
    "fails": lambda run, name, now: ended(run, name, "", now, well=False),
}


@STEADY
@given(st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(sorted(_EVENTS)))))
def test_in_whatever_order_it_is_told_what_has_ended_stays_ended(events: list[tuple[str, str]]) -> None:
    run, over = _RUN, dict[str, State]()
    for now, (name, event) in enumerate(events):
        run = _EVENTS[event](run, name, float(now))
        if event in {"ends well", "fails"}:
            over.setdefault(name, State.DONE if event == "ends well" else State.FAILED)
        states = _states(run)
        assert {each: states[each] for each in over} == over
    assert set(_states(run)) == {task.name for task in _RUN.tasks} | {name for name, _ in events}


def test_nobody_asks_about_starts_that_may_be_proven() -> None:
    run = course(build("base", certain=False), start("lab", "base", certain=False), start("gpu", "base", certain=False))
    assert to_ask_about(run) == frozenset()
    run = begun(ended(run, "base", "in the registry", 1.0, well=True), "lab", "its image is there", 1.0)
    assert to_ask_about(run) == frozenset()
    # Its smoke notebooks are new, and so may be those of the others.
    run = moved(run, "lab", "fetching the image", (0, 3), 2.0)
    assert to_ask_about(run) == {"lab", "gpu"}


def test_the_starts_of_what_is_built_are_asked_about_at_once() -> None:
    run = course(build("base", certain=False), start("lab", "base", certain=False), build("spark"), start("s", "spark"))
    assert to_ask_about(run) == {"s"}
    failed = ended(run, "spark", "failed", 1.0, well=False)
    assert to_ask_about(failed) == frozenset()
    assert _states(failed)["s"] in OVER
