"""Canonical JSON and the hash over it, the ground of every fingerprint.

Objects, lists, text, integers, booleans and null only: on that subset the bytes agree with RFC 8785, and no
platform prints a number in another way.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Canonical: TypeAlias = "str | int | bool | Sequence[Canonical] | Mapping[str, Canonical] | None"

# RFC 8785 numbers are IEEE doubles: beyond this an integer has no exact form.
_LARGEST_INTEGER = 2**53 - 1


def canonical_bytes(value: Canonical) -> bytes:
    """Return the one spelling of the value; what has none (a float, bytes) is a TypeError of the caller."""
    return json.dumps(_normal(value), ensure_ascii=False, separators=(",", ":")).encode()


def canonical_sha256(value: Canonical) -> str:
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def _normal(value: object) -> object:
    match value:
        case str() | bool() | None:
            return value
        case int() if abs(value) <= _LARGEST_INTEGER:
            return value
        case Mapping() if all(isinstance(key, str) for key in value):
            # RFC 8785 orders keys by UTF-16 code units; Python would order them by code points.
            return {key: _normal(value[key]) for key in sorted(value, key=_utf16)}
        case Sequence() if not isinstance(value, bytes):
            return [_normal(item) for item in value]
        case _:
            msg = f"{value!r} has no canonical form"
            raise TypeError(msg)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
