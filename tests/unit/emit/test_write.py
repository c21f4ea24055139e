import os
from pathlib import Path

import pytest

from hubwright.emit.write import write_files, written
from hubwright.errors import LocalDiskError

FILES = {"b.yaml": b"values", "a.json": b"list"}


def test_what_is_missing_is_written_in_its_order(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    assert write_files(folder, FILES) == ("b.yaml", "a.json")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    for path in tmp_path.iterdir():
        os.utime(path, (1, 1))
    assert write_files(tmp_path, FILES) == ()
    assert write_files(tmp_path, {**FILES, "a.json": b"another list"}) == ("a.json",)
    assert (tmp_path / "b.yaml").stat().st_mtime == 1
    assert (tmp_path / "a.json").read_bytes() == b"another list"


def test_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("kept")
    write_files(tmp_path, FILES)
    assert (tmp_path / "mine").read_text() == "kept"


def test_a_file_that_cannot_be_replaced_is_named_and_nothing_is_half_written(tmp_path: Path) -> None:
    (tmp_path / "a.json" / "inside").mkdir(parents=True)
    with pytest.raises(LocalDiskError, match=r"does not take what a hub has to read.*a\.json"):
        write_files(tmp_path, FILES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalDiskError, match="file/folder does not take"):
        write_files(tmp_path / "file" / "folder", FILES)


def test_what_was_written_is_there_or_not_and_what_cannot_be_read_is_neither(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    (tmp_path / "folder").mkdir()
    assert (written(tmp_path / "a.json"), written(tmp_path / "nothing")) == (b"list", None)
    with pytest.raises(LocalDiskError, match=r"folder cannot be read: .*name another folder with --out"):
        written(tmp_path / "folder")
