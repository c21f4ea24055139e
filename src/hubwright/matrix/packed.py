"""A checked matrix as bytes, for whoever keeps one: it is made of them again without its text being read."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, cast

from hubwright import model
from hubwright.model import Matrix

_KINDS: dict[str, Any] = {
    name: kind
    for name, kind in vars(model).items()
    if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, StrEnum))
}
_FIELDS = {name: tuple(each.name for each in fields(kind)) for name, kind in _KINDS.items() if is_dataclass(kind)}
_TUPLE = ""


def pack(matrix: Matrix, key: bytes) -> bytes:
    """Return the bytes that `unpack` makes the same matrix of, for whoever has the same key."""
    written = json.dumps(_plain(matrix), ensure_ascii=False, separators=(",", ":")).encode()
    return _seal(written, key) + written


def unpack(packed: bytes, key: bytes) -> Matrix | None:
    """Return the matrix, or None where these are not, to the last bit, what `pack` made with this key."""
    size = hashlib.sha256().digest_size
    seal, written = packed[:size], packed[size:]
    return cast("Matrix", _value(json.loads(written))) if seal == _seal(written, key) else None


def _seal(written: bytes, key: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(key).digest() + written).digest()


def _plain(value: Any) -> object:
    """Return what JSON knows: a mapping as an object, and all else that has parts as a list after its kind."""
    if isinstance(value, StrEnum):
        return [type(value).__name__, value.value]
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_TUPLE, *map(_plain, value)]
    if (names := _FIELDS.get(type(value).__name__)) is not None:
        return [type(value).__name__, *(_plain(getattr(value, name)) for name in names)]
    return value


def _value(plain: Any) -> object:
    if isinstance(plain, dict):
        return {key: _value(inner) for key, inner in plain.items()}
    if not isinstance(plain, list):
        return plain
    kind, *parts = plain
    if kind == _TUPLE:
        return tuple(map(_value, parts))
    if names := _FIELDS.get(kind):
        return _KINDS[kind](**dict(zip(names, map(_value, parts), strict=True)))
    return _KINDS[kind](*parts)
