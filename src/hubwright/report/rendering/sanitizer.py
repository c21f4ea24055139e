"""HTML of others, made anew out of what is known to be harmless; everything else is left out."""

import re
from collections.abc import Iterator
from html import unescape
from typing import TypeAlias

from hubwright.frozen import dataclass
from hubwright.report.page.html import Html, join, tag

_BLOCKS = (
    "div",
    "p",
    "pre",
    "blockquote",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
)
_WORDS = (
    "a",
    "abbr",
    "b",
    "br",
    "code",
    "del",
    "em",
    "i",
    "kbd",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
)
_TABLES = ("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td")
_ALLOWED = frozenset({*_BLOCKS, *_WORDS, *_TABLES, "img"})
_EMPTY = frozenset({"br", "hr", "img"})
# What stands in these is no text of the page, and in those of the first kind not even HTML.
_RAW = frozenset({"script", "style", "iframe", "textarea", "title", "noscript", "noembed", "noframes", "xmp"})
_SILENT = frozenset({"object", "svg", "math", "template", "head", "select", "audio", "video"})
# Deeper than any page that was meant to be read.
_DEEPEST = 200

_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_LINK = re.compile(r"https?://[^\s\\]+")
_NUMBER = re.compile(r"[0-9]{1,4}")
_CLASS = re.compile(
    r"(?:ansi-[a-z-]{1,40}|highlight|hl-[a-z0-9]{1,20}|dataframe|[a-z][a-z0-9]{0,2}|(?:in|out)put(?:_[a-z]{1,20})?)"
)
# No colours: those that somebody has chosen for a white page cannot be read on a dark one.
_STYLE = re.compile(r"\s*(?:text-align|font-weight|font-style|text-decoration)\s*:\s*[a-z0-9-]{1,20}\s*")
# A tag never reaches beyond the next one, and nothing is tried twice: whatever is written takes time as it is long.
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*+)((?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([A-Za-z-]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"']++))?""")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tag:
    name: str
    closes: bool
    attributes: str


# Text, or a tag.
_Token: TypeAlias = str | _Tag


def harmless(html: str) -> Html:
    """Return the HTML with nothing in it that runs, loads, covers or leads anywhere but to another page."""
    builder = _Builder()
    silent = 0
    for token in _tokens(html):
        if isinstance(token, _Tag) and token.name in _SILENT:
            silent = max(silent - 1, 0) if token.closes else silent + 1
        elif not silent:
            builder.take(token)
    return builder.result()


def _tokens(html: str) -> Iterator[_Token]:
    here = 0
    while (start := html.find("<", here)) >= 0:
        yield unescape(html[here:start])
        if found := _TAG.match(html, start):
            name = found[2].lower()
            yield _Tag(name=name, closes=bool(found[1]), attributes=found[3])
            here = _after(html, name, found.end()) if name in _RAW and not found[1] else found.end()
        elif html.startswith(("<!", "<?"), start):
            here = _beyond(html, "-->" if html.startswith("<!--", start) else ">", start)
        else:
            yield "<"
            here = start + 1
    yield unescape(html[here:])


def _after(html: str, name: str, start: int) -> int:
    """Return where the raw text ends that began at the start; what is never closed goes to the end."""
    closed = re.compile(f"</{name}", re.IGNORECASE).search(html, start)
    return closed.start() if closed else len(html)


def _beyond(html: str, end: str, start: int) -> int:
    place = html.find(end, start)
    return place + len(end) if place >= 0 else len(html)


class _Builder:
    """Builds elements from the inside out: what is open is a name, its attributes, and its children so far."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str, list[Html | str]]] = [("", "", [])]

    def take(self, token: _Token) -> None:
        match token:
            case str():
                self._open[-1][2].append(token)
            case _Tag(closes=True, name=name):
                if any(each[0] == name for each in self._open):
                    while self._close() != name:
                        continue
            case _Tag(name=name) if name in _EMPTY:
                self._open[-1][2].append(_element(name, token.attributes, []))
            case _Tag(name=name) if name in _ALLOWED and len(self._open) < _DEEPEST:
                self._open.append((name, token.attributes, []))
            case _:
                pass

    def result(self) -> Html:
        while len(self._open) > 1:
            self._close()
        return join(self._open[0][2])

    def _close(self) -> str:
        name, attributes, children = self._open.pop()
        self._open[-1][2].append(_element(name, attributes, children))
        return name


def _element(name: str, given: str, children: list[Html | str]) -> Html:
    known = {each[1].lower(): unescape((each[2] or "").strip("\"'")) for each in _ATTRIBUTE.finditer(given)}
    kept: dict[str, str] = {}
    if classes := [each for each in known.get("class", "").split() if _CLASS.fullmatch(each)]:
        kept["class_"] = " ".join(classes)
    if styles := [each.strip() for each in known.get("style", "").split(";") if _STYLE.fullmatch(each)]:
        kept["style"] = "; ".join(styles)
    if name == "a" and _LINK.fullmatch(known.get("href", "")):
        kept |= {"href": known["href"], "rel": "noreferrer noopener nofollow"}
    if name in {"td", "th"}:
        kept |= {key: known[key] for key in ("colspan", "rowspan") if _NUMBER.fullmatch(known.get(key, ""))}
    if name == "img":
        if not _IMAGE.fullmatch(known.get("src", "")):
            return tag("span", f"[image left out: {known.get('alt') or 'it is not in this notebook'}]")
        kept |= {"src": known["src"], "alt": known.get("alt", "an image, without a description")}
    return tag(name, *children, **kept)
