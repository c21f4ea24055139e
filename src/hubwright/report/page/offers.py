"""What is offered now, for each profile and choice, and since when."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from hubwright.account import Account, StartAccount
from hubwright.report.figures import age, count, day
from hubwright.report.page.html import Child, Html, join, tag
from hubwright.report.page.parts import chip, digest, prose, scrolling, table
from hubwright.report.standings import Fate, fate, has_failed, verdict_in_words

_TONES = {
    Fate.TODAY: "fine",
    Fate.PINNED: "fine",
    Fate.LAST_GOOD: "last good",
    Fate.WITHHELD: "withheld",
    Fate.UNKNOWN: "unknown",
}
_HEADINGS = ("profile", "choice", "offered with", "image", "proven on", "verdict on today's", "shape")


def offers(account: Account) -> Html:
    if not account.starts:
        return tag("p", "The matrix offers nothing yet.", class_="quiet")
    name = "Every start that the matrix offers"
    files = (
        "" if account.emitted else " The files for a hub were not written in this run: a hub may still read older ones."
    )
    rows = _rows(account.starts, account.ended_on)
    return join(
        tag("p", _counted(account.starts), files, class_="quiet"),
        scrolling(name, table(name, _HEADINGS, rows, class_="offers")),
    )


def _counted(starts: Iterable[StartAccount]) -> str:
    fates = [fate(start) for start in starts]
    told = [f"{fates.count(each):,} {word}" for each, word in _WORDS.items() if each in fates]
    return f"{count(len(fates), 'start')}: {', '.join(told)}."


_WORDS = {
    Fate.TODAY: "with today's image",
    Fate.LAST_GOOD: "on the last good image",
    Fate.PINNED: "pinned",
    Fate.WITHHELD: "withheld",
    Fate.UNKNOWN: "unknown",
}


def _rows(starts: Iterable[StartAccount], now: str) -> Iterator[Html]:
    for _, group in groupby(starts, key=lambda start: start.profile):
        of_profile = list(group)
        for place, start in enumerate(of_profile):
            head = tag("th", start.display_name, scope="rowgroup", rowspan=len(of_profile)) if not place else None
            yield tag("tr", head, _row(start, _choice(start), now))


def _choice(start: StartAccount) -> Child:
    picked = start.name.removeprefix(start.profile).strip("[]")
    if not picked:
        return tag("span", "–", class_="quiet")  # noqa: RUF001 - the dash of an empty cell
    return (start.choice, tag("small", picked, class_="short")) if start.choice else picked


def _row(start: StartAccount, choice: Child, now: str) -> Child:
    offered = start.offered
    became = fate(start)
    why = offered.reason if offered else start.withheld
    since = [tag("span", day(offered.since)), tag("small", age(offered.since, now))] if offered else None
    tone = "failed" if has_failed(start) else "fine" if start.standing.value.startswith("proven") else "withheld"
    return (
        tag("td", choice),
        tag("td", chip(_TONES[became], became.value), tag("small", prose(why)) if why else None),
        tag("td", digest(offered.digest if offered else "")),
        tag("td", since or tag("span", "–", class_="quiet"), class_="when"),  # noqa: RUF001 - the same
        tag("td", chip(tone, verdict_in_words(start))),
        tag("td", start.shape, class_="quiet"),
    )
