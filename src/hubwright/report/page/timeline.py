"""The run from beginning to end: who worked when, who waited for whom, and what decided how long it took."""

from collections.abc import Iterable, Sequence

from hubwright.account import Stretch
from hubwright.report.figures import count, duration
from hubwright.report.page.critical import WORK, critical_path, told
from hubwright.report.page.html import Html, join, tag
from hubwright.report.page.parts import more, scrolling, table

_MOST_ROWS = 40
_TICKS = 4
# Nothing was built or rehearsed in less.
_LEAST_S = 1.0
_HEIGHT = 14


def timeline(stretches: Sequence[Stretch]) -> Html:
    if not stretches:
        return tag("p", "Nothing ran: this is what the registry says, without a run.", class_="quiet")
    end = max(stretch.ended_s for stretch in stretches)
    if end < _LEAST_S:
        return tag("p", f"All of it took {duration(end)}: there is nothing to see of it.", class_="quiet")
    path = critical_path(stretches)
    decisive = {id(link.stretch) for link in path}
    ordered = sorted(stretches, key=lambda stretch: (stretch.began_s, stretch.ended_s, stretch.name))
    chosen = _chosen(ordered, decisive)
    first = [stretch for stretch in ordered if id(stretch) in chosen]
    rest = [stretch for stretch in ordered if id(stretch) not in chosen]
    left = (
        more(f"{count(len(rest), 'more piece')} of work", _rows("The rest of the work", rest, decisive, end))
        if rest
        else None
    )
    return join(tag("p", told(path)), _legend(), _rows("What ran when", first, decisive, end), left)


def _chosen(stretches: Sequence[Stretch], decisive: set[int]) -> set[int]:
    """Return those to show at once: what was decisive, and what took longest."""
    longest = sorted(stretches, key=lambda stretch: (id(stretch) in decisive, stretch.ended_s - stretch.began_s))
    return {id(stretch) for stretch in longest[-_MOST_ROWS:]}


def _rows(caption: str, stretches: Iterable[Stretch], decisive: set[int], end: float) -> Html:
    headings = ("work", _axis(end), tag("span", "took", class_="number"), "outcome")
    rows = [_row(stretch, end, decisive=id(stretch) in decisive) for stretch in stretches]
    return scrolling(caption, table(caption, headings, rows, class_="timeline"))


def _row(stretch: Stretch, end: float, *, decisive: bool) -> Html:
    waited = max(stretch.began_s - stretch.ready_s, 0)
    words = [f"began after {duration(stretch.began_s)}", f"took {duration(stretch.ended_s - stretch.began_s)}"]
    if stretch.waited_for:
        words.append(f"waited for {stretch.waited_for}")
    if waited >= 1:
        words.append(f"then {duration(waited)} for a free place")
    if decisive:
        words.append("on the critical path")
    moments = [tag("li", f"{duration(each.at_s)}: {each.doing}") for each in stretch.moments[:50]]
    name = join(stretch.name, tag("small", WORK.get(stretch.kind, stretch.kind), ", decisive" if decisive else None))
    return tag(
        "tr",
        tag("th", more(name, tag("ol", moments, class_="by")) if moments else name, scope="row"),
        tag("td", _bar(stretch, end, ", ".join(words))),
        tag("td", duration(stretch.ended_s - stretch.began_s), class_="number"),
        tag("td", stretch.outcome),
        class_="decisive" if decisive else None,
    )


def _bar(stretch: Stretch, end: float, words: str) -> Html:
    """Return a row of the picture: a thread while it waited for its parent, a light bar for a place, then the work."""
    ready, began, ended = (
        _share(at, end) for at in (min(stretch.ready_s, stretch.began_s), stretch.began_s, stretch.ended_s)
    )
    parts = [
        tag("rect", class_="thread", x="0%", y=6, width=f"{ready}%", height=1)
        if stretch.waited_for and ready
        else None,
        tag("rect", class_="queued", x=f"{ready}%", y=4, width=f"{round(began - ready, 2)}%", height=6)
        if began > ready
        else None,
        tag("rect", class_="work", x=f"{began}%", y=2, width=f"{max(round(ended - began, 2), 0.4)}%", height=10, rx=2),
    ]
    return tag("svg", tag("title", words), parts, class_="bar", role="img", aria_label=words, height=_HEIGHT)


def _axis(end: float) -> Html:
    labels = [
        tag("text", duration(end * step / _TICKS), x=f"{100 * step / _TICKS:g}%", y=11, text_anchor=_anchor(step))
        for step in range(_TICKS + 1)
    ]
    return tag(
        "svg",
        labels,
        class_="bar axis",
        role="img",
        aria_label=f"from the beginning to {duration(end)}",
        height=_HEIGHT,
    )


def _anchor(step: int) -> str:
    return {0: "start", _TICKS: "end"}.get(step, "middle")


def _share(at: float, end: float) -> float:
    return round(min(max(at / end, 0), 1) * 100, 2)


def _legend() -> Html:
    known = (
        ("work", "work"),
        ("work decisive", "work on the critical path"),
        ("queued", "ready, waiting for a free place"),
        ("thread", "waiting for what it stands on"),
    )
    shown = [tag("li", tag("b", class_=f"key {name}", aria_hidden="true"), words) for name, words in known]
    return tag("ul", shown, class_="legend")
