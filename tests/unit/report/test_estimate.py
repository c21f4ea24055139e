from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.account import Moment, Stretch
from hubwright.report.course import Course, begun, ended, moved, seen
from hubwright.report.estimate import (
    Estimate,
    Left,
    earlier_from,
    estimate,
    expected_in_words,
    late_by,
    left_in_words,
    roughly,
    shortest,
)
from hubwright.report.tasks import Earlier, Kind
from hubwright.words import in_minutes
from outlooks import build, course, start
from strategies import STEADY

_CHAIN = (build("base"), build("cuda", "base"), start("gpu", "cuda"))
_TOOK = {"base": 40.0, "cuda": 190.0, "gpu": 50.0}


def _estimate(run: Course, now: float) -> Estimate:
    return estimate(seen(run), run, now)


def test_a_chain_takes_as_long_as_its_links() -> None:
    run = course(*_CHAIN, took=_TOOK)
    found = _estimate(run, 0.0)
    assert (found.seconds, found.of, found.untimed) == (280.0, 3, 0)
    assert left_in_words(found, run.earlier) == "about 5 min left, by the proofs of 2026-11-20"


def test_what_is_done_takes_no_more_time_and_what_runs_only_the_rest() -> None:
    run = ended(course(*_CHAIN, took=_TOOK), "base", "built", 38.0, well=True)
    run = begun(run, "cuda", "not there", 40.0)
    assert _estimate(run, 130.0).seconds == 150.0


def test_starts_of_one_image_share_the_places_there_are() -> None:
    starts = [start(f"s{number}", "base") for number in range(6)]
    took = {"base": 40.0, **{each.name: 30.0 for each in starts}}
    assert _estimate(course(build("base"), *starts, rehearsals=3, took=took), 0.0).seconds == 100.0


def test_what_was_never_timed_is_said() -> None:
    run = course(*_CHAIN, took={"base": 40.0})
    found = _estimate(run, 0.0)
    assert found.untimed == 2
    assert left_in_words(found, run.earlier) == (
        "at least 40 s left (2 of 3 were never timed), by the proofs of 2026-11-20"
    )
    assert expected_in_words(found, run.earlier) == (
        "at least 40 s (from the proofs of 2026-11-20, 2 of 3 were never timed)"
    )


def test_nothing_is_said_where_nothing_is_known_or_nothing_is_left() -> None:
    unknown, over = course(*_CHAIN), course(took=_TOOK)
    assert [left_in_words(_estimate(run, 0.0), run.earlier) for run in (unknown, over)] == ["", ""]
    assert [expected_in_words(_estimate(run, 0.0), run.earlier) for run in (unknown, over)] == ["", ""]


def test_what_takes_longer_than_the_last_time_says_so() -> None:
    run = begun(course(build("base"), took={"base": 130.0}), "base", "not there", 0.0)
    assert [late_by(each, run, 130.0) for each in seen(run)] == [None]
    assert [late_by(each, run, 131.0) for each in seen(run)] == [130.0]
    found = _estimate(run, 200.0)
    assert (found.seconds, found.late) == (0.0, 1)
    assert left_in_words(found, run.earlier) == "longer than last time"


def test_a_late_start_makes_the_rest_a_lower_bound() -> None:
    run = begun(course(*_CHAIN, took=_TOOK), "base", "not there", 0.0)
    assert left_in_words(_estimate(run, 100.0), run.earlier).startswith("at least 4 min left")


def test_what_may_be_proven_already_is_not_counted_until_it_moves() -> None:
    run = course(start("lab", certain=False), start("gpu", certain=False), took={"lab": 42.0, "gpu": 42.0})
    assert left_in_words(_estimate(run, 0.0), run.earlier) == ""
    run = moved(run, "lab", "fetching the image", (0, 3), 0.0)
    assert left_in_words(_estimate(run, 0.0), run.earlier) == (
        "at least 40 s left (1 may be done already), by the proofs of 2026-11-20"
    )


_LEFT = st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from(Kind), st.none() | st.integers(0, 30)), max_size=20).map(
    lambda rows: [
        Left(name=str(at), kind=kind, seconds=seconds, after=None if after is None else str(after))
        for at, (seconds, kind, after) in enumerate(rows)
    ]
)


@STEADY
@given(_LEFT, st.integers(1, 8), st.integers(1, 8))
def test_more_places_never_make_it_longer(left: list[Left], builders: int, rehearsals: int) -> None:
    few = shortest(left, {Kind.IMAGE: builders, Kind.START: rehearsals})
    more = shortest(left, {Kind.IMAGE: builders + 1, Kind.START: rehearsals + 1})
    assert 0 <= more <= few
    assert few >= max((each.seconds for each in left), default=0.0)
    assert few <= sum(each.seconds for each in left) * (1 + 1e-9)


@STEADY
@given(_LEFT, st.integers(0, 19), st.floats(0, 1e6))
def test_more_work_never_makes_it_shorter(left: list[Left], at: int, more: float) -> None:
    places = {Kind.IMAGE: 2, Kind.START: 3}
    longer = [replace(each, seconds=each.seconds + more * (number == at)) for number, each in enumerate(left)]
    assert shortest(longer, places) >= shortest(left, places) - 1e-6


def test_nobody_is_given_less_than_one_place_or_less_than_no_time() -> None:
    left = [Left(name="a", kind=Kind.IMAGE, seconds=10.0), Left(name="b", kind=Kind.IMAGE, seconds=-5.0)]
    assert shortest(left, {}) == shortest(left, {Kind.IMAGE: 0}) == 10.0


@pytest.mark.parametrize(
    "seconds, rough, exact",
    [
        (0.4, "10 s", "0 s"),
        (31.0, "30 s", "31 s"),
        (57.0, "1 min", "57 s"),
        (130.9, "2 min", "2 min 10 s"),
        (3590.0, "60 min", "59 min 50 s"),
        (4800.0, "1 h 20 min", "1 h 20 min"),
    ],
)
def test_times_are_told_as_people_tell_them(seconds: float, rough: str, exact: str) -> None:
    assert (roughly(seconds), in_minutes(int(seconds))) == (rough, exact)


def _stretch(name: str, kind: str, outcome: str, *, steps: int = 1, ended_s: float = 42.0) -> Stretch:
    moments = tuple(Moment(at_s=float(number), doing="a step") for number in range(steps))
    return Stretch(
        name=name, kind=kind, waited_for="", ready_s=0.0, began_s=2.0, ended_s=ended_s, outcome=outcome, moments=moments
    )


def test_an_account_tells_what_was_done_and_not_what_was_there_or_failed() -> None:
    told = earlier_from(
        [
            _stretch("base", "image", "built"),
            _stretch("base", "start", "proven"),
            _stretch("gpu", "start", "proven without hardware"),
            _stretch("spark", "image", "failed"),
            _stretch("cuda", "image", "reused", steps=0),
            _stretch("lab", "start", "proven", steps=0),
            _stretch("odd", "image", "built", ended_s=1.0),
        ],
        "2026-11-20T03:00:00Z",
    )
    assert told.seconds == {"base": 40.0, "profile base": 40.0, "profile gpu": 40.0}
    assert told.sources == {"run": "2026-11-20"}
    assert earlier_from([], "2026-11-20T03:00:00Z") == Earlier()
