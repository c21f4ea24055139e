import os
import subprocess
from pathlib import Path

import pytest

from hubwright.rehearse.docker.leavings import is_abandoned, marks, owner

_DAY_S = 24 * 3600


def test_what_this_process_makes_is_not_abandoned() -> None:
    labels = marks("run")
    assert not is_abandoned(labels, now=float(labels["io.github.hubwright.started"]) + 10 * _DAY_S)


def test_what_a_process_made_that_is_gone_is_abandoned() -> None:
    with subprocess.Popen(["sleep", "600"]) as process:
        labels = {**marks("run"), "io.github.hubwright.owner": owner(process.pid)}
        assert not is_abandoned(labels, now=0)
        process.kill()
    assert is_abandoned(labels, now=0)


def test_a_number_that_passed_on_to_another_process_does_not_count() -> None:
    place, _, _ = owner(os.getpid()).rpartition("/")
    assert is_abandoned({"io.github.hubwright.owner": f"{place}/1"}, now=0)


@pytest.mark.parametrize("place", ["other-boot/pid:[1]/1/1", "", "nonsense"])
def test_the_owner_of_another_machine_is_given_a_day(place: str) -> None:
    labels = {"io.github.hubwright.owner": place, "io.github.hubwright.started": "1000000"}
    assert not is_abandoned(labels, now=1000000 + _DAY_S)
    assert is_abandoned(labels, now=1000001 + _DAY_S)


def test_what_does_not_say_when_it_was_made_is_left_alone() -> None:
    assert not is_abandoned({"io.github.hubwright.owner": "elsewhere/1/1"}, now=10**12)


def test_a_program_may_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("boot\n")
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[4]")
    (tmp_path / "7").mkdir()
    (tmp_path / "7/stat").write_text("7 (a ) b) " + " ".join(str(number) for number in range(3, 40)))
    assert owner(7, tmp_path) == "boot/pid:[4]/7/22"
