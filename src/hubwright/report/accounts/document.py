"""An account as a file: one JSON object, which is read again by whatever version writes the same schema."""

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any

from hubwright.account import SCHEMA, Account
from hubwright.errors import AccountError
from hubwright.redaction import Redact

# Kernels may show half of a pair; no file of UTF-8 holds one.
_HALF = re.compile("[\ud800-\udfff]")
_TOLD = 3


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    schema: int


def account_json(account: Account, *, redact: Redact = str, indent: int | None = None) -> bytes:
    """Return the file, with everything that people or programs said gone through `redact`."""

    def clean(text: str) -> str:
        return _HALF.sub("\ufffd", redact(text))

    text = json.dumps(_plain(account, clean), ensure_ascii=False, indent=indent)
    return text.encode() + b"\n"


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
    match value:
        case str():
            return clean(value)
        case None | bool() | int() | float():
            return value
        case tuple() | list():
            return [_plain(inner, clean) for inner in value]
        case Mapping():
            return {clean(str(key)): _plain(inner, clean) for key, inner in value.items()}
        case _:
            return {each.name: _plain(getattr(value, each.name), clean) for each in dataclasses.fields(value)}
