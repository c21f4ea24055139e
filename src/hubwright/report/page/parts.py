"""Small things that several sections show alike."""

import re
from collections.abc import Iterable, Sequence

from hubwright.report.page.html import Child, Html, cut, tag
from hubwright.words import short_digest

_CODE = re.compile(r"`([^`\n]+)`")
# A shape of its own for everything that has a colour.
_SIGNS = {
    "failed": "M4 4 12 12 M12 4 4 12",
    "unknown": "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.2 8.7 8 9.2 8 10 M8 12.4v.2",
    "withheld": "M3.5 8h9",
    "last good": "M8 4.5V8l2.5 2 M8 2.2A5.8 5.8 0 1 0 13.8 8",
    "fine": "M3.5 8.5 6.5 11.5 12.5 4.5",
}


def sign(tone: str) -> Html:
    """Return the sign of a tone, for eyes only: the word stands beside it."""
    path = tag("path", d=_SIGNS[tone])
    return tag("svg", path, class_=f"sign {_class(tone)}", viewBox="0 0 16 16", aria_hidden="true", focusable="false")


def chip(tone: str, words: str) -> Html:
    return tag("span", sign(tone), words, class_=f"chip {_class(tone)}")


def unseen(words: str) -> Html:
    """Return words for those who hear the page."""
    return tag("span", words, class_="unseen")


def digest(whole: str) -> Html:
    """Return a digest as short as it is told apart; the whole of it in its title, and to copy with a script."""
    if not whole:
        return tag("span", "none", class_="quiet")
    return tag("code", short_digest(whole).removeprefix("sha256:"), class_="digest", title=whole, data_whole=whole)


def facts(pairs: Iterable[tuple[str, Child]]) -> Html:
    """Return what is known as pairs of a word and what it is; what is empty is left out."""
    return tag("dl", [tag("div", tag("dt", name), tag("dd", told)) for name, told in pairs if told], class_="facts")


def table(caption: str, headings: Sequence[Child], rows: Iterable[Child], *, class_: str = "") -> Html:
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", [tag("th", heading, scope="col") for heading in headings])),
        tag("tbody", rows),
        class_=class_ or None,
    )


def scrolling(label: str, *children: Child) -> Html:
    """Return a box that is as wide as the page, and scrolls where what is in it is wider, with the keyboard too."""
    return tag("div", *children, class_="wide", role="region", aria_label=label, tabindex=0)


def more(summary: Child, *children: Child, open_: bool = False) -> Html:
    return tag("details", tag("summary", summary), *children, open=open_)


def prose(text: str) -> Child:
    """Return what is said in words, with what stands between backticks as code; nothing for nothing."""
    return [tag("code", part) if place % 2 else part for place, part in enumerate(_CODE.split(text))] if text else None


def foreign(text: str, limit: int = 4000) -> Html:
    """Return foreign text of many lines as it was, and no longer than anybody reads."""
    return tag("pre", cut(text, limit))


def _class(tone: str) -> str:
    return "is-" + tone.replace(" ", "-").replace("'", "")
