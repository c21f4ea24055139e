"""Which checks apply to an image: those for every image, those for what it is, and those of the repository.

The repository keeps checks in `tests/contract/<image>/`: files of pytest, what they share in a conftest.py, and
excuses. They hold for the image and for everything that is built on it. What checks are made of is part of the smoke
set: a proof speaks about the checks of its time.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from hubwright.model import Variant
from hubwright.rehearse.contract.subject import Subject
from hubwright.repository import Repository

_HERE = Path(__file__).parent
OWN = "tests/contract"
_SHIPPED = "hubwright"
_MAX_CHECK = 1 << 20
_EVERY, _LOCKED = "every", "locked"
_ACCELERATORS = frozenset({"nvidia"})


def lineage(variant: Variant, variants: Mapping[str, Variant]) -> tuple[Variant, ...]:
    """Return the variant and all that it stands on, the lowest first."""
    above = lineage(variants[variant.parent], variants) if variant.parent else ()
    return (*above, variant)


def accelerators(variant: Variant, variants: Mapping[str, Variant]) -> tuple[str, ...]:
    """Return the kinds of devices that the image is for, its own and those of its parents."""
    return tuple(sorted({level.accelerator for level in lineage(variant, variants) if level.accelerator}))


def own_checks(repository: Repository, variant: Variant, variants: Mapping[str, Variant]) -> dict[str, bytes]:
    """Return the repository's checks for the variant: those of its image and of every image that it stands on."""
    folders = dict.fromkeys(f"{OWN}/{level.image}" for level in lineage(variant, variants))
    paths = [
        f"{folder}/{name}"
        for folder in (OWN, *folders)
        for name in repository.names(folder)
        if name.endswith((".py", ".toml"))
    ]
    return {path: repository.read(path, _MAX_CHECK) for path in paths}


def shipped_checks(subject: Subject) -> dict[str, bytes]:
    """Return the checks that come with the program and apply to the subject."""
    return dict(_shipped((_EVERY, *([_LOCKED] if subject.versions else []), *subject.accelerators)))


def not_asked_of_strangers() -> dict[str, str]:
    """Return the kinds of checks that are not made of an image that was not built here, and why."""
    devices = dict.fromkeys(sorted(_ACCELERATORS), "nobody says whether the image is for such devices")
    return {
        _LOCKED: "the locks of the image are not known here",
        OWN: "what this repository asks concerns the images that it builds",
        **devices,
    }


def contract_files(repository: Repository, variant: Variant, variants: Mapping[str, Variant]) -> dict[str, str]:
    """Return the SHA-256 of everything that the variant's contract is made of, by its path."""
    kinds = (_EVERY, _LOCKED, *accelerators(variant, variants))
    files = {**_hashed(own_checks(repository, variant, variants)), **_hashes_of_program(kinds)}
    return dict(sorted(files.items()))


@cache
def _hashes_of_program(kinds: tuple[str, ...]) -> Mapping[str, str]:
    """Return the SHA-256 of what the program brings along; the same for all variants of a kind, and read once."""
    return _hashed({**dict(_shipped(kinds)), **dict(_machinery())})


def _hashed(content: Mapping[str, bytes]) -> dict[str, str]:
    return {path: hashlib.sha256(text).hexdigest() for path, text in content.items()}


def _shipped(kinds: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for kind in kinds:
        folder = _HERE / "checks" / kind
        # For a kind of device that nothing has to be said about there is no folder.
        if folder.is_dir():
            yield from _texts(folder, f"{_SHIPPED}/{kind}")


def _machinery() -> Iterator[tuple[str, bytes]]:
    yield from _texts(_HERE, f"{_SHIPPED}/contract")
    yield from _texts(_HERE / "inside", f"{_SHIPPED}/contract/inside")


def _texts(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.iterdir()):
        if file.suffix == ".py":
            yield f"{name}/{file.name}", file.read_bytes()
