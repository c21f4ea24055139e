import itertools

from hypothesis import given
from hypothesis import strategies as st

from hubwright.account import Stretch
from hubwright.report.page.critical import Cause, critical_path, told
from nights import STRETCHES


def _stretch(name: str, waited_for: str, *times: float, kind: str = "image") -> Stretch:
    ready, began, ended = times
    return Stretch(
        name=name, kind=kind, waited_for=waited_for, ready_s=ready, began_s=began, ended_s=ended, outcome="built"
    )


_TIMES = st.integers(0, 20).map(float)
_NAMES = st.sampled_from("abcd")
_STRETCHES = st.builds(
    lambda name, waited_for, kind, times: _stretch(name, waited_for, *sorted(times), kind=kind),
    _NAMES,
    st.sampled_from(["", *"abcd"]),
    st.sampled_from(["image", "start"]),
    st.tuples(_TIMES, _TIMES, _TIMES),
)


@given(st.lists(_STRETCHES, max_size=12))
def test_the_path_goes_forward_through_work_that_was_done_and_ends_with_the_last(stretches: list[Stretch]) -> None:
    path = critical_path(stretches)
    assert bool(path) == bool(stretches)
    assert all(link.stretch in stretches for link in path)
    assert len(path) <= len(stretches)
    if path:
        assert path[-1].stretch.ended_s == max(each.ended_s for each in stretches)
        assert path[0].cause is Cause.NOTHING
    for before, after in itertools.pairwise(path):
        assert before.stretch.began_s <= after.stretch.began_s
        assert before.stretch.ended_s <= after.stretch.began_s + 0.05
        match after.cause:
            case Cause.PARENT:
                assert before.stretch.name == after.stretch.waited_for
            case Cause.PLACE:
                assert before.stretch.kind == after.stretch.kind
                assert before.stretch.ended_s > after.stretch.ready_s
            case Cause.NOTHING:
                raise AssertionError


def test_a_chain_of_parents_is_the_path_whatever_ran_beside_it() -> None:
    chain = [_stretch("a", "", 0, 0, 10), _stretch("b", "a", 10, 10, 30), _stretch("c", "b", 30, 30, 31)]
    beside = [_stretch("d", "a", 10, 10, 30.5), _stretch("e", "", 0, 0, 29)]
    assert [link.stretch.name for link in critical_path([*beside, *chain])] == ["a", "b", "c"]


def test_who_waited_for_a_place_follows_whoever_left_it_last() -> None:
    path = critical_path(STRETCHES)
    assert [(link.stretch.name, link.cause) for link in path] == [
        ("base", Cause.NOTHING),
        ("cuda", Cause.PARENT),
        ("gpu-shared", Cause.PARENT),
        ("pytorch-gpu", Cause.PLACE),
    ]


def test_a_start_may_have_the_name_of_its_image() -> None:
    path = critical_path([_stretch("a", "", 0, 0, 5), _stretch("a", "a", 5, 5, 9, kind="start")])
    assert [link.stretch.kind for link in path] == ["image", "start"]


def test_the_path_in_words() -> None:
    assert told(critical_path(STRETCHES)) == (
        "What the 608 s were made of: build of base (55 s), then build of cuda (238 s), then rehearsal of gpu-shared "
        "(166 s), then rehearsal of pytorch-gpu (149 s, after 166 s of waiting for a free place). "
        "The rest went on beside it."
    )
    late = [_stretch("a", "", 0, 0, 5), _stretch("b", "a", 5, 9, 12)]
    assert "build of b (3 s, 4 s after it could have begun)" in told(critical_path(late))
    assert told(()) == "Nothing ran."
