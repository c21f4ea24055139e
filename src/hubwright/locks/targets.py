"""What there is to lock for each image, read off the matrix and the names of the files in its folder.

`requirements.in` is what the image is of Python, `build.in` what builds it and does not stay in it. A file named
after an axis (`spark.in`) is locked once for each value, as `spark-<value>.lock`. `apt.txt` lists Debian packages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hubwright.model import Matrix, Variant

REQUIREMENTS = "requirements"
BUILD = "build"


@dataclass(frozen=True, kw_only=True, slots=True)
class PythonTarget:
    """One lock of Python packages.

    `values` is what stands for `${AXIS}` in the source. The lock must not contradict those of `constraints`;
    of the locks of one axis in `agreeing`, it must not contradict what they all say.
    """

    source: str
    lock: str
    values: Mapping[str, str]
    constraints: tuple[str, ...]
    agreeing: tuple[tuple[str, ...], ...]
    python: str
    platforms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AptTarget:
    """One lock of Debian packages; `parents` are the locks that it stands on, the nearest last."""

    source: str
    lock: str
    foundations: tuple[tuple[str, str], ...]
    parents: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """Everything there is to lock, parents first; `left_alone` says which files are not locked, and why."""

    foundations: tuple[tuple[str, str], ...]
    python: tuple[PythonTarget, ...]
    apt: tuple[AptTarget, ...]
    left_alone: Mapping[str, str]


def find_targets(matrix: Matrix, chosen: frozenset[str], holds: Callable[[str], bool]) -> Targets:
    """Return what there is to lock for the chosen variants; `holds` says whether the repository has a path.

    The lock of a foundation is made with the images that stand on it.
    """
    folders = _by_folder(matrix)
    survey = _Survey(matrix, folders, holds)
    python: list[PythonTarget] = []
    apt: list[AptTarget] = []
    left_alone: dict[str, str] = {}
    for folder, variants in folders.items():
        if not any(variant.name in chosen for variant in variants):
            continue
        python += survey.python(folder)
        apt += survey.apt(folder)
        left_alone |= survey.left_alone(folder)
    roots = {
        (variant.foundation, variant.platform): None
        for name, variant in matrix.variants.items()
        if name in chosen and variant.parent is None
    }
    return Targets(foundations=tuple(roots), python=tuple(python), apt=tuple(apt), left_alone=left_alone)


def _by_folder(matrix: Matrix) -> dict[str, list[Variant]]:
    folders: dict[str, list[Variant]] = {}
    for variant in matrix.variants.values():
        folders.setdefault(variant.folder, []).append(variant)
    return folders


class _Survey:
    def __init__(self, matrix: Matrix, folders: Mapping[str, Sequence[Variant]], holds: Callable[[str], bool]) -> None:
        self._matrix = matrix
        self._folders = folders
        self._holds = holds

    def python(self, folder: str) -> Iterator[PythonTarget]:
        variants = self._folders[folder]
        build = self._target(folder, BUILD)
        above = self._above(folder)
        base = replace(
            build,
            constraints=tuple(lock for level in above for lock in self._own(level)),
            agreeing=tuple(locks for level in above for locks in self._axis_locks(level)),
        )
        if self._holds(build.source):
            # It goes into an environment of its own, so that it may differ from what the image has.
            yield build
        if self._needs_source(folder):
            return
        if self._holds(f"{folder}/{REQUIREMENTS}.in"):
            yield replace(base, source=f"{folder}/{REQUIREMENTS}.in", lock=f"{folder}/{REQUIREMENTS}.lock")
        for axis in self._axes(folder):
            for value in dict.fromkeys(variant.axes[axis] for variant in variants):
                yield replace(
                    base,
                    source=f"{folder}/{axis}.in",
                    lock=f"{folder}/{axis}-{value}.lock",
                    values={axis_variable(axis): value},
                    constraints=(*base.constraints, *self._own(folder)),
                )

    def apt(self, folder: str) -> Iterator[AptTarget]:
        source = f"{folder}/apt.txt"
        if self._holds(source) and not self._needs_source(folder):
            variants = self._folders[folder]
            roots = dict.fromkeys((variant.foundation, variant.platform) for variant in variants)
            parents = [f"{level}/apt.lock" for level in self._above(folder) if self._locks_apt(level)]
            yield AptTarget(source=source, lock=f"{folder}/apt.lock", foundations=tuple(roots), parents=tuple(parents))

    def left_alone(self, folder: str) -> dict[str, str]:
        sources = self._needs_source(folder)
        paths = [f"{folder}/{REQUIREMENTS}.in", f"{folder}/apt.txt", *(f"{folder}/{a}.in" for a in self._axes(folder))]
        why = f"needs {'the source' if len(sources) == 1 else 'the sources'} {', '.join(sources)}, given at build time"
        return {path: why for path in paths if sources and self._holds(path)}

    def _target(self, folder: str, name: str) -> PythonTarget:
        variants = self._folders[folder]
        return PythonTarget(
            source=f"{folder}/{name}.in",
            lock=f"{folder}/{name}.lock",
            values={},
            constraints=(),
            agreeing=(),
            python=variants[0].facts.get("python", ""),
            platforms=tuple(dict.fromkeys(variant.platform for variant in variants)),
        )

    def _own(self, folder: str) -> tuple[str, ...]:
        locked = self._holds(f"{folder}/{REQUIREMENTS}.in") and not self._needs_source(folder)
        return (f"{folder}/{REQUIREMENTS}.lock",) if locked else ()

    def _axis_locks(self, folder: str) -> Iterator[tuple[str, ...]]:
        if not self._needs_source(folder):
            for axis in self._axes(folder):
                values = dict.fromkeys(variant.axes[axis] for variant in self._folders[folder])
                yield tuple(f"{folder}/{axis}-{value}.lock" for value in values)

    def _locks_apt(self, folder: str) -> bool:
        return self._holds(f"{folder}/apt.txt") and not self._needs_source(folder)

    def _axes(self, folder: str) -> list[str]:
        axes: Iterable[str] = dict.fromkeys(axis for variant in self._folders[folder] for axis in variant.axes)
        return [axis for axis in axes if self._holds(f"{folder}/{axis}.in")]

    def _needs_source(self, folder: str) -> tuple[str, ...]:
        """Return the package indexes that the folder's images name; those are known to who builds, not to locks."""
        return tuple(dict.fromkeys(source for variant in self._folders[folder] for source in variant.sources))

    def _above(self, folder: str) -> list[str]:
        """Return the folders that the folder's images stand on, the lowest first."""
        above: dict[str, None] = {}
        for variant in self._folders[folder]:
            parent = variant.parent
            while parent is not None:
                above[self._matrix.variants[parent].folder] = None
                parent = self._matrix.variants[parent].parent
        order = list(self._folders)
        return sorted((each for each in above if each != folder), key=order.index)


def axis_variable(axis: str) -> str:
    """Return the name by which a build knows the value of an axis."""
    return axis.upper().replace("-", "_")
