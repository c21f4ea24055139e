"""Values as text, always the same for the same values, with comments that stay comments.

Written here and not by a library: comments have to stand above what they are about, and a library's writer, whose
output would have to be searched for those places, takes longer than everything else about a long list.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from hubwright.frozen import dataclass
from hubwright.words import one_line

# Names and indexes that lead to a value.
Path: TypeAlias = tuple[str | int, ...]
Comments: TypeAlias = Mapping[Path, Sequence[str]]

# What every reader of YAML, of 1.1 and of 1.2, takes for text without quotes.
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*")
_READ_AS_OTHER = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
# What may not stand between quotes as it is, and more: most of what is not ASCII may. To compile a class that says so
# to the letter takes longer than to search every text.
_PERHAPS_ESCAPED = re.compile(r'["\\]|[^ -~]')
_UNSEEN = frozenset("\u2028\u2029\ufeff")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WORDS = {None: "null", True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line, and the comments that go above it, those of what is around first."""

    said: tuple[str, ...]
    text: str

    def after(self, prefix: str, said: tuple[str, ...] = ()) -> "_Line":
        return _Line((*said, *self.said), prefix + self.text)


def yaml_text(values: Mapping[str, object], comments: Comments) -> str:
    """Return the values as a document of YAML, every comment in lines of its own above what its path leads to.

    The empty path is the document's head. Whatever a comment says, it ends with its line. Names have up to some
    hundred characters: a reader looks no further for the colon behind them.
    """
    written = []
    for number, line in enumerate(_block(values, (), comments)):
        said = (*comments.get((), ()), *line.said) if number == 0 else line.said
        indent = line.text[: len(line.text) - len(line.text.lstrip(" "))]
        written += [*_as_comments(said, indent), line.text]
    return "\n".join(written) + "\n"


def yaml_documents(documents: Iterable[Mapping[str, object]], head: Sequence[str]) -> str:
    """Return several documents as one file."""
    return "\n".join(_as_comments(head, "")) + "\n" + "".join(f"---\n{yaml_text(each, {})}" for each in documents)


def json_text(values: Sequence[object]) -> str:
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _as_comments(said: Iterable[str], indent: str) -> list[str]:
    # Spaces in front are kept: they show what belongs together.
    return [f"{indent}# {line[: len(line) - len(line.lstrip(' '))]}{one_line(line)}".rstrip() for line in said]


def _block(value: object, path: Path, comments: Comments) -> Iterator[_Line]:
    """Give the lines of a value that begins a line of its own."""
    match value:
        case dict() if value:
            for name, inner in value.items():
                yield from _entry(name, inner, (*path, name), comments)
        case list() if value:
            for number, inner in enumerate(value):
                yield from _item(inner, (*path, number), comments)
        case _:
            yield _Line((), _scalar(value))


def _entry(name: str, value: object, path: Path, comments: Comments) -> Iterator[_Line]:
    said = tuple(comments.get(path, ()))
    if isinstance(value, dict | list) and value:
        yield _Line(said, f"{_text(name)}:")
        for line in _block(value, path, comments):
            yield line.after("  ")
    else:
        yield _Line(said, f"{_text(name)}: {_scalar(value)}")


def _item(value: object, path: Path, comments: Comments) -> Iterator[_Line]:
    said = tuple(comments.get(path, ()))
    for number, line in enumerate(_block(value, path, comments)):
        yield line.after("  ") if number else line.after("- ", said)


def _scalar(value: object) -> str:
    match value:
        case str():
            return _text(value)
        case bool() | None:
            return _WORDS[value]
        case int() | float():
            return repr(value)
        case dict() | list():
            return "{}" if isinstance(value, dict) else "[]"
        case _:
            msg = f"{type(value).__name__} has no place in what a hub reads"
            raise TypeError(msg)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.casefold() not in _READ_AS_OTHER:
        return text
    return f'"{_PERHAPS_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if "\u00a0" <= character <= "\ufffd" and not "\ud800" <= character <= "\udfff" and character not in _UNSEEN:
        return character
    return _SHORT.get(character) or f"\\U{ord(character):08X}"
