"""What the contract checks are told of an image that this repository builds."""

from hubwright.locks.packages import read_apt_lock
from hubwright.locks.requirements import pins
from hubwright.locks.targets import find_targets
from hubwright.model import Matrix, Variant
from hubwright.rehearse.contract.files import lineage
from hubwright.rehearse.contract.subject import Versions
from hubwright.repository import Repository

_MAX_LOCK = 1 << 24


def locked_versions(repository: Repository, matrix: Matrix, variant: Variant) -> Versions:
    """Return what the locks of the variant and of all that it stands on say; the nearest lock of a name counts.

    Where a part of an image is left unlocked, its other packages may be there beside the locked ones.
    """
    levels = lineage(variant, matrix.variants)
    targets = find_targets(matrix, frozenset(level.name for level in levels), repository.holds)
    architecture = variant.platform.partition("/")[2]
    wanted = {f"{level.folder}/requirements.lock" for level in levels}
    wanted |= {f"{level.folder}/{axis}-{value}.lock" for level in levels for axis, value in level.axes.items()}
    python: dict[str, str] = {}
    debian: dict[str, str] = {}
    # A variant that needs a vendor's source is there without its locks until somebody has made them.
    complete = not targets.left_alone
    for target in targets.python:
        if target.lock in wanted and repository.holds(target.lock):
            python |= pins(repository.read(target.lock, _MAX_LOCK).decode("utf-8", "replace"))
        complete &= target.lock not in wanted or repository.holds(target.lock)
    for apt in targets.apt:
        if repository.holds(apt.lock):
            text = repository.read(apt.lock, _MAX_LOCK).decode("utf-8", "replace")
            debian |= read_apt_lock(text, apt.lock, architecture)
        complete &= repository.holds(apt.lock)
    return Versions(python=python, debian=debian, complete=complete)
