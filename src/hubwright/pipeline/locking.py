"""From what is asked for to exactly what is installed."""

from collections.abc import Iterable

from hubwright.locks.run import LockFile, Tools, resolve_locks
from hubwright.locks.targets import find_targets
from hubwright.pipeline.planning import load, load_roots
from hubwright.plan import select
from hubwright.repository import Repository


def lock(repository: Repository, matrix_file: str, patterns: Iterable[str], tools: Tools) -> tuple[LockFile, ...]:
    """Return the locks of the chosen images as they would be today; nothing is written."""
    matrix = load(repository, matrix_file)
    targets = find_targets(matrix, select(matrix, patterns), repository.holds)
    for path, why in targets.left_alone.items():
        tools.say(f"{path} is not locked: it {why}")
    return resolve_locks(matrix, targets, load_roots(repository), repository, tools)
