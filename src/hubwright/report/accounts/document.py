"""An account as a file: one JSON object, which is read again by whatever version writes the same schema."""

import dataclasses
import functools
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from hubwright.account import SCHEMA, Account
from hubwright.errors import AccountError
from hubwright.redaction import Redact
from hubwright.words import without_halves

_TOLD = 3
_AS_THEY_ARE = frozenset({type(None), bool, int, float})


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    schema: int


def account_json(account: Account, *, redact: Redact = str, indent: int | None = None) -> bytes:
    """Return the file, with everything that people or programs said gone through `redact`."""

    def clean(text: str) -> str:
        return without_halves(redact(text))

    plain = _plain(account, clean)
    if indent is None:
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    # Where it indents, Python's own takes six times as long, and this as long to load as a small account to be made.
    from pydantic_core import to_json  # noqa: PLC0415 - see above

    return to_json(plain, indent=indent) + b"\n"


def read_account(content: bytes, name: str) -> Account:
    """Return the account that the file holds, or raise AccountError; `name` is the file's, for messages."""
    # Whoever writes one need not pay for what reads it.
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - see above

    again = "run `hubwright build` or `hubwright verify` again, or delete it to report what the registry knows"
    try:
        head = TypeAdapter(_Head).validate_json(content)
        if head.schema == SCHEMA:
            return TypeAdapter(Account).validate_json(content)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
        told = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in problems[:_TOLD])
        msg = f"{name} is no account of a run: {told}. It is written by hubwright alone: {again}"
        raise AccountError(msg) from None
    made_by = "a newer hubwright" if head.schema > SCHEMA else "no version of hubwright"
    msg = f"{name} has schema {head.schema} and was written by {made_by}; this one reads {SCHEMA}. Update, or {again}"
    raise AccountError(msg)


def _plain(value: Any, clean: Redact) -> object:
    """Return what JSON knows; the types are asked for in the order of how often they come."""
    kind = type(value)
    if kind is str:
        return clean(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is tuple or kind is list:
        return [_plain(inner, clean) for inner in value]
    if isinstance(value, StrEnum):
        return clean(value.value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(inner, clean) for key, inner in value.items()}
    return {name: _plain(getattr(value, name), clean) for name in _fields(kind)}  # type: ignore[arg-type] # mypy: a type of anything might not be hashable


@functools.cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind))
