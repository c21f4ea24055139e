from pathlib import Path

import pytest

from hubwright.engines import leavings
from hubwright.engines.places import Places
from hubwright.errors import EngineStopError


def test_mount_points_that_were_made_are_removed_again(tmp_path: Path) -> None:
    folders = (str(tmp_path / "a"), str(tmp_path / "b" / "c"))

    leavings.make_mount_points(folders)
    leavings.make_mount_points(folders)
    assert Path(folders[1]).is_dir()
    leavings.remove_mount_points(folders)
    leavings.remove_mount_points(folders)

    assert not any(Path(folder).exists() for folder in folders)


def test_a_mount_point_that_somebody_uses_by_now_stays(tmp_path: Path) -> None:
    leavings.make_mount_points([str(tmp_path / "a")])
    (tmp_path / "a" / "socket").touch()

    leavings.remove_mount_points([str(tmp_path / "a")])

    assert (tmp_path / "a" / "socket").exists()


def test_control_groups_go_in_every_hierarchy_and_no_other_does(tmp_path: Path, places: Places) -> None:
    ours = [tmp_path / places.cgroup, tmp_path / "memory" / places.cgroup, tmp_path / "cpu" / places.cgroup]
    for group in ours:
        (group / "buildkit" / "one").mkdir(parents=True)
        (group / "f00").mkdir()
    (tmp_path / "memory" / "docker").mkdir()

    leavings.remove_cgroups(places, tmp_path)

    assert not any(group.exists() for group in ours)
    assert (tmp_path / "memory" / "docker").is_dir()


def test_control_groups_that_do_not_go_are_an_error(
    tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leavings, "_EMPTY_S", 0)
    (tmp_path / places.cgroup).mkdir()
    (tmp_path / places.cgroup / "in-use").touch()

    with pytest.raises(EngineStopError, match=places.cgroup):
        leavings.remove_cgroups(places, tmp_path)


def test_mount_points_of_an_engine_are_told_from_those_that_were_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    monkeypatch.setattr(leavings, "HIDDEN_FOLDERS", (tmp_path / "there", tmp_path / "not"))

    assert leavings.missing_mount_points() == (str(tmp_path / "not"),)
