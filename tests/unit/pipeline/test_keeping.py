"""A matrix is read once: never where it might be another one, and never wrong for having been kept."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
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


def read_by(package: Path, *sites: Path, loaded: tuple[str, ...] = (), later_s: float = 60) -> bytes | None:
    return reader_of(package, sites, loaded=loaded, now_s=time.time() + later_s)


def test_a_program_is_another_once_a_module_is_another(program: Path) -> None:
    rules, other = program / "matrix/rules.py", program / "rules"
    text, status = rules.read_text("utf-8"), rules.stat()
    readers = [read_by(program), read_by(program)]
    assert readers.pop() == readers[0]
    # As large as it was, and with the same time: in an image, all files may have one.
    while rules.stat().st_ctime_ns == status.st_ctime_ns:  # the system's clock ticks every few milliseconds
        rules.write_text(text.replace("e", "a"), "utf-8")
    os.utime(rules, ns=(status.st_atime_ns, status.st_mtime_ns))
    readers.append(read_by(program))
    other.write_text(text, "utf-8")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(rules)
    readers.append(read_by(program))
    (program / "matrix/more.py").touch()
    readers.append(read_by(program))
    assert len({*readers, None}) == 5


def test_a_program_is_the_same_whatever_else_lies_in_its_folder(program: Path) -> None:
    before = read_by(program)
    (program / "__pycache__").mkdir()
    (program / "__pycache__/rules.py").touch()
    (program / "notes.txt").touch()
    assert read_by(program) == before


def test_a_program_is_another_with_another_library(program: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "pydantic").mkdir(parents=True)
    readers = [read_by(program, site), read_by(program, tmp_path)]
    for name in ("pydantic-2.11.0.dist-info", "pydantic-2.12.0.dist-info", "PyYAML-6.0.egg-info"):
        (site / name).mkdir()
        readers.append(read_by(program, site))
    assert len({*readers, None}) == 6


def test_a_program_that_was_written_just_now_may_not_be_the_one_that_is_loaded(program: Path) -> None:
    (program / "matrix/rules.py").touch()
    assert read_by(program, later_s=5) is None
    assert read_by(program, later_s=15) is not None


def test_a_program_that_has_checked_a_matrix_may_have_been_replaced_since(program: Path) -> None:
    assert read_by(program, loaded=("hubwright.model", "hubwright.matrix.load")) is None
    assert read_by(program, loaded=("hubwright.model",)) == read_by(program)


def test_this_program_knows_where_its_libraries_are() -> None:
    folders = libraries()
    assert all(any(folder.glob(f"{name}-*.dist-info")) for folder in folders for name in ("pydantic", "pydantic_core"))
    # These tests have loaded what checks a matrix.
    assert this_reader() is None


_TWICE = """\
import sys
from pathlib import Path
from hubwright.pipeline import keeping

keeping._SETTLES_S = -3600.0
kept, text = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
read = lambda: print(keeping.KeptMatrix(path=kept, reader=keeping.this_reader())(text, "matrix.yaml").chart.version)
read()
if sys.argv[3:]:
    loads = Path(keeping.__file__).parents[1] / "matrix/load.py"
    loads.write_text(loads.read_text().replace("chart=CHARTS[document.hub.chart]", "chart=CHARTS['3.3.8']"))
    kept.unlink()
    read()
"""


def test_what_a_program_found_before_it_was_replaced_is_not_believed_by_the_new_one(
    program: Path, tmp_path: Path
) -> None:
    program.rename(tmp_path / "hubwright")
    argv = [sys.executable, "-c", _TWICE, str(tmp_path / "kept"), str(ROOT / "matrix.yaml")]

    def told(*more: str) -> list[str]:
        environment = {"PYTHONPATH": str(tmp_path)}
        return subprocess.run(
            [*argv, *more], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()

    assert told("replace") == ["4.4.0", "4.4.0"]
    assert (tmp_path / "kept").exists()
    assert told() == ["3.3.8"]
    assert told() == ["3.3.8"]


def test_a_folder_in_which_files_come_and_go_tells_nothing(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program / "matrix/.#rules.py").symlink_to("me@host.123:456")
    with pytest.raises(FileNotFoundError):
        read_by(program)
    monkeypatch.setattr(hubwright, "__file__", str(program / "__init__.py"))
    assert this_reader.__wrapped__() is None


@pytest.mark.parametrize("kind", ["fifo", "link", "large", "folder"])
def test_what_is_no_file_of_ours_is_not_read(tmp_path: Path, reads: Reads, kind: str) -> None:
    matrix = kept(tmp_path, reads)(TEXT, "matrix.yaml")
    path = tmp_path / "cache/matrices/it"
    if kind == "large":
        os.truncate(path, 1 << 40)
    else:
        path.replace(tmp_path / "elsewhere")
        makes: dict[str, Callable[[], None]] = {
            "fifo": lambda: os.mkfifo(path),
            "link": lambda: path.symlink_to(tmp_path / "elsewhere"),
            "folder": path.mkdir,
        }
        makes[kind]()
    assert kept(tmp_path, reads)(TEXT, "matrix.yaml") == matrix
    assert reads.count == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_is_somebody_elses_is_not_read(tmp_path: Path, reads: Reads) -> None:
    kept(tmp_path, reads)(TEXT, "matrix.yaml")
    os.chown(tmp_path / "cache/matrices/it", 12345, 12345)
    kept(tmp_path, reads)(TEXT, "matrix.yaml")
    kept(tmp_path, reads)(TEXT, "matrix.yaml")
    assert reads.count == 2


def test_nobody_is_waited_for(tmp_path: Path, reads: Reads) -> None:
    folder = tmp_path / "cache/matrices"
    folder.mkdir(parents=True)
    with (folder / ".it.fresh").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert kept(tmp_path, reads)(TEXT, "matrix.yaml").profiles
    assert [each.name for each in folder.iterdir()] == [".it.fresh"]
    kept(tmp_path, reads)(TEXT, "matrix.yaml")
    assert [each.name for each in folder.iterdir()] == ["it"]
