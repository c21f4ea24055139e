"""Which folders of locks stand on which: each image has a folder, whose locks belong together."""

from collections.abc import Collection
from typing import TypeAlias

from hubwright.frozen import dataclass
from hubwright.locks.survey import AptTarget, PythonTarget
from hubwright.locks.targets import Targets
from hubwright.model import Matrix

Target: TypeAlias = PythonTarget | AptTarget


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]


def images_of(matrix: Matrix, folder: str) -> tuple[str, ...]:
    """Return the images that are made of this folder; nothing where there is none."""
    return tuple(dict.fromkeys(each.image for each in matrix.variants.values() if each.folder == folder))


@dataclass(frozen=True, slots=True)
class Family:
    """The folders of everything there is to lock."""

    targets: Targets

    def members(self, folder: str) -> list[Target]:
        """Return what is locked in the folder."""
        return [target for target in self._all if folder_of(target.lock) == folder]

    def lowest(self, folders: Collection[str]) -> list[str]:
        """Return those of the folders that stand on none of the others."""
        return [folder for folder in folders if folder not in self._right_on({*folders} - {folder})]

    def above(self, folders: Collection[str], *, apart_from: Collection[str]) -> set[str]:
        """Return what stands on any of the folders, be it by others; what is left out leads to nothing either."""
        found: set[str] = set()
        while more := self._right_on({*folders} | found) - found - {*apart_from}:
            found |= more
        return found

    def _right_on(self, folders: Collection[str]) -> set[str]:
        """Return the folders with a lock that is resolved against some lock in one of these."""
        return {
            folder_of(target.lock)
            for target in self._all
            if any(folder_of(lock) in folders for lock in _resolved_against(target))
        }

    @property
    def _all(self) -> tuple[Target, ...]:
        return (*self.targets.python, *self.targets.apt)


def _resolved_against(target: Target) -> tuple[str, ...]:
    if isinstance(target, AptTarget):
        return target.parents
    return (*target.constraints, *(lock for group in target.agreeing for lock in group))
