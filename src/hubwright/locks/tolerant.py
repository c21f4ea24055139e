"""Locks for a night: what cannot be resolved for one image leaves that image's locks as they are; others go on.

The locks of one image belong together, so all of them stay or none. What stands on an image that stays is resolved
against the locks that it keeps. What an image that stays stands on goes on without it: one image must not hold back
what others get, and its build and rehearsal show whether it can live with that.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from hubwright.errors import (
    ContentCorruptError,
    HubwrightError,
    LockFileError,
    PackageError,
    ProcessError,
    RegistryRefusedError,
    RegistryUnavailableError,
    UnresolvableError,
)
from hubwright.locks.desk import MAX_LOCK, Desk, Tools
from hubwright.locks.family import Family, folder_of, images_of
from hubwright.locks.requirements import pins
from hubwright.locks.roots_file import write_roots
from hubwright.locks.roots_now import AskApt, Packages
from hubwright.locks.run import AT_ONCE, Kept, Locks, lock_files
from hubwright.locks.survey import AptTarget, PythonTarget
from hubwright.locks.targets import Targets
from hubwright.model import Matrix
from hubwright.repository import Repository
from hubwright.roots import FOUNDATIONS_LOCK, Root, Roots, why_not_locked
from hubwright.words import listed

_VERDICTS = (UnresolvableError, LockFileError, RegistryRefusedError)
_NO_ANSWERS = (PackageError, ProcessError, RegistryUnavailableError, ContentCorruptError)
_TOLERATED = (*_VERDICTS, *_NO_ANSWERS)


def resolve_what_can_be(
    matrix: Matrix,
    targets: Targets,
    roots: Roots,
    repository: Repository,
    tools: Tools,
    *,
    addresses: Mapping[str, str] = MappingProxyType({}),
) -> Locks:
    """Return the locks as they would be today; nothing is written.

    What is not locked yet and cannot be resolved is an error, as there is nothing that could stay.
    """
    desk = Desk(matrix, repository, replace(tools, ask_apt=_once(tools.ask_apt)), addresses)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="lock") as pool:
        night = _Night(matrix, targets, repository, desk, Family(targets), pool)
        try:
            return night.locks(roots)
        except BaseException:
            desk.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _once(ask: AskApt) -> AskApt:
    """Return what asks the same packages no second time where nobody answered: each silence takes its time."""
    silent: dict[tuple[str, str, tuple[str, ...]], HubwrightError] = {}

    def asked(suite: str, architecture: str, repositories: tuple[str, ...] = (), /) -> Packages:
        key = (suite, architecture, repositories)
        if key in silent:
            raise silent[key]
        try:
            return ask(*key)
        except _NO_ANSWERS as error:
            silent[key] = error
            raise

    return asked


@dataclass(slots=True)
class _Night:
    matrix: Matrix
    targets: Targets
    repository: Repository
    desk: Desk
    family: Family
    pool: ThreadPoolExecutor
    kept: list[Kept] = field(default_factory=list)

    def locks(self, before: Roots) -> Locks:
        python, apt = self.targets.python, self.targets.apt
        self._hand_over(python)
        roots = self._roots(before)
        # What stays changes what others stand on, so these are resolved again; each round keeps one image at least.
        while failed := self._failures(python, apt, roots):
            again = self._settle(_first_by_folder(failed))
            python = tuple(target for target in self.targets.python if folder_of(target.lock) in again)
            apt = tuple(target for target in self.targets.apt if folder_of(target.lock) in again)
            self._hand_over(python)
        made = {FOUNDATIONS_LOCK: write_roots(roots)} if self.targets.foundations else {}
        made |= self.desk.apt_locks
        made |= {path: future.result() for path, future in self.desk.pending.items()}
        return Locks(files=lock_files(made, self.repository), kept=tuple(map(self._for_people, self._in_order())))

    def _hand_over(self, targets: Iterable[PythonTarget]) -> None:
        for target in targets:
            self.desk.pending[target.lock] = self.pool.submit(self.desk.python, target)

    def _roots(self, before: Roots) -> dict[tuple[str, str], Root]:
        roots = self.desk.roots_before(before)
        for key in self.targets.foundations:
            name, platform = key
            try:
                roots[key] = self.desk.root(name, platform, before.get(key))
            except _TOLERATED as error:
                if why_not_locked(self.matrix.foundations[name], platform, before):
                    raise
                self.kept.append(_kept(f"foundation {name} ({platform})", error))
        return roots

    def _failures(
        self, python: Sequence[PythonTarget], apt: Sequence[AptTarget], roots: Roots
    ) -> dict[str, HubwrightError]:
        """Return what each lock failed with by itself; one that only waited for another one is not among them."""
        failed: dict[str, HubwrightError] = {}
        waited: set[str] = set()
        for packages in apt:
            if not waited.isdisjoint(packages.parents):
                waited.add(packages.lock)
                continue
            try:
                self.desk.apt(packages, roots)
            except _TOLERATED as error:
                failed[packages.lock] = error
                waited.add(packages.lock)
        for target in python:
            try:
                self.desk.pending[target.lock].result()
            except _TOLERATED as error:
                # Whoever waits for a lock fails with the very error of that lock, and comes after it here.
                if not any(error is other for other in failed.values()):
                    failed[target.lock] = error
        return failed

    def _settle(self, failed: Mapping[str, HubwrightError]) -> set[str]:
        """Keep the folders that fail whatever becomes of others, and return those that are to be resolved again."""
        # What else failed may do with what stays below.
        fallen = self.family.lowest(failed)
        for folder in fallen:
            self._keep(folder, failed[folder])
        kept = {each.name for each in self.kept}
        again = failed.keys() - kept
        return again | self.family.above({*again, *fallen}, apart_from=kept)

    def _keep(self, folder: str, error: HubwrightError) -> None:
        for target in self.family.members(folder):
            if not self.repository.holds(target.lock):
                raise error
            self.desk.pending.pop(target.lock, None)
            self.desk.apt_locks.pop(target.lock, None)
        self.kept.append(_kept(folder, error))

    def _in_order(self) -> list[Kept]:
        order = [variant.folder for variant in self.matrix.variants.values()]
        return sorted(self.kept, key=lambda kept: order.index(kept.name) if kept.name in order else -1)

    def _for_people(self, kept: Kept) -> Kept:
        """Return it by the name that people know, with what its lock says otherwise than what it stands on now."""
        other: dict[str, None] = {}
        for target in self.family.members(kept.name):
            if isinstance(target, PythonTarget):
                held = pins(self.desk.constraints(target))
                own = pins(self.repository.read(target.lock, MAX_LOCK).decode("utf-8", "replace"))
                other |= dict.fromkeys(name for name, version in own.items() if held.get(name, version) != version)
        told = f". What it stands on has other versions of {listed(other, conjunction='and', limit=8)} now"
        reason = kept.reason + (told if other else "")
        name = listed(images_of(self.matrix, kept.name), conjunction="and") or kept.name
        return replace(kept, name=name, reason=reason)


def _kept(name: str, error: HubwrightError) -> Kept:
    return Kept(name=name, reason=str(error), answered=isinstance(error, _VERDICTS))


def _first_by_folder(failed: Mapping[str, HubwrightError]) -> dict[str, HubwrightError]:
    """Return for each folder what its first lock failed with."""
    folders: dict[str, HubwrightError] = {}
    for path, error in failed.items():
        folders.setdefault(folder_of(path), error)
    return folders
