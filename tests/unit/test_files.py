import errno
import fcntl
import os
import resource
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hubwright.files import _held, _umask, write_atomically


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


def test_what_a_writer_that_was_killed_has_left_is_taken_up(tmp_path: Path) -> None:
    left = tmp_path / ".a.lock.fresh"
    left.write_text("much more than there is to write")
    left.chmod(0o600)
    write_atomically(tmp_path / "a.lock", b"new", mode=0o644)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.lock": b"new"}
    assert (tmp_path / "a.lock").stat().st_mode & 0o777 == 0o644


def test_a_link_where_a_writer_would_work_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("untouched")
    (tmp_path / ".a.fresh").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic links"):
        write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "other").read_text() == "untouched"


@pytest.mark.parametrize("made_again", [False, True])
def test_a_file_that_got_its_name_while_we_waited_is_not_written_to(tmp_path: Path, made_again: bool) -> None:  # noqa: FBT001 - a row of the table
    fresh, waits = tmp_path / "fresh", iter([True, False])

    def lock(descriptor: int, how: int) -> None:
        fcntl.flock(descriptor, how)
        if next(waits):
            fresh.replace(tmp_path / "theirs")
            if made_again:
                fresh.touch()

    descriptor = _held(fresh, lock=lock)
    os.write(descriptor, b"ours")
    os.close(descriptor)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"fresh": b"ours", "theirs": b""}


def test_a_lock_that_cannot_be_had_leaves_no_descriptor(tmp_path: Path) -> None:
    def lock(_descriptor: int, _how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError, match="No locks"):
        _held(tmp_path / "fresh", lock=lock)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_many_writers_of_one_file_leave_one_content_that_is_whole(tmp_path: Path) -> None:
    contents = [bytes([letter]) * 50_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(len(contents)) as pool:
        list(pool.map(lambda content: write_atomically(tmp_path / "a", content), contents * 10))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() in contents


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


def test_who_does_not_wait_hears_that_another_writes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with (tmp_path / ".a.fresh").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BlockingIOError):
            write_atomically(tmp_path / "a", b"new", waits=False)
    assert (tmp_path / "a").read_bytes() == b"old"
    write_atomically(tmp_path / "a", b"new", waits=False)
    assert (tmp_path / "a").read_bytes() == b"new"


def test_an_error_names_the_file_that_did_not_fit(tmp_path: Path) -> None:
    # What is larger than this is refused as a full disk refuses it: with no word about which file it was.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            write_atomically(tmp_path / "a", b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.filename == str(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
