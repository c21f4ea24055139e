"""Where locks are resolved one by one, each against those that it stands on."""

from collections.abc import Mapping
from concurrent.futures import Future
from threading import Event

from hubwright.errors import StaleLockError, UnresolvableError
from hubwright.frozen import dataclass
from hubwright.locks.outside import OpenRegistry
from hubwright.locks.packages import complaint_with_places, read_apt_lock, read_wanted, write_apt_lock
from hubwright.locks.python import Uv, compile_lock
from hubwright.locks.requirements import constraints_text, fill_in
from hubwright.locks.roots_now import AskApt, Say, bootstrapped, lock_root
from hubwright.locks.survey import AptTarget, PythonTarget
from hubwright.model import Matrix
from hubwright.repository import Repository
from hubwright.roots import BootstrappedRoot, LockedPackage, Root, Roots
from hubwright.sources import apt_endpoint, is_public_key, stanza
from hubwright.stopping import stoppable

MAX_LOCK = 16 * 2**20
_MAX_SOURCE = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """Who is asked."""

    uv: Uv
    ask_apt: AskApt
    open_registry: OpenRegistry
    say: Say


class Desk:
    """What was resolved in this run, and the locks in the repository for all that was not.

    `stop` is set where nobody waits for the rest any more: what was asked of uv is given up.
    """

    def __init__(self, matrix: Matrix, repository: Repository, tools: Tools, addresses: Mapping[str, str]) -> None:
        self._matrix = matrix
        self._repository = repository
        self._tools = tools
        self._addresses = addresses
        self.apt_locks: dict[str, bytes] = {}
        self.pending: dict[str, Future[bytes]] = {}
        self.stop = Event()

    def roots_before(self, before: Roots) -> dict[tuple[str, str], Root]:
        """Return what is locked now of the foundations that the matrix still has."""
        used = {(variant.foundation, variant.platform) for variant in self._matrix.variants.values()}
        return {key: root for key, root in before.items() if key in used}

    def root(self, name: str, platform: str, before: Root | None) -> Root:
        self._tools.say(f"foundation {name} ({platform})")
        return lock_root(
            self._matrix.foundations[name],
            platform,
            before,
            ask_apt=self._tools.ask_apt,
            open_registry=self._tools.open_registry,
            say=self._tools.say,
        )

    def python(self, target: PythonTarget) -> bytes:
        text = self._read(target.source, _MAX_SOURCE)
        requirements = fill_in(text, target.source, target.values)
        constraints = self.constraints(target)
        self._tools.say(target.lock)
        indexes = [self._addresses[name] for name in target.sources]
        with stoppable(self.stop.is_set):
            return compile_lock(
                self._tools.uv, target, requirements=requirements, constraints=constraints, indexes=indexes
            )

    def constraints(self, target: PythonTarget) -> str:
        """Return what a lock of the target must not contradict."""
        return constraints_text(
            [self._python_lock(lock) for lock in target.constraints],
            [[self._python_lock(lock) for lock in group] for group in target.agreeing],
        )

    def _python_lock(self, path: str) -> str:
        # A lock that is made in this run was handed to the pool before those that wait for it.
        if path in self.pending:
            return self.pending[path].result().decode()
        return self._other_lock(path)

    def apt(self, target: AptTarget, roots: Roots) -> bytes:
        self._tools.say(target.lock)
        packages: dict[str, tuple[LockedPackage, ...]] = {}
        for foundation, platform in target.foundations:
            architecture = platform.partition("/")[2]
            if architecture in packages:
                msg = f"{target.source} belongs to images on different foundations; give each a folder of its own"
                raise UnresolvableError(msg)
            packages[architecture] = self._apt(target, foundation, platform, roots)
        self.apt_locks[target.lock] = write_apt_lock(packages)
        return self.apt_locks[target.lock]

    def _apt(self, target: AptTarget, foundation: str, platform: str, roots: Roots) -> tuple[LockedPackage, ...]:
        architecture, suite = platform.partition("/")[2], self._matrix.foundations[foundation].suite
        if suite is None:
            msg = f"{target.source}: nothing says which suite it is for; give foundation {foundation} a bootstrap suite"
            raise UnresolvableError(msg)
        installed = self._root_packages(roots.get((foundation, platform)), suite, platform)
        for path in target.parents:
            text = self.apt_locks[path].decode() if path in self.apt_locks else self._other_lock(path)
            installed |= read_apt_lock(text, path, architecture)
        wanted = read_wanted(self._read(target.source, _MAX_SOURCE), target.source)
        apt = self._tools.ask_apt(suite, architecture, self._repositories(target))
        found = apt.resolve([each.word for each in wanted], installed=installed.items())
        if isinstance(found, str):
            complaint = complaint_with_places(found, wanted)
            msg = f"what {target.source} asks for cannot be had of {suite} ({architecture}): {complaint}"
            raise UnresolvableError(msg)
        return found

    def _repositories(self, target: AptTarget) -> tuple[str, ...]:
        """Return the repositories of the target's sources as apt reads them, each with its key."""
        stanzas = []
        for name, path in target.keys.items():
            repository = self._matrix.sources[name].apt
            assert repository is not None  # noqa: S101 - only those with a repository have a key
            key = self._read(path, _MAX_SOURCE) if self._repository.holds(path) else ""
            if not is_public_key(key):
                expected = f"the public key that {name}'s packages are signed by, in ASCII armour"
                msg = f"{path}: expected {expected}; found {'another text' if key else 'no file'}"
                raise UnresolvableError(msg)
            stanzas.append(stanza(repository, self._addresses[apt_endpoint(name)], key))
        return tuple(stanzas)

    def _root_packages(self, root: Root | None, suite: str, platform: str) -> dict[str, str]:
        if not isinstance(root, BootstrappedRoot):
            # What an outside image holds is not known here; what every root of the suite holds is.
            root = bootstrapped(suite, platform, self._tools.ask_apt, None)
        return {package.name: package.version for package in root.packages}

    def _other_lock(self, path: str) -> str:
        if not self._repository.holds(path):
            msg = f"{path} is not there, and what stands on it must not contradict it: lock that image, too"
            raise StaleLockError(msg)
        return self._read(path, MAX_LOCK)

    def _read(self, path: str, limit: int) -> str:
        return self._repository.read(path, limit).decode("utf-8", "replace")
