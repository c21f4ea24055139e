"""The matrix, for commands that people run again and again: it is checked once, until something changes."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress

from hubwright.cli.folders import cache_folder
from hubwright.model import Matrix
from hubwright.pipeline import planning
from hubwright.pipeline.keeping import KeptMatrix, this_reader
from hubwright.pipeline.planning import MatrixReader, Prepared
from hubwright.planned import Plan
from hubwright.tree import DiskTree


def load(tree: DiskTree, matrix_file: str) -> Matrix:
    """Return the checked matrix, as `planning` does."""
    return planning.load(tree, matrix_file, read=_reader(tree, matrix_file))


def prepare(tree: DiskTree, matrix_file: str, patterns: Iterable[str]) -> Prepared:
    """Return what planning needs of the repository, as `planning` does."""
    return planning.prepare(tree, matrix_file, patterns, read=_reader(tree, matrix_file))


def plan(tree: DiskTree, matrix_file: str, patterns: Iterable[str]) -> Plan:
    """Return the plan as far as the repository can tell, as `planning` does."""
    return planning.plan(tree, matrix_file, patterns, read=_reader(tree, matrix_file))


def _reader(tree: DiskTree, matrix_file: str) -> MatrixReader:
    reader, cache = this_reader(), None
    # There are users without a home.
    with suppress(RuntimeError):
        cache = cache_folder(os.environ)
    if reader is None or cache is None:
        return planning.read_matrix
    # By where it lies, so that a matrix that changes has one; and never more than 256 of them, wherever checkouts were.
    name = hashlib.sha256(os.fsencode(tree.root.absolute() / matrix_file)).hexdigest()[:2]
    return KeptMatrix(path=cache / "matrices" / name, reader=reader)
