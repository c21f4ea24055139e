"""The whole of `hubwright lock`: everything is resolved before anything is written."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from hubwright.frozen import dataclass
from hubwright.locks.desk import MAX_LOCK, Desk, Tools
from hubwright.locks.roots_file import write_roots
from hubwright.locks.targets import Targets
from hubwright.model import Matrix
from hubwright.repository import Repository
from hubwright.roots import FOUNDATIONS_LOCK, Roots

# uv waits for the network most of the time.
AT_ONCE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class LockFile:
    """A lock as it is, None where there is none, and as it would be."""

    path: str
    before: bytes | None
    after: bytes

    @property
    def moved(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An image, or a foundation, that stays on its lock, and why.

    `answered` is False where nobody could be asked: that says nothing about the packages.
    """

    name: str
    reason: str
    answered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Locks:
    """Every lock that was asked for and could be had, and what stays as it is."""

    files: tuple[LockFile, ...]
    kept: tuple[Kept, ...] = ()


def resolve_locks(
    matrix: Matrix,
    targets: Targets,
    roots: Roots,
    repository: Repository,
    tools: Tools,
    *,
    addresses: Mapping[str, str] = MappingProxyType({}),
) -> tuple[LockFile, ...]:
    """Return every lock of the targets as it would be today, in the order of their paths.

    `roots` is what foundations are locked as now, `addresses` those of the sources. Nothing is written.
    """
    desk = Desk(matrix, repository, tools, addresses)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lock") as pool:
        try:
            for target in targets.python:
                # Known before the next one is handed over, which may wait for it.
                desk.pending[target.lock] = pool.submit(desk.python, target)
            locked = desk.roots_before(roots)
            for name, platform in targets.foundations:
                locked[name, platform] = desk.root(name, platform, roots.get((name, platform)))
            made = {FOUNDATIONS_LOCK: write_roots(locked)} if targets.foundations else {}
            made |= {packages.lock: desk.apt(packages, locked) for packages in targets.apt}
            made |= {path: future.result() for path, future in desk.pending.items()}
        except BaseException:
            desk.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return lock_files(made, repository)


def lock_files(made: Mapping[str, bytes], repository: Repository) -> tuple[LockFile, ...]:
    """Return what was made beside what the repository holds."""
    return tuple(
        LockFile(path=path, before=repository.read(path, MAX_LOCK) if repository.holds(path) else None, after=after)
        for path, after in sorted(made.items())
    )
