"""What was said about each start over the last runs, and how its image has grown."""

from collections.abc import Sequence

from hubwright.account import Account, Said, StartAccount
from hubwright.report.figures import count, day
from hubwright.report.page.html import Child, Html, tag
from hubwright.report.page.parts import more, scrolling, table
from hubwright.verdicts import Standing
from hubwright.words import listed, resized, short_digest, sized

_MOST = 20
_WIDTH, _HEIGHT = 120, 24
_STEP = 8
_CLASSES = {
    Standing.PROVEN: "p",
    Standing.WITHOUT_HARDWARE: "s",
    Standing.FAILED: "x",
    Standing.NOT_TESTED: "n",
}


def past(account: Account) -> Html:
    known = [(start, _in_order(start)) for start in account.starts if start.history]
    if not known:
        return tag("p", "Nothing was said about any start before.", class_="quiet")
    name = "Verdicts and sizes, the newest at the right"
    headings = ("start", "verdicts", "in words", "size", tag("span", "in figures", class_="number"))
    return scrolling(name, table(name, headings, [_row(start, said) for start, said in known], class_="past"))


def _in_order(start: StartAccount) -> Sequence[Said]:
    return sorted(start.history, key=lambda said: said.on)[-_MOST:]


def _row(start: StartAccount, said: Sequence[Said]) -> Html:
    known = [each.size for each in said if each.size is not None]
    return tag(
        "tr",
        tag("th", start.name, scope="row"),
        tag("td", _verdicts(said)),
        tag(
            "td", more(_counted(said), tag("ol", [tag("li", _in_words(each)) for each in reversed(said)], class_="by"))
        ),
        tag("td", _sparkline(known)),
        tag("td", _grown(known), class_="number"),
    )


def _verdicts(said: Sequence[Said]) -> Html:
    shown = [tag("i", class_=_CLASSES[each.standing]) for each in said]
    return tag("span", shown, class_="strip", role="img", aria_label=_counted(said))


def _counted(said: Sequence[Said]) -> str:
    good = sum(each.standing in {Standing.PROVEN, Standing.WITHOUT_HARDWARE} for each in said)
    return f"{good:,} of {count(len(said), 'verdict')} good"


def _in_words(said: Said) -> str:
    failed = f": {listed(said.failed, conjunction='and', limit=8)}" if said.failed else ""
    weight = f", {sized(said.size)}" if said.size is not None else ""
    return f"{day(said.on)}, {short_digest(said.digest)}, {said.standing.value}{failed}{weight}"


def _grown(known: Sequence[int]) -> str:
    if not known:
        return "unknown"
    return f"{sized(known[-1])}, {resized(known[0], known[-1])}" if len(known) > 1 else sized(known[0])


def _sparkline(known: Sequence[int]) -> Child:
    """Return the sizes as a line that begins and ends where the box does; of one size there is no line."""
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    low, high = min(known), max(known)
    points = [
        (4 + (_WIDTH - 8) * place / (len(known) - 1), 4 + (_HEIGHT - 8) * (1 - (each - low) / ((high - low) or 1)))
        for place, each in enumerate(known)
    ]
    line = tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points))
    end = tag("circle", cx=f"{points[-1][0]:.1f}", cy=f"{points[-1][1]:.1f}", r=2.5)
    words = f"from {sized(known[0])} to {sized(known[-1])} in {count(len(known), 'run')}"
    return tag(
        "svg",
        tag("title", words),
        line,
        end,
        class_="spark",
        role="img",
        aria_label=words,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
    )
