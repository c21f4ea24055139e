"""What the files in one image's folder ask for, and which locks answer them.

`requirements.in` is what the image is of Python, `build.in` what builds it and does not stay in it. A file named
after an axis (`spark.in`) is locked once for each value, as `spark-<value>.lock`. `apt.txt` lists Debian packages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from hubwright.frozen import dataclass
from hubwright.model import Matrix, Variant

REQUIREMENTS = "requirements"
BUILD = "build"


@dataclass(frozen=True, kw_only=True, slots=True)
class PythonTarget:
    """One lock of Python packages.

    `values` is what stands for `${AXIS}` in the source. The lock must not contradict those of `constraints`;
    of the locks of one axis in `agreeing`, it must not contradict what they all say. `sources` are asked before the
    common indexes.
    """

    source: str
    lock: str
    values: Mapping[str, str]
    constraints: tuple[str, ...]
    agreeing: tuple[tuple[str, ...], ...]
    python: str
    platforms: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AptTarget:
    """One lock of Debian packages; `parents` are the locks that it stands on, the nearest last.

    `keys` gives for each source that has a repository the file with its key.
    """

    source: str
    lock: str
    foundations: tuple[tuple[str, str], ...]
    parents: tuple[str, ...]
    keys: Mapping[str, str] = field(default_factory=dict)


class Survey:
    def __init__(
        self,
        matrix: Matrix,
        folders: Mapping[str, Sequence[Variant]],
        holds: Callable[[str], bool],
        unreachable: Mapping[str, str],
    ) -> None:
        self._matrix = matrix
        self._folders = folders
        self._holds = holds
        self._unreachable = unreachable

    def python(self, folder: str) -> Iterator[PythonTarget]:
        variants = self._folders[folder]
        build = self._target(folder, BUILD)
        above = self._above(folder)
        base = replace(
            build,
            sources=self._sources(folder),
            constraints=tuple(lock for level in above for lock in self._own(level)),
            agreeing=tuple(locks for level in above for locks in self._axis_locks(level)),
        )
        if self._holds(build.source):
            # It goes into an environment of its own, so that it may differ from what the image has.
            yield build
        if self._lacks(folder):
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
        if self._holds(source) and not self._lacks(folder):
            variants = self._folders[folder]
            roots = dict.fromkeys((variant.foundation, variant.platform) for variant in variants)
            above = self._above(folder)
            parents = [f"{level}/apt.lock" for level in above if self._holds(f"{level}/apt.txt")]
            keys = {name: self._key(folder, name) for name in self._repositories(folder)}
            yield AptTarget(
                source=source,
                lock=f"{folder}/apt.lock",
                foundations=tuple(roots),
                parents=tuple(parents),
                keys=keys,
            )

    def left_alone(self, folder: str) -> dict[str, str]:
        paths = [f"{folder}/{REQUIREMENTS}.in", f"{folder}/apt.txt", *(f"{folder}/{a}.in" for a in self._axes(folder))]
        why = self._lacks(folder)
        return {path: why for path in paths if why and self._holds(path)}

    def missing(self, variant: Variant) -> str | None:
        """Return why the variant cannot be built on what the repository holds, None where nothing is in the way."""
        folder = variant.folder
        if self._holds(f"{folder}/apt.txt"):
            for name in self._repositories(folder):
                if not self._holds(self._key(folder, name)):
                    return (
                        f"{self._key(folder, name)} is not there; put the public key of {name}'s apt repository there"
                    )
        locks = {
            f"{folder}/apt.txt": f"{folder}/apt.lock",
            f"{folder}/{REQUIREMENTS}.in": f"{folder}/{REQUIREMENTS}.lock",
        }
        locks |= {f"{folder}/{axis}.in": f"{folder}/{axis}-{variant.axes[axis]}.lock" for axis in self._axes(folder)}
        for source, lock in locks.items():
            if self._holds(source) and not self._holds(lock):
                return f"{lock} is not there; run `hubwright lock` where its sources can be reached"
        return None

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
        return (f"{folder}/{REQUIREMENTS}.lock",) if self._holds(f"{folder}/{REQUIREMENTS}.in") else ()

    def _axis_locks(self, folder: str) -> Iterator[tuple[str, ...]]:
        for axis in self._axes(folder):
            values = dict.fromkeys(variant.axes[axis] for variant in self._folders[folder])
            yield tuple(f"{folder}/{axis}-{value}.lock" for value in values)

    def _axes(self, folder: str) -> list[str]:
        axes: Iterable[str] = dict.fromkeys(axis for variant in self._folders[folder] for axis in variant.axes)
        return [axis for axis in axes if self._holds(f"{folder}/{axis}.in")]

    def _sources(self, folder: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source for variant in self._folders[folder] for source in variant.sources))

    def _repositories(self, folder: str) -> list[str]:
        return [name for name in self._sources(folder) if self._matrix.sources[name].apt]

    def _key(self, folder: str, source: str) -> str:
        """Return where the key of the source's repository is: in the folder, or in one that it stands on."""
        places = [f"{level}/{source}.asc" for level in (folder, *reversed(self._above(folder)))]
        return next((place for place in places if self._holds(place)), places[0])

    def _lacks(self, folder: str) -> str | None:
        """Return why the folder's files cannot be locked today; what stands on it needs its sources, too."""
        reasons = [
            f"source {name} is unreachable: {self._unreachable[name]}"
            for name in self._sources(folder)
            if name in self._unreachable
        ]
        return "; ".join(reasons) or None

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
