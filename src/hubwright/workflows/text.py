"""Workflows as people would write them: text with a few places, each filled with something that cannot break out."""

import json
import re
import textwrap
from collections.abc import Mapping, Sequence

HEAD = "# Derived from matrix.yaml by `./noxw -s ci`: change that, and run this again.\n"

_PLACE = re.compile(r"^( *)<<([a-z_]+)>>\n|<<([a-z_]+)>>", re.MULTILINE)


def fill(text: str, places: Mapping[str, str]) -> str:
    """Return the text with every `<<place>>` filled.

    A place that has a line of its own takes a block of lines, at its own depth; an empty block leaves no line.
    """

    def put(match: re.Match[str]) -> str:
        indent, block, inline = match.groups()
        return textwrap.indent(places[block], indent) if block else places[inline]

    return _PLACE.sub(put, text)


def quoted(value: str) -> str:
    """Return the value as every reader of YAML takes it for text, and for this text."""
    return json.dumps(value)


def listed(values: Sequence[str]) -> str:
    """Return the values as a list on one line."""
    return json.dumps(list(values))


def block(lines: Mapping[str, str]) -> str:
    """Return the keys and their values, which are written already, a line for each."""
    return "".join(f"{key}: {value}\n" for key, value in lines.items())
