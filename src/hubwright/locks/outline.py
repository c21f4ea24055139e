"""Indented text as `foundations.lock` is written in: the part of YAML that needs no second thought.

A line is `name:`, `name: value` or `- value`, indented by two spaces for each level; `#` starts a line of its own.
Any YAML reader understands it too. It is read here line by line, so that a large lock costs a plan nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import field
from typing import NoReturn

from hubwright.errors import LockFileError, Position, Problem
from hubwright.frozen import dataclass
from hubwright.words import UNSAFE, escape, shorten

_STEP = 2
_LINE = re.compile(r"(?P<indent> *)(?:- (?P<item>\S.*)|(?P<name>[^\s:#-][^\s:]*):(?: (?P<value>\S.*))?)")
# What version control leaves behind where two people locked at once.
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})( |$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    value: str
    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """What stands indented below a name: named things, or a list of values."""

    position: Position
    entries: dict[str, "Text | Section"] = field(default_factory=dict)
    items: list[Text] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """A file's text and what was read from it; says where something is wrong."""

    text: str
    root: Section

    def fail(self, position: Position, message: str) -> NoReturn:
        _fail(self.text, position, message)


def read_outline(data: bytes, file: str, *, limit: int) -> Outline:
    """Return what the text says, or raise LockFileError at the first line that is not understood."""
    start = Position(file=file, line=1, column=1)
    if len(data) > limit:
        _fail("", start, f"the file is larger than {limit // 1024} KiB, more than any lock needs")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        _fail("", start, f"byte {error.start + 1} is not UTF-8 text")
    return Outline(text, _sections(text, start))


def _sections(text: str, start: Position) -> Section:
    root = Section(position=start)
    open_sections = [root]
    for position, indent, match in _lines(text, start.file):
        depth = indent // _STEP
        if indent % _STEP or depth >= len(open_sections):
            _fail(text, position, "this line is indented further than what stands above it allows")
        del open_sections[depth + 1 :]
        section = open_sections[depth]
        opened = _add(section, match, position, text)
        if opened:
            open_sections.append(opened)
    return root


def _add(section: Section, match: re.Match[str], position: Position, text: str) -> Section | None:
    if match["item"] is not None:
        if section.entries:
            _fail(text, position, "a list item among names")
        section.items.append(Text(value=match["item"], position=position))
        return None
    name = match["name"]
    if section.items:
        _fail(text, position, f"the name {shorten(name)} among list items")
    if name in section.entries:
        _fail(text, position, f"{shorten(name)} stands here twice")
    if match["value"] is not None:
        section.entries[name] = Text(value=match["value"], position=position)
        return None
    opened = Section(position=position)
    section.entries[name] = opened
    return opened


def _lines(text: str, file: str) -> Iterator[tuple[Position, int, re.Match[str]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        position = Position(file=file, line=number, column=indent + 1)
        if _CONFLICT.match(line):
            _fail(
                text, position, "two versions of this lock were merged here; take either one, then run `hubwright lock`"
            )
        if unsafe := UNSAFE.search(line):
            _fail(text, position, f"the character {escape(unsafe[0])} is not allowed here")
        match = _LINE.fullmatch(line.rstrip(" "))
        if match is None:
            _fail(text, position, "expected `name:`, `name: value` or `- value`")
        yield position, indent, match


def _fail(text: str, position: Position, message: str) -> NoReturn:
    lines = text.split("\n")
    line = lines[position.line - 1]
    raise LockFileError([Problem(position=position, subject="", message=message, excerpt=line)])
