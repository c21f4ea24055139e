"""HTML by construction: every text is escaped, unless this module itself has made it."""

import re
from collections.abc import Iterable
from html import escape as quoted
from typing import TypeAlias

from hubwright.words import escape

# How terminals are told of colours, titles and links: of no use on a page. What is left of others is spelled out.
_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_EMPTY = frozenset({"meta", "br", "hr", "img", "rect", "line", "circle", "path", "polyline"})
_CUT = 4000


class Html(str):
    """Text that is HTML already. Only `tag`, `join` and `raw` make it."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
Attribute: TypeAlias = str | float | bool | None


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return the element. An attribute of None or False is left out; `class_` is class, `aria_label` aria-label."""
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is not None and value is not False:
            parts.append(_attribute(key, value))
    if name in _EMPTY:
        return Html(f"{''.join(parts)}/>")
    parts.append(">")
    _add(parts, children)
    parts.append(f"</{name}>")
    return Html("".join(parts))


def join(*children: Child) -> Html:
    """Return the children one after the other, without an element around them."""
    parts: list[str] = []
    _add(parts, children)
    return Html("".join(parts))


def raw(text: str) -> Html:
    """Return text of this project's own, such as its style, as it is."""
    return Html(text)


def readable(text: str) -> str:
    """Return foreign text without what steers a terminal, and with everything that misleads spelled out."""
    if text.isascii() and text.isprintable():
        return text
    plain = _TERMINAL.sub("", text).replace("\r\n", "\n")
    return "\n".join("\t".join(escape(part) for part in line.split("\t")) for line in plain.split("\n"))


def cut(text: str, limit: int = _CUT) -> str:
    """Return the text, or its two ends with a word about what is left out between them."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[{len(text) - 2 * half:,} characters are left out here]\n{text[-half:]}"


def _add(parts: list[str], children: Iterable[Child]) -> None:
    for child in children:
        if isinstance(child, Html):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(quoted(readable(child), quote=False))
        elif child is not None:
            _add(parts, child)


def _attribute(key: str, value: str | float | bool) -> str:  # noqa: FBT001 - attributes that only stand there are True
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{quoted(readable(value)) if isinstance(value, str) else value}"'
