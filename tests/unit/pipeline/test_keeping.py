"""A matrix is read once: never where it might be another one, and never wrong for having been kept."""

import os
import shutil
from pathlib import Path

import pytest

import hubwright
from hubwright.errors import MatrixError
from hubwright.matrix.packed import pack
from hubwright.model import Matrix
from hubwright.pipeline.keeping import KeptMatrix, libraries, reader_of, this_reader
from hubwright.pipeline.planning import read_matrix

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "matrix.yaml").read_bytes()
OTHER = TEXT.replace(b"JupyterLab", b"Jupyter")


class Reads:
    """Reads as everybody does, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, data: bytes, file: str) -> Matrix:
        self.count += 1
        return read_matrix(data, file)


@pytest.fixture
def reads() -> Reads:
    return Reads()


def kept(tmp_path: Path, reads: Reads, reader: bytes = b"one") -> KeptMatrix:
    return KeptMatrix(path=tmp_path / "cache/matrices/it", reader=reader, read=reads)


def test_the_same_text_is_read_once(tmp_path: Path, reads: Reads) -> None:
    first = kept(tmp_path, reads)(TEXT, "matrix.yaml")
    again = kept(tmp_path, reads)(TEXT, "matrix.yaml")
    assert (again, reads.count) == (first, 1)
    assert again == read_matrix(TEXT, "matrix.yaml")


def test_another_text_or_another_program_reads_it_anew(tmp_path: Path, reads: Reads) -> None:
    kept(tmp_path, reads)(TEXT, "matrix.yaml")
    assert kept(tmp_path, reads)(OTHER, "matrix.yaml") == read_matrix(OTHER, "matrix.yaml")
    assert kept(tmp_path, reads, b"two")(OTHER, "matrix.yaml") == read_matrix(OTHER, "matrix.yaml")
    # The last one is kept, and no other.
    assert kept(tmp_path, reads, b"two")(OTHER, "matrix.yaml") == read_matrix(OTHER, "matrix.yaml")
    assert reads.count == 3
    assert [each.name for each in (tmp_path / "cache/matrices").iterdir()] == ["it"]
    kept(tmp_path, reads, b"one")(OTHER, "matrix.yaml")
    assert reads.count == 4


def test_what_is_wrong_is_told_each_time_and_not_kept(tmp_path: Path, reads: Reads) -> None:
    for _ in range(2):
        with pytest.raises(MatrixError, match=r"other\.yaml:1:"):
            kept(tmp_path, reads)(b"version: 2\n", "other.yaml")
    assert reads.count == 2
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("written", [b"", b"{}", b"\0" * 4096, pack(read_matrix(OTHER, "m"), b"one" + OTHER)])
def test_a_damaged_file_is_read_past_and_written_anew(tmp_path: Path, reads: Reads, written: bytes) -> None:
    path = kept(tmp_path, reads).path
    path.parent.mkdir(parents=True)
    path.write_bytes(written)
    matrices = [kept(tmp_path, reads)(TEXT, "matrix.yaml") for _ in range(2)]
    assert matrices == [read_matrix(TEXT, "matrix.yaml")] * 2
    assert reads.count == 1


def test_where_nothing_can_be_kept_everything_is_read(tmp_path: Path, reads: Reads) -> None:
    (tmp_path / "cache").write_text("a file, where a folder would have to be")
    for _ in range(2):
        assert kept(tmp_path, reads)(TEXT, "matrix.yaml").profiles
    (tmp_path / "cache").unlink()
    (tmp_path / "cache/matrices/it").mkdir(parents=True)
    assert kept(tmp_path, reads)(TEXT, "matrix.yaml").profiles
    assert reads.count == 3


def test_it_is_for_its_owner_alone(tmp_path: Path, reads: Reads) -> None:
    kept(tmp_path, reads)(TEXT, "matrix.yaml")
    assert (tmp_path / "cache/matrices/it").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def program(tmp_path: Path) -> Path:
    package = tmp_path / "program"
    shutil.copytree(Path(hubwright.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    return package


def test_a_program_is_another_once_a_module_is_another(program: Path) -> None:
    rules, other = program / "matrix/rules.py", program / "rules"
    text, status = rules.read_text("utf-8"), rules.stat()
    readers = [reader_of(program, ()), reader_of(program, ())]
    assert readers.pop() == readers[0]
    # As large as it was, and with the same time: in an image, all files may have one.
    while rules.stat().st_ctime_ns == status.st_ctime_ns:  # the system's clock ticks every few milliseconds
        rules.write_text(text.replace("e", "a"), "utf-8")
    os.utime(rules, ns=(status.st_atime_ns, status.st_mtime_ns))
    readers.append(reader_of(program, ()))
    other.write_text(text, "utf-8")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(rules)
    readers.append(reader_of(program, ()))
    (program / "matrix/more.py").touch()
    readers.append(reader_of(program, ()))
    assert len(set(readers)) == 4


def test_a_program_is_the_same_whatever_else_lies_in_its_folder(program: Path) -> None:
    before = reader_of(program, ())
    (program / "__pycache__").mkdir()
    (program / "__pycache__/rules.cpython-311.pyc").touch()
    (program / "notes.txt").touch()
    assert reader_of(program, ()) == before


def test_a_program_is_another_with_another_library(program: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "pydantic").mkdir(parents=True)
    readers = [reader_of(program, [site]), reader_of(program, [tmp_path])]
    for name in ("pydantic-2.11.0.dist-info", "pydantic-2.12.0.dist-info", "PyYAML-6.0.egg-info"):
        (site / name).mkdir()
        readers.append(reader_of(program, [site]))
    assert len(set(readers)) == 5


def test_this_program_knows_where_its_libraries_are() -> None:
    folders = libraries()
    assert all(any(folder.glob(f"{name}-*.dist-info")) for folder in folders for name in ("pydantic", "pydantic_core"))
    assert this_reader() == reader_of(Path(hubwright.__file__).parent, folders)
    assert len(this_reader()) == 32
