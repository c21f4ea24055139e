"""The matrix as it was read the last time: what the same program has found right in the same text, it need not again.

Checking a matrix takes longer than all else that a plan does, and most of that goes into loading what checks.
"""

import hashlib
import os
import sys
from collections.abc import Collection, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import hubwright
from hubwright.files import write_atomically
from hubwright.frozen import dataclass
from hubwright.matrix.packed import pack, unpack
from hubwright.model import Matrix
from hubwright.pipeline.planning import MatrixReader, read_matrix

# What is not ours of what reads a matrix.
_READERS = ("pydantic", "yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptMatrix:
    """Reads a matrix, and keeps at `path` what came of it; where nothing can be kept, it is read each time.

    `reader` is different for programs that might read a text differently, and as long for all of them.
    """

    path: Path
    reader: bytes
    read: MatrixReader = read_matrix

    def __call__(self, data: bytes, file: str) -> Matrix:
        """Return the matrix, or raise MatrixError; what is wrong with one is not kept, and found anew each time."""
        key = self.reader + data
        with suppress(OSError):
            if (matrix := unpack(self.path.read_bytes(), key)) is not None:
                return matrix
        matrix = self.read(data, file)
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, pack(matrix, key), mode=0o600)
        return matrix


def this_reader() -> bytes:
    """Return what tells this program from all that might read a matrix differently."""
    return reader_of(Path(hubwright.__file__).parent, libraries())


def reader_of(package: Path, sites: Collection[Path]) -> bytes:
    """Return what tells a program from others: Python's version, its modules, and what is installed beside it.

    A module is the same while nobody has written or replaced its file, which the time of its inode tells: others can be
    set, and are the same for all files of some packages.
    """
    told = [sys.version, *sorted(_modules(package))]
    for site in sorted(sites):
        told += [str(site), *sorted(str(each) for each in site.glob("*-info"))]
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).digest()


def libraries() -> set[Path]:
    """Return the folders of what reads a matrix and is not ours, without loading it."""
    found = [find_spec(name) for name in _READERS]
    return {Path(spec.origin).parents[1] for spec in found if spec is not None and spec.origin is not None}


def _modules(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _modules(Path(entry.path))
            elif entry.name.endswith(".py"):
                status = entry.stat()
                yield f"{entry.path} {status.st_size} {status.st_ino} {status.st_ctime_ns}"
