import errno
import os
import tempfile
from pathlib import Path

import pytest

from hubwright import disks
from hubwright.cli.folders import disks as places
from hubwright.disks import disk_failure, disk_remark, temporary_folder
from hubwright.errors import LocalDiskError


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every disk count as one that is nearly full."""
    monkeypatch.setattr(disks, "_LOW", 1 << 62)


def test_a_write_that_failed_names_its_file(tmp_path: Path) -> None:
    told = disk_failure(OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "a")), {})
    assert str(told) == f"cannot write {tmp_path}/a: No space left on device. Free some space there and run it again"
    told = disk_failure(OSError(errno.EROFS, "Read-only file system", "/a"), {})
    assert str(told) == "cannot write /a: Read-only file system. Is its disk all right?"


def test_a_write_that_names_no_file_names_the_places(tmp_path: Path) -> None:
    told = disk_failure(OSError(errno.EDQUOT, "Disk quota exceeded"), {"the cache": tmp_path / "not/there/yet"})
    assert f"Disk quota exceeded. A disk is full: {tmp_path}/not/there/yet (the cache) has " in str(told)


def test_a_write_that_names_no_file_may_be_of_what_the_command_prints(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    told = str(disk_failure(full, {"the cache": tmp_path}))
    assert told.startswith("No space left on device: where the output of this command goes to, or on one of these ")
    assert f"{tmp_path} (the cache) has " in told


@pytest.mark.usefixtures("small")
def test_a_write_that_names_no_file_names_the_disks_that_are_nearly_full(tmp_path: Path) -> None:
    told = str(disk_failure(OSError(errno.ENOSPC, "No space left on device"), {"the cache": tmp_path}))
    assert told.startswith(f"No space left on device. A disk is full: {tmp_path} (the cache) has ")


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()
    with pytest.raises(NotADirectoryError) as caught:
        (home / ".cache/hubwright").mkdir(parents=True)
    told = str(disk_failure(caught.value, {"the cache": home / ".cache/hubwright"}))
    assert told.startswith(f"cannot use {home}/.cache/hubwright: Not a directory. Let whoever runs this ")
    told = str(disk_failure(PermissionError(errno.EACCES, "Permission denied", "/.cache"), {}))
    assert told.startswith("cannot use /.cache: Permission denied. Let whoever runs this read and write there; ")


def test_a_machine_without_a_folder_for_temporary_files_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert temporary_folder() == places(os.environ)["temporary files"]
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr("tempfile._candidate_tempdir_list", lambda: [str(tmp_path / "none")])
    with pytest.raises(LocalDiskError, match=r"written to no folder: No usable .*none.* Let TMPDIR name one"):
        temporary_folder()
    # Whoever only lists places is not kept from telling what else is wrong.
    assert "temporary files" not in places(os.environ)


def test_another_error_is_none_of_a_disk() -> None:
    assert disk_failure(OSError(errno.EPERM, "Operation not permitted"), {}) is None


def test_words_about_a_full_disk_bring_all_places_in(tmp_path: Path) -> None:
    told = disk_remark("write /x: no space left on device", {"a": tmp_path, "b": tmp_path})
    assert told
    assert told.startswith(f"A disk is full: {tmp_path} (a) has ")
    assert f"; {tmp_path} (b) has " in told
    assert disk_remark("exit code: 3", {"a": tmp_path}) is None


@pytest.mark.usefixtures("small")
def test_a_disk_that_is_nearly_full_is_told_of_whatever_the_failure_says(tmp_path: Path) -> None:
    assert "(a) has" in str(disk_remark("it answered 500", {"a": tmp_path}))
