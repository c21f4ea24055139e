"""From what is asked for to exactly what is installed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from hubwright.locks.desk import Tools
from hubwright.locks.family import folder_of, images_of
from hubwright.locks.run import Kept, Locks, resolve_locks
from hubwright.locks.targets import find_targets
from hubwright.locks.tolerant import resolve_what_can_be
from hubwright.model import Source
from hubwright.pipeline.planning import load, load_roots
from hubwright.plan import select
from hubwright.repository import Repository
from hubwright.roots import FOUNDATIONS_LOCK
from hubwright.sources import unreachable
from hubwright.words import listed


def lock(
    repository: Repository,
    matrix_file: str,
    patterns: Iterable[str],
    tools: Tools,
    *,
    addresses: Callable[[Iterable[Source]], Mapping[str, str]],
    answers: Callable[[str], str | None],
    tolerant: bool = False,
) -> Locks:
    """Return the locks of the chosen images as they would be today; nothing is written.

    What needs a source that cannot be had stays as it is, and that is said: it must not keep the others from moving.
    The same becomes of what cannot be resolved where the run is `tolerant`; otherwise that is an error.
    """
    matrix = load(repository, matrix_file)
    chosen = select(matrix, patterns)
    known = addresses(matrix.sources.values())
    needed = sorted({source for name in chosen for source in matrix.variants[name].sources})
    reasons = unreachable([matrix.sources[name] for name in needed], known, answers)
    targets = find_targets(matrix, chosen, repository.holds, reasons)
    for path, why in targets.left_alone.items():
        tools.say(f"{path} is not locked: {why}")
    lacking = {images_of(matrix, folder_of(path)): why for path, why in targets.left_alone.items()}
    left = tuple(
        Kept(name=listed(names, conjunction="and"), reason=why, answered=False) for names, why in lacking.items()
    )
    roots = load_roots(repository)
    if tolerant:
        locks = resolve_what_can_be(matrix, targets, roots, repository, tools, addresses=known)
        return replace(locks, kept=(*left, *locks.kept))
    return Locks(files=resolve_locks(matrix, targets, roots, repository, tools, addresses=known), kept=left)


def lock_paths(repository: Repository, matrix_file: str) -> frozenset[str]:
    """Return the paths of all locks that the matrix asks for, be they there or not."""
    matrix = load(repository, matrix_file)
    targets = find_targets(matrix, frozenset(matrix.variants), repository.holds)
    locks = {target.lock for target in targets.python} | {target.lock for target in targets.apt}
    return frozenset(locks | {FOUNDATIONS_LOCK})
