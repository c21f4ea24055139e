import os
from pathlib import Path

import pytest

from hubwright.files import _umask, write_atomically


def test_the_content_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.lock"
    target.write_text("old")
    write_atomically(target, b"new")
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["a.lock"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other, link = tmp_path / "other", tmp_path / "link"
    other.write_text("untouched")
    link.symlink_to(other)
    write_atomically(link, b"new")
    assert not link.is_symlink()
    assert other.read_text() == "untouched"


@pytest.mark.parametrize("umask, mode", [(0o022, 0o644), (0o077, 0o600)])
def test_the_mode_is_that_of_a_new_file(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_where_it_cannot_be_written_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").touch()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_system_that_does_not_tell_its_umask_gives_the_usual_mode(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name: x\n")
    assert _umask(status) == 0o022
