"""What there is to lock, read off the matrix and the names of the files in each image's folder."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from hubwright.frozen import dataclass
from hubwright.locks.survey import AptTarget, PythonTarget, Survey
from hubwright.model import Matrix, Variant


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """Everything there is to lock, parents first; `left_alone` says which files are not locked, and why."""

    foundations: tuple[tuple[str, str], ...]
    python: tuple[PythonTarget, ...]
    apt: tuple[AptTarget, ...]
    left_alone: Mapping[str, str]


def find_targets(
    matrix: Matrix,
    chosen: frozenset[str],
    holds: Callable[[str], bool],
    unreachable: Mapping[str, str] = MappingProxyType({}),
) -> Targets:
    """Return what there is to lock for the chosen variants; `holds` says whether the repository has a path.

    The lock of a foundation is made with the images that stand on it. `unreachable` gives for a source the reason
    why it cannot be had; what needs it is left as it is.
    """
    folders = _by_folder(matrix)
    survey = Survey(matrix, folders, holds, unreachable)
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


def find_missing(matrix: Matrix, holds: Callable[[str], bool]) -> dict[str, str]:
    """Return for each variant with a source that lacks a lock or a key the reason why it cannot be built.

    The locks of others can be made anywhere; their build says itself which file it lacks.
    """
    survey = Survey(matrix, _by_folder(matrix), holds, {})
    reasons = {name: survey.missing(variant) for name, variant in matrix.variants.items() if variant.sources}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _by_folder(matrix: Matrix) -> dict[str, list[Variant]]:
    folders: dict[str, list[Variant]] = {}
    for variant in matrix.variants.values():
        folders.setdefault(variant.folder, []).append(variant)
    return folders
