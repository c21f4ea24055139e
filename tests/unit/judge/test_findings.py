from dataclasses import replace

import pytest

from hubwright.errors import RehearsalBrokenError
from hubwright.rehearse.interface import Condition
from hubwright.rehearse.judge.findings import UnwellError, Watch, found
from judging.bench import WELL


def test_a_watch_looks_once_a_second_however_often_it_is_asked() -> None:
    asked: list[Condition] = []

    def state() -> Condition:
        asked.append(WELL)
        return WELL

    watch = Watch(state)
    for _ in range(100):
        watch.look("home")
    assert len(asked) == 1
    watch.look_now("home")
    assert len(asked) == 2


def test_a_broken_connection_is_explained_by_a_container_that_ends_a_moment_later() -> None:
    states = iter([WELL, WELL, replace(WELL, running=False, exit_code=1)])
    with pytest.raises(UnwellError) as told:
        Watch(lambda: next(states)).explain("home", RehearsalBrokenError("gone"))
    assert (told.value.finding.where, told.value.finding.seen) == (
        "home (gone)",
        "its container ended with exit code 1",
    )


def test_a_broken_connection_to_a_container_that_is_well_stays_unexplained() -> None:
    Watch(lambda: WELL).explain("home", RehearsalBrokenError("gone"))


@pytest.mark.parametrize(
    "exit_code, why", [(137, r"killed from outside \(exit code 137\)"), (None, "somebody removed")]
)
def test_what_somebody_does_to_a_container_says_nothing_about_its_image(exit_code: int | None, why: str) -> None:
    gone = replace(WELL, running=False, exit_code=exit_code)
    with pytest.raises(RehearsalBrokenError, match=f"^home: .*{why}"):
        Watch(lambda: gone).look_now("home")


def test_a_finding_on_its_way_says_what_it_is() -> None:
    assert str(found("home", "a", "b")) == "home: expected a, saw b"
