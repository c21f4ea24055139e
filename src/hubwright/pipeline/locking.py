"""From what is asked for to exactly what is installed."""

from collections.abc import Callable, Iterable, Mapping

from hubwright.locks.run import LockFile, Tools, resolve_locks
from hubwright.locks.targets import find_targets
from hubwright.model import Source
from hubwright.pipeline.planning import load, load_roots
from hubwright.plan import select
from hubwright.repository import Repository
from hubwright.sources import unreachable


def lock(
    repository: Repository,
    matrix_file: str,
    patterns: Iterable[str],
    tools: Tools,
    *,
    addresses: Callable[[Iterable[Source]], Mapping[str, str]],
    answers: Callable[[str], str | None],
) -> tuple[LockFile, ...]:
    """Return the locks of the chosen images as they would be today; nothing is written.

    What needs a source that cannot be had stays as it is, and that is said: it must not keep the others from moving.
    """
    matrix = load(repository, matrix_file)
    chosen = select(matrix, patterns)
    known = addresses(matrix.sources.values())
    needed = sorted({source for name in chosen for source in matrix.variants[name].sources})
    reasons = unreachable([matrix.sources[name] for name in needed], known, answers)
    targets = find_targets(matrix, chosen, repository.holds, reasons)
    for path, why in targets.left_alone.items():
        tools.say(f"{path} is not locked: {why}")
    return resolve_locks(matrix, targets, load_roots(repository), repository, tools, addresses=known)
