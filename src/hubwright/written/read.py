"""Text to nodes, on PyYAML's event stream, refusing every part of YAML that surprises people.

Aliases, anchors, merge keys, tags, directives, several documents, duplicate keys and keys that are not plain
ASCII are errors. The limits below hold however hostile the file is; the events come from PyYAML's own parser,
which keeps its state on a list and cannot overflow the stack.
"""

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import yaml

from hubwright.errors import FileError, Position, Problem
from hubwright.frozen import dataclass
from hubwright.words import UNSAFE, escape, nearest, shorten
from hubwright.written.nodes import Mapping, Node, Scalar, Sequence

MAX_BYTES = 256 * 1024
MAX_NODES = 10_000
MAX_DEPTH = 20
MAX_SCALAR = 4_096


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """What a file is to the person who wrote it (`matrix`), and the error that tells what is wrong with it."""

    name: str
    error: Callable[[list[Problem]], FileError]


def read_yaml(data: bytes, file: str, kind: Kind) -> Node:
    """Return the nodes of the file's one document, or raise the kind's error at the first thing refused."""
    return _Composer(_Text(data, file, kind)).compose()


def excerpt(text: str, line: int) -> str:
    """Return the line as it was written, for the message; counted from 1."""
    lines = text.split("\n")
    return lines[line - 1].rstrip("\r") if line <= len(lines) else ""


def decode_leniently(data: bytes) -> str:
    """Return the text for excerpts, whatever is wrong with it."""
    return data[:MAX_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")


class _Text:
    """The characters of a file, and how to say where something is wrong in it."""

    def __init__(self, data: bytes, file: str, kind: Kind) -> None:
        self.kind = kind
        self.file = file
        self.characters = ""
        if len(data) > MAX_BYTES:
            self.fail(1, 1, f"the file is larger than {MAX_BYTES // 1024} KiB; a {kind.name} is written by hand")
        try:
            self.characters = data.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            self.characters = data[: error.start].decode("utf-8")
            self.fail_at(len(self.characters), f"byte 0x{data[error.start]:02x} is not UTF-8 text")
        for match in UNSAFE.finditer(self.characters):
            if match[0] == "\t" or match[0] == "\n" or self.characters.startswith("\r\n", match.start()):
                continue
            self.fail_at(match.start(), f"the character {escape(match[0])} is not allowed here")

    def fail(self, line: int, column: int, message: str) -> NoReturn:
        position = Position(file=self.file, line=line, column=column)
        shown = excerpt(self.characters, line)
        raise self.kind.error([Problem(position=position, subject="", message=message, excerpt=shown)])

    def fail_at(self, offset: int, message: str) -> NoReturn:
        before = self.characters[:offset]
        self.fail(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1, message)


class _Composer:
    """Builds nodes from events; its depth is bounded, so plain recursion is safe."""

    def __init__(self, text: _Text) -> None:
        self._text = text
        self._name = text.kind.name
        self._count = 0
        self._parser: Any = yaml.SafeLoader(text.characters)
        self._events = self._read_events()

    def compose(self) -> Node:
        try:
            event = next(self._events)  # the start of the stream
            event = next(self._events)
            if isinstance(event, yaml.StreamEndEvent):
                self._fail_at(event, f"the file is empty; a {self._name} starts with `version: 1`")
            node = self._node(next(self._events), depth=1)
            next(self._events)  # the end of the document
            event = next(self._events)
            if not isinstance(event, yaml.StreamEndEvent):
                self._fail_at(event, f"a second document starts here; a {self._name} is one document")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._fail_mark(mark, f"this is not YAML: {error.problem or error.context}")
        except (ValueError, OverflowError):
            # PyYAML takes any digits, be they an escape beyond Unicode or the thousands of a version.
            self._fail_mark(self._parser.get_mark(), "this is not YAML: a number that is too large")
        return node

    def _read_events(self) -> Iterator[Any]:
        while (event := self._parser.get_event()) is not None:
            if isinstance(event, yaml.DocumentStartEvent):
                self._refuse_directives(event)
            yield event

    def _refuse_directives(self, event: Any) -> None:
        # Where a document has directives, known to YAML or not, its event begins at the first.
        if self._text.characters.startswith("%", event.start_mark.index):
            self._fail_at(event, f"a % directive; a {self._name} needs none")

    def _node(self, event: Any, depth: int) -> Node:
        self._refuse_extras(event)
        self._count += 1
        if self._count > MAX_NODES:
            self._fail_at(event, f"more than {MAX_NODES:,} values; split the {self._name}, or generate less of it")
        if depth > MAX_DEPTH:
            self._fail_at(event, f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _refuse_extras(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._fail_at(event, f"the alias *{shorten(str(event.anchor))}; write the value out")
        if event.anchor is not None:
            self._fail_at(event, f"the anchor &{shorten(event.anchor)}; write each value out")
        if event.tag is not None:
            self._fail_at(event, f"the tag {shorten(event.tag)}; the schema decides what a value is")

    def _scalar(self, event: Any) -> Scalar:
        if len(event.value) > MAX_SCALAR:
            self._fail_at(event, f"a text longer than {MAX_SCALAR:,} characters")
        for match in UNSAFE.finditer(event.value):
            if match[0] != "\n":
                self._fail_at(event, f"the character {escape(match[0])} is not allowed, not even escaped")
        return Scalar(event.value, event.style is not None, self._position(event.start_mark))

    def _sequence(self, event: Any, depth: int) -> Sequence:
        items = []
        while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(item, depth + 1))
        return Sequence(tuple(items), self._position(event.start_mark))

    def _mapping(self, event: Any, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(key_event := next(self._events), yaml.MappingEndEvent):
            key = self._key(key_event, depth, entries)
            entries[key.text] = (key, self._node(next(self._events), depth + 1))
        return Mapping(entries, self._position(event.start_mark))

    def _key(self, event: Any, depth: int, entries: dict[str, tuple[Scalar, Node]]) -> Scalar:
        key = self._node(event, depth + 1)
        if not isinstance(key, Scalar):
            self._fail_at(event, "a list or mapping as a key; a key is a word")
        if not key.text or "\n" in key.text:
            self._fail_at(event, "an empty or broken key; a key is a word")
        if key.text == "<<" and not key.quoted:
            self._fail_at(event, "a merge key; write the values out")
        if not key.text.isascii():
            self._fail_at(event, _not_ascii(key.text, entries))
        if key.text in entries:
            first = entries[key.text][0].position
            self._fail_at(event, f"{shorten(key.text)} stands here twice; first at {first}")
        return key

    def _position(self, mark: Any) -> Position:
        return Position(file=self._text.file, line=mark.line + 1, column=mark.column + 1)

    def _fail_at(self, event: Any, message: str) -> NoReturn:
        self._fail_mark(event.start_mark, message)

    def _fail_mark(self, mark: Any, message: str) -> NoReturn:
        self._text.fail(mark.line + 1, mark.column + 1, message)


def _not_ascii(key: str, known: dict[str, tuple[Scalar, Node]]) -> str:
    folded = unicodedata.normalize("NFKC", key).casefold()
    twin = folded if folded in known else nearest(folded, known)
    looks = f", and looks like {twin}" if twin else ""
    # Spelled out: on the screen the letter may be the very image of another.
    return f"the key {shorten(ascii(key)[1:-1])} has letters outside ASCII{looks}"
