"""The list of an image's packages as a document: the same packages give the same bytes."""

import json
from collections.abc import Mapping
from typing import TypeGuard

from hubwright.canonical import canonical_bytes
from hubwright.errors import ContentCorruptError
from hubwright.frozen import dataclass

# Some thousand packages, each with a name and a version.
LIST_LIMIT = 4 * 2**20
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageList:
    """What the locks of an image and of all that it stands on say, versions by name.

    `complete` is whether these are all: an outside foundation, and an image that is not wholly locked, have others.
    """

    variant: str
    platform: str
    debian: Mapping[str, str]
    python: Mapping[str, str]
    complete: bool


def write_list(packages: PackageList) -> bytes:
    return canonical_bytes(
        {
            "schema": _SCHEMA,
            "variant": packages.variant,
            "platform": packages.platform,
            "complete": packages.complete,
            "packages": {"debian": packages.debian, "python": packages.python},
        }
    )


def read_list(body: bytes, *, where: str) -> PackageList:
    """Return the list, or raise ContentCorruptError where it is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    match document:
        case {
            "schema": 1,
            "variant": str(variant),
            "platform": str(platform),
            "complete": bool(complete),
            "packages": {"debian": debian, "python": python},
        } if _is_versions(debian) and _is_versions(python):
            return PackageList(variant=variant, platform=platform, debian=debian, python=python, complete=complete)
    msg = f"{where} should be a list of packages, and is not; what is in the image is not known until it is deleted"
    raise ContentCorruptError(msg)


def _is_versions(value: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(value, Mapping) and all(isinstance(version, str) for version in value.values())
