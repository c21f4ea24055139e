"""Writes docs/reference.md: the keys of the matrix and the exit codes, from the types that define them."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hubwright import errors
from hubwright.errors import HubwrightError
from hubwright.matrix.document import Document

_HEAD = """\
# Reference

Written by `./noxw -s schema` from the types of the program; `docs/matrix.md` explains by example.

## Keys of `matrix.yaml`

Every key that is not marked *required* may be left out. Text may stand without quotes: `3.10` stays `3.10`.
"""
_CODES = """\
## Exit codes

`hubwright` ends with these. `./noxw` ends with 1 instead of any but 0: nox prints the code, and keeps it to itself.

| code | meaning |
| --- | --- |
| 0 | It did what it was asked to do. |"""


def reference() -> str:
    """Return the whole page."""
    schema = Document.model_json_schema(by_alias=True)
    blocks = [_HEAD, _mapping("The whole file", schema)]
    for name, definition in schema["$defs"].items():
        blocks.append(_mapping(name, definition))
    return "\n".join([*blocks, "\n".join(_exit_codes())]) + "\n"


def _mapping(name: str, definition: dict[str, Any]) -> str:
    lines = [f"### {name}", ""]
    if description := definition.get("description"):
        lines += [_shown(" ".join(description.split())), ""]
    if properties := definition.get("properties"):
        lines += ["| key | value | meaning |", "| --- | --- | --- |"]
        required = definition.get("required", [])
        for key, field in properties.items():
            meaning = _shown(field.get("description", ""))
            marked = "*required* " if key in required else ""
            lines.append(f"| `{key}` | {_value(field)} | {marked}{meaning}{_left_out(field)} |")
        lines.append("")
    return "\n".join(lines)


def _shown(text: str) -> str:
    """Return the text as a page shows it: what stands in angle brackets would be taken for HTML, and left out."""
    return text.replace("<", "&lt;").replace("|", "\\|")


def _left_out(field: dict[str, Any]) -> str:
    """Return what counts where the key is left out, unless that is nothing at all or a mapping with keys of its own."""
    match field.get("default"):
        case str() | int() as value if value:
            return f" If left out: `{value}`."
        case [*values] if values:
            return f" If left out: {', '.join(f'`{value}`' for value in values)}."
        case _:
            return ""


_PLAIN = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}


def _value(field: dict[str, Any]) -> str:
    """Return what may stand there, in a few words."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        kinds = [_value(each) for each in field["anyOf"] if each.get("type") != "null"]
        # A number beside text is text that may stand without quotes.
        return "text" if kinds == ["text", "number"] else " or ".join(kinds)
    if "enum" in field:
        return ", ".join(f"`{word}`" for word in field["enum"])
    if field["type"] == "object":
        inner = field.get("additionalProperties") or next(iter(field["patternProperties"].values()))
        return f"mapping to {_value(inner)}"
    if field["type"] == "array":
        return f"list of {_value(field['items'])}" if field["items"] else "pair"
    return _PLAIN[field["type"]]


def _exit_codes() -> Iterator[str]:
    yield _CODES
    # What several kinds of failure have in common is never raised itself, and has no code.
    raised = (failure for failure in _below(HubwrightError) if hasattr(failure, "exit_code"))
    family = sorted(raised, key=lambda failure: failure.exit_code)
    for failure in family:
        yield f"| {failure.exit_code} | {(inspect.getdoc(failure) or '').partition(chr(10))[0]} |"
    yield f"| {errors.EXIT_INTERNAL} | A bug; a log with everything needed to mend it is named. |"
    yield f"| {errors.EXIT_INTERRUPTED} | Ctrl-C. |"
    yield f"| {errors.EXIT_BROKEN_PIPE} | The reader of the output went away. |"
    yield f"| {errors.EXIT_TERMINATED} | SIGTERM. |"


def _below(root: type[HubwrightError]) -> Iterator[type[HubwrightError]]:
    for child in root.__subclasses__():
        yield child
        yield from _below(child)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
