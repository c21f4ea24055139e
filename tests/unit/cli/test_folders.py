"""The folder for outputs, before anything is put into it."""

from pathlib import Path

import pytest

from hubwright.cli.folders import require_place
from hubwright.errors import LocalDiskError


@pytest.mark.parametrize("inside", [".", "rehearsals", "rehearsals/lab", "hub-4.4.0"])
def test_a_folder_that_takes_everything_is_left_as_it_is(tmp_path: Path, inside: str) -> None:
    out = tmp_path / "out"
    (out / inside).mkdir(parents=True)
    before = sorted(out.rglob("*"))

    require_place(out, rehearses=True)

    assert sorted(out.rglob("*")) == before


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    require_place(tmp_path / "some" / "out", rehearses=True)

    assert list(tmp_path.iterdir()) == []


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(LocalDiskError, match=r"file/out does not take what this run writes: Not a dir.* with --out$"):
        require_place(tmp_path / "file" / "out", rehearses=False)


def test_a_link_to_nowhere_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to(tmp_path / "gone")

    with pytest.raises(LocalDiskError, match="out does not take what this run writes: No such file"):
        require_place(tmp_path / "out", rehearses=False)


def test_what_rehearsals_write_to_is_asked_only_of_who_rehearses(tmp_path: Path) -> None:
    (tmp_path / "rehearsals").write_text("no folder")

    require_place(tmp_path, rehearses=False)
    with pytest.raises(LocalDiskError, match="rehearsals does not take what this run writes"):
        require_place(tmp_path, rehearses=True)


# Nobody writes there, whatever they may do elsewhere: not even root.
@pytest.mark.parametrize("inside", ["rehearsals/lab", "hub-4.4.0"])
def test_what_an_earlier_rehearsal_left_is_asked_too(tmp_path: Path, inside: str) -> None:
    (tmp_path / inside).parent.mkdir(exist_ok=True)
    (tmp_path / inside).symlink_to("/proc/self", target_is_directory=True)

    with pytest.raises(LocalDiskError, match=f"{inside} does not take what this run writes"):
        require_place(tmp_path, rehearses=True)
