import threading
from collections.abc import Callable

import pytest

from hubwright.errors import BuildError
from hubwright.schedule import Aborted, Done, Failed, Once, aside, walk

_TREE = {"base": None, "spark": "base", "cuda": "base", "extra": "spark", "alone": None}


def _walk(act: Callable[[str], str], *, workers: int = 2, stop: threading.Event | None = None) -> dict[str, object]:
    return dict(walk(list(_TREE), _TREE, act, workers=workers, stop=stop or threading.Event()))


def test_results_come_back_in_the_order_of_the_plan() -> None:
    results = _walk(str.upper)
    assert list(results) == list(_TREE)
    assert results == {name: Done(value=name.upper()) for name in _TREE}


def test_a_node_begins_after_the_one_it_stands_on() -> None:
    begun: list[str] = []

    def act(name: str) -> str:
        begun.append(name)
        return name

    _walk(act, workers=1)
    assert all(_TREE[name] is None or begun.index(str(_TREE[name])) < begun.index(name) for name in begun)


def test_what_does_not_depend_on_each_other_runs_side_by_side() -> None:
    together = threading.Barrier(2)

    def act(name: str) -> str:
        if name in {"spark", "cuda"}:
            together.wait(timeout=30)
        return name

    assert _walk(act)["cuda"] == Done(value="cuda")


def test_a_failure_aborts_only_what_stands_on_it_by_name() -> None:
    error = BuildError("spark does not build")

    def act(name: str) -> str:
        if name == "spark":
            raise error
        return name

    assert _walk(act) == {
        "base": Done(value="base"),
        "spark": Failed(error=error),
        "cuda": Done(value="cuda"),
        "extra": Aborted(because_of="spark"),
        "alone": Done(value="alone"),
    }


def test_an_abort_goes_down_the_whole_chain() -> None:
    chain = {"a": None, "b": "a", "c": "b"}

    def act(name: str) -> str:
        raise BuildError(name)

    results = walk(list(chain), chain, act, workers=1, stop=threading.Event())
    assert [results["b"], results["c"]] == [Aborted(because_of="a"), Aborted(because_of="b")]


def test_a_bug_stops_everything_and_is_not_swallowed() -> None:
    stop = threading.Event()

    def act(name: str) -> str:
        if name == "base":
            raise ZeroDivisionError
        stop.wait(timeout=30)
        return name

    with pytest.raises(ZeroDivisionError):
        _walk(act, stop=stop)
    assert stop.is_set()


def test_nothing_to_do_is_done() -> None:
    assert walk([], {}, str.upper, workers=1, stop=threading.Event()) == {}


def test_what_is_made_once_is_made_when_it_is_asked_for() -> None:
    calls: list[int] = []

    def make() -> int:
        calls.append(1)
        return len(calls)

    once = Once(make)
    assert calls == []
    assert (once(), once(), calls) == (1, 1, [1])


def test_a_failure_is_tried_again() -> None:
    failures = [ZeroDivisionError()]

    def make() -> str:
        if failures:
            raise failures.pop()
        return "made"

    once = Once(make)
    with pytest.raises(ZeroDivisionError):
        once()
    assert once() == "made"


def test_what_is_done_aside_is_done_by_the_end_and_its_bugs_come_up_there() -> None:
    done: list[str] = []
    with aside(threading.Event()) as later:
        later(lambda: done.append("one"))
        later(lambda: done.append("two"))
    assert done == ["one", "two"]

    def bug() -> None:
        raise ValueError(bug.__name__)

    with pytest.raises(ValueError, match="bug"), aside(threading.Event()) as later:
        later(bug)


def test_an_interrupt_stops_what_is_done_aside() -> None:
    stop = threading.Event()
    with pytest.raises(KeyboardInterrupt), aside(stop):
        raise KeyboardInterrupt
    assert stop.is_set()
