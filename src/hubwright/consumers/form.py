"""The page on which users pick: it has to offer what was proven, all of it, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from html.parser import HTMLParser

from hubwright.consumers.starts import ExpectedStart
from hubwright.frozen import dataclass
from hubwright.words import listed

_PROFILE = "profile"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Offered:
    """The values of one field, and which of them the browser picks by itself."""

    values: list[str] = field(default_factory=list)
    picked: list[str] = field(default_factory=list)


def form_problems(page: str, starts: Sequence[ExpectedStart]) -> Iterator[str]:
    """Yield where the page offers, or picks by itself, something else than the starts."""
    fields = _Fields()
    fields.feed(page)
    fields.close()
    for name in fields.written_into:
        yield f"the form lets users write into {name}, and nobody has proven what they may write"
    wanted = dict(_wanted(starts))
    for name in sorted({*wanted, *fields.found}):
        offered, expected = fields.found.get(name, _Offered()), wanted.get(name, _Offered())
        if sorted(offered.values) != sorted(expected.values):
            yield f"the form offers {_shown(offered.values)} as {name}, and has to offer {_shown(expected.values)}"
        elif offered.picked != expected.picked:
            yield (
                f"the form has {_shown(offered.picked)} picked as {name} before anybody picks, and {name} has to be "
                f"{_shown(expected.picked)}; say `default: true` once, or nowhere and have that one first"
            )


def _wanted(starts: Sequence[ExpectedStart]) -> Iterator[tuple[str, _Offered]]:
    slugs = list(dict.fromkeys(start.slug for start in starts))
    if slugs:
        picked = dict.fromkeys(start.slug for start in starts if start.default_profile)
        yield _PROFILE, _Offered(values=slugs, picked=list(picked))
    for slug in slugs:
        of_profile = [start for start in starts if start.slug == slug]
        for option in of_profile[0].choices:
            values = list(dict.fromkeys(start.choices[option] for start in of_profile))
            picked = dict.fromkeys(start.choices[option] for start in of_profile if start.default_choices)
            yield f"profile-option-{slug}--{option}", _Offered(values=values, picked=list(picked))


def _shown(values: Sequence[str]) -> str:
    return listed((value or "an empty value" for value in values), conjunction="and") or "nothing"


class _Fields(HTMLParser):
    """Collects the fields of the form, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, _Offered] = {}
        self.written_into: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option":
            self._offer(self._select, given, "selected")
        elif tag == "input" and given.get("type") == "radio":
            self._offer(given.get("name", ""), given, "checked")
        elif tag in {"input", "textarea"}:
            self.written_into.append(given.get("data-name") or given.get("name") or "a field without a name")

    def _offer(self, name: str, given: Mapping[str, str], picks: str) -> None:
        offered = self.found.setdefault(name, _Offered())
        offered.values.append(given.get("value", ""))
        if picks in given:
            offered.picked.append(given.get("value", ""))
