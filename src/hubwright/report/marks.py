"""Foreign text in Markdown: it shows as what it is, and does nothing else.

Pages that render Markdown look for more in a text than Markdown does: people to notify, issues to link, addresses.
"""

import re

from hubwright.words import one_line, shorten

# Whatever may begin something in Markdown, HTML, or a formula: a character reference to it never does. And a person, an
# issue, a merge request, an address without its scheme: a space without width keeps them from being seen.
_MARKS = re.compile(r"(?P<mark>[\\`*_\[\]<>&|~${}]|:(?=//|\w+:))|[@#!](?=\w)|(?<=www)\.", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_PLAIN = re.compile(r"[A-Za-z0-9@:/=+,.\[\]()_ -]+")
# No name of ours and no digest is longer.
_NAME = 300
# What a block takes at most, in bytes.
_ROOM = 6_000


def text(foreign: str, limit: int = 300) -> str:
    """Return the text for a place within a line, in a table or not; it must not be the first of its line."""
    cut = foreign if len(foreign) <= limit else f"{foreign[: limit - 1]}…"
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};" if match["mark"] else f"{match[0]}&#8203;", one_line(cut))


def code(name: str) -> str:
    """Return a name or a digest as code, where nothing in it speaks against that."""
    plain = len(name) <= _NAME and name == name.strip() and _PLAIN.fullmatch(name)
    return f"`{name}`" if plain else text(name)


def block(foreign: str, room: int = _ROOM) -> str:
    """Return text of several lines as a block that it cannot leave; of more than `room` bytes, the beginning."""
    told = foreign.split("\n")
    kept: list[str] = []
    for line in told:
        kept.append(shorten(line, 200))
        room -= len(kept[-1].encode()) + 1
        if room < 0:
            kept[-1] = f"… and {len(told) - len(kept) + 1} lines more"
            break
    fence = "`" * max(3, 1 + max((len(run) for line in kept for run in re.findall("`+", line)), default=0))
    return "\n".join([f"{fence}text", *kept, fence])


def cut(markdown: str, *, limit: int) -> str:
    """Return as many of the first lines as have room in so many bytes; a block that is open there is closed."""
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
