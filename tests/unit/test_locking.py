import threading
from pathlib import Path

import pytest

from hubwright.errors import StoppedError
from hubwright.locking import locked, shared
from hubwright.stopping import stoppable


def test_one_at_a_time_is_inside(tmp_path: Path) -> None:
    path = tmp_path / "folder/lock"
    inside: list[int] = []
    most: list[int] = []

    def enter(number: int) -> None:
        for _ in range(200):
            with locked(path):
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert (set(most), len(most)) == ({1}, 800)


def test_a_wait_can_be_given_up(tmp_path: Path) -> None:
    asked: list[int] = []

    def given_up() -> bool:
        asked.append(1)
        return len(asked) > 1

    with (
        stoppable(given_up),
        locked(tmp_path / "lock"),
        pytest.raises(StoppedError, match=r"waiting for .*lock was stopped"),
        locked(tmp_path / "lock"),
    ):
        pytest.fail("two were inside at once")
    with stoppable(lambda: True), locked(tmp_path / "lock"):
        """What is free is taken at once."""


def test_only_who_finds_nobody_inside_does_what_is_to_be_done_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder/lock"
    done: list[str] = []
    with shared(path, alone=lambda: done.append("first")):
        with shared(path, alone=lambda: done.append("beside it")):
            pass
        with shared(path, alone=lambda: done.append("still beside it")):
            pass
    with shared(path, alone=lambda: done.append("after it")):
        pass
    assert done == ["first", "after it"]


def test_whoever_comes_meanwhile_waits(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    def alone() -> None:
        with (
            stoppable(lambda: True),
            pytest.raises(StoppedError, match=r"waiting for .*lock was stopped"),
            shared(path, alone=lambda: pytest.fail("two were alone at once")),
        ):
            pytest.fail("somebody was inside")

    with shared(path, alone=alone):
        """Nobody is alone any more."""
