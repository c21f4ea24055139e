"""Text of others in Markdown, shown as it is: it ends no list, pings nobody, and is no tag, link or heading."""

import re

from hubwright.words import escape, one_line

_TICKS = re.compile(r"`+")
_LINE_LIMIT = 300
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def code(text: str) -> str:
    """Return the text on one line, as code; nobody reads more of it there than fits on some lines."""
    shown = one_line(text if len(text) <= _LINE_LIMIT else f"{text[:_LINE_LIMIT]}…")
    fence = "`" * (_longest(shown) + 1)
    # Blanks beside the fence are taken away again where it is read, and keep a tick of the text from joining it.
    inner = f" {shown} " if not shown.strip("`") or "`" in (shown[0], shown[-1]) else shown
    return f"{fence}{inner}{fence}"


def block(text: str, *, limit: int) -> str:
    """Return the text with its lines, as a block of code; what is too long is cut."""
    cut_off = "\n… cut here" if len(text) > limit else ""
    shown = "\n".join(escape(line) for line in text[:limit].expandtabs().split("\n")) + cut_off
    fence = "`" * max(3, _longest(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}"


def cut(markdown: str, *, limit: int) -> str:
    """Return as many of its first lines as have room in so many bytes, with a block that is open at the end closed."""
    kept: list[str] = []
    room, fence = limit, ""
    for line in markdown.split("\n"):
        room -= len(line.encode()) + 1
        # There has to be room for the end of a block besides.
        if room < len(fence) + 1:
            return "\n".join([*kept, *([fence] if fence else [])])
        kept.append(line)
        fence = _after(line, fence)
    return "\n".join(kept)


def _after(line: str, fence: str) -> str:
    """Return the fence that ends the block that is open after this line, empty where none is."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1].startswith(fence) and not line.strip(" `~")
    return "" if closes else fence


def _longest(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
