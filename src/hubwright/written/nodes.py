"""The matrix as it was written: text, lists and mappings, each with its position.

Nothing is guessed here. A scalar is the text that stands in the file and whether it stood in quotes; what it
means is for the schema to say.
"""

from collections.abc import Sequence as Steps
from typing import TypeAlias

from hubwright.errors import Position
from hubwright.frozen import dataclass

Location: TypeAlias = Steps[str | int]


class Written(str):
    """The text of a scalar as the schema meets it: a str that remembers its quotes."""

    __slots__ = ("quoted",)
    quoted: bool

    @classmethod
    def of(cls, text: str, *, quoted: bool) -> "Written":
        written = cls(text)
        written.quoted = quoted
        return written


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    quoted: bool
    position: Position


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple["Node", ...]
    position: Position


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, tuple[Scalar, "Node"]]
    position: Position


Node: TypeAlias = Scalar | Sequence | Mapping

NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def untyped(node: Node) -> object:
    """Return the node as dicts, lists and `Written` text; only a bare null becomes None."""
    match node:
        case Scalar(text, quoted, _):
            return None if text in NULLS and not quoted else Written.of(text, quoted=quoted)
        case Sequence(items, _):
            return [untyped(item) for item in items]
        case _:
            return {Written.of(key.text, quoted=key.quoted): untyped(value) for key, value in node.entries.values()}


def locate(root: Node, location: Location, *, key: bool = False) -> tuple[Position, Location]:
    """Return where the value at the location stands, or its key, and how much of the location there is.

    Where a part of it is absent, that is the nearest thing above.
    """
    node, position = root, root.position
    for depth, step in enumerate(location):
        if isinstance(node, Mapping) and isinstance(step, str) and step in node.entries:
            written_key, node = node.entries[step]
            position = written_key.position if key else node.position
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            position = node.position
        else:
            return position, location[:depth]
    return position, location


def dotted(location: Location) -> str:
    """Return `images.base.smoke[2]`, as a person would say it."""
    out = ""
    for step in location:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out
