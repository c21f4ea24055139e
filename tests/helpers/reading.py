"""A page as its reader's browser takes it in, as far as tests ask: what is there, and what it leads to."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = {"meta", "br", "hr", "img", "rect", "line", "circle", "path", "polyline"}


@dataclass(kw_only=True, slots=True)
class Page:
    """`text` is what is read, without style and script; `attributes` are all of them, each with its element."""

    tags: Counter[str] = field(default_factory=Counter)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    text: str = ""
    unclosed: list[str] = field(default_factory=list)

    def of(self, name: str) -> list[str]:
        """Return every value of an attribute."""
        return [value for _, key, value in self.attributes if key == name]


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.unclosed = reader.inside
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags[tag] += 1
        self.page.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag not in _EMPTY:
            self.inside.append(tag)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.page.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.inside):
            self.page.text += data
            if any(each in {"h1", "h2", "h3", "h4"} for each in self.inside):
                level, words = self.page.headings[-1]
                self.page.headings[-1] = (level, words + data)
