"""JSON from strangers, read so that no two readers can disagree about what it says."""

import json
from typing import NoReturn

from hubwright.nesting import is_deeper

# A bundle has four levels, a manifest four, a statement six.
_MAX_DEPTH = 8


class Refused(Exception):  # noqa: N818 - not an error of ours: it becomes a reason in a decision
    """Why something is not accepted as a proof; never leaves this package."""


class Discounted(Refused):
    """The same of something that says nothing about the image: of another kind, or of a key that is revoked."""


def read_json(body: bytes, *, limit: int, what: str) -> object:
    """Return the document, or raise Refused: too long, too deep, a key twice, a number with a fraction, no JSON."""
    if len(body) > limit:
        msg = f"{what} has {len(body):,} bytes; at most {limit:,} are read"
        raise Refused(msg)
    try:
        # Decoded here: json would guess among the encodings of Unicode.
        document = json.loads(
            body.decode("utf-8"), object_pairs_hook=_distinct, parse_float=_no_number, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        msg = f"{what} is not strict JSON: {type(error).__name__}"
        raise Refused(msg) from error
    if is_deeper(document, _MAX_DEPTH):
        msg = f"{what} is nested deeper than {_MAX_DEPTH} levels"
        raise Refused(msg)
    return document


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        msg = "a key stands twice"
        raise ValueError(msg)
    return found


def _no_number(text: str) -> NoReturn:
    msg = f"{text} is no whole number"
    raise ValueError(msg)
