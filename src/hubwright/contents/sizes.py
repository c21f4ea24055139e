"""What the packages of an image take, as a document: the same sizes give the same bytes."""

import json
from collections.abc import Mapping, Sequence

from hubwright.account import PackageSize
from hubwright.canonical import canonical_bytes
from hubwright.errors import ContentCorruptError

_SCHEMA = 1
# Debian's, Python's, and folders with what neither has.
_KINDS = ("debian", "python", "other")


def write_sizes(sizes: Sequence[PackageSize]) -> bytes:
    kinds = {kind: {each.name: each.size for each in sizes if each.kind == kind} for kind in _KINDS}
    return canonical_bytes({"schema": _SCHEMA, "installed": kinds})


def read_sizes(body: bytes, *, where: str) -> tuple[PackageSize, ...]:
    """Return what the document tells, the largest first, or raise ContentCorruptError where it is none.

    What has no file of its own is left out.
    """
    found = [
        PackageSize(kind=kind, name=name, size=size)
        for kind, sizes in _installed(body, where).items()
        for name, size in sizes.items()
        if size
    ]
    return tuple(sorted(found, key=lambda each: (-each.size, each.kind, each.name)))


def _installed(body: bytes, where: str) -> dict[str, Mapping[str, int]]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    match document:
        case {"schema": 1, "installed": {"debian": debian, "python": python, "other": other}}:
            kinds = dict(zip(_KINDS, (debian, python, other), strict=True))
            if all(_is_sizes(sizes) for sizes in kinds.values()):
                return kinds
        case _:
            pass
    msg = f"{where} should say what packages take, and does not; that is not known until it is deleted"
    raise ContentCorruptError(msg)


def _is_sizes(value: object) -> bool:
    return isinstance(value, Mapping) and all(type(size) is int and size >= 0 for size in value.values())
