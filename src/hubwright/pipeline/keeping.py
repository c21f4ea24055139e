"""The matrix as it was read the last time: what the same program has found right in the same text, it need not again.

Checking a matrix takes longer than all else that a plan does, and most of that goes into loading what checks.
"""

import hashlib
import os
import stat
import sys
import time
from collections.abc import Collection, Container, Iterator
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import hubwright
from hubwright.files import write_atomically
from hubwright.frozen import dataclass
from hubwright.matrix.packed import pack, unpack
from hubwright.model import Matrix
from hubwright.pipeline.planning import MatrixReader, read_matrix

# What checks a matrix, and what of that is not ours.
_CHECKS = "hubwright.matrix.load"
_LIBRARIES = ("pydantic", "yaml")
# A program that was written within so many seconds may still be being replaced, and what is loaded of it be older.
_SETTLES_S = 10.0
_MOST = 64 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptMatrix:
    """Reads a matrix, and keeps at `path` what came of it; where nothing can be kept, it is read each time.

    `reader` is different for programs that might read a text differently, and as long for all of them. It is no secret:
    who can write to the folder can have any matrix believed.
    """

    path: Path
    reader: bytes
    read: MatrixReader = read_matrix

    def __call__(self, data: bytes, file: str) -> Matrix:
        """Return the matrix, or raise MatrixError; what is wrong with one is not kept, and found anew each time."""
        key = self.reader + data
        with suppress(OSError):
            if (matrix := unpack(_content(self.path), key)) is not None:
                return matrix
        matrix = self.read(data, file)
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, pack(matrix, key), mode=0o600, waits=False)
        return matrix


@cache
def this_reader() -> bytes | None:
    """Return what tells this program from all that might read a matrix differently; None where that cannot be told.

    It is told once: whoever replaces the program while it runs does not replace what is loaded of it.
    """
    try:
        return reader_of(Path(hubwright.__file__).parent, libraries(), loaded=sys.modules, now_s=time.time())
    except OSError:
        # Files come and go in the folder: editors put links there that lead nowhere.
        return None


def reader_of(package: Path, sites: Collection[Path], *, loaded: Container[str], now_s: float) -> bytes | None:
    """Return what tells a program from others: Python's version, its modules, and what is installed beside it.

    A module is the same while nobody has written or replaced its file, which the time of its inode tells: others can be
    set, and are the same for all files of some packages. A library is the same while its version is.

    None where the program may not be the one that is loaded: it was written just now, or checked a matrix before.
    """
    modules = sorted(_modules(package))
    newest_s = max(status.st_ctime for _, status in modules)
    if _CHECKS in loaded or newest_s > now_s - _SETTLES_S:
        return None
    told = [sys.version, *(f"{path} {each.st_size} {each.st_ino} {each.st_ctime_ns}" for path, each in modules)]
    for site in sorted(sites):
        told += [str(site), *sorted(str(each) for each in site.glob("*-info"))]
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).digest()


def libraries() -> set[Path]:
    """Return the folders of what reads a matrix and is not ours, without loading it."""
    found = [find_spec(name) for name in _LIBRARIES]
    return {Path(spec.origin).parents[1] for spec in found if spec is not None and spec.origin is not None}


def _modules(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _modules(Path(entry.path))
            elif entry.name.endswith(".py"):
                yield entry.path, entry.stat()


def _content(path: Path) -> bytes:
    """Return what is kept at the path: nothing where that is no file of ours, or larger than any."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        status = os.fstat(file.fileno())
        ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_size <= _MOST
        return file.read() if ours else b""
