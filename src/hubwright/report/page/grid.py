"""Every start beside every check: what passed, what failed, and what nobody has looked at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from hubwright.account import Account, Became, ImageAccount, StartAccount
from hubwright.report.figures import count
from hubwright.report.page.html import Child, Html, join, tag
from hubwright.report.page.parts import prose, scrolling
from hubwright.report.standings import Cell, Mark, cells
from hubwright.words import sized

# As short as thousands of cells need it.
_CLASSES = {
    Mark.FAILED: "x",
    Mark.PASSED: "p",
    Mark.HARDWARE: "h",
    Mark.EARLIER: "o",
    Mark.UNTESTED: "n",
    Mark.UNPLANNED: "u",
}
_LEGEND = {
    Mark.PASSED: "passed in this run",
    Mark.HARDWARE: "passed on the hardware that it asks for",
    Mark.FAILED: "failed",
    Mark.EARLIER: "passed earlier; the proof is in the registry, the evidence is not here",
    Mark.UNTESTED: "not tested, which is neither",
}


def grid(account: Account, anchors: Mapping[tuple[str, str], str], left_out: int) -> Child:
    rows = [(start, cells(start)) for start in account.starts]
    failed = {name for _, each in rows for name, cell in each.items() if cell.mark is Mark.FAILED}
    # What failed comes first: on a small screen the rest is a swipe away.
    checks = sorted(dict.fromkeys(name for _, each in rows for name in each), key=lambda name: name not in failed)
    if not checks:
        return tag("p", "No start has a check to pass.", class_="quiet")
    name = "Starts and their checks"
    images = {image.variant: image for image in account.images}
    head = tag("tr", tag("th", "start", scope="col"), [tag("th", tag("span", each), scope="col") for each in checks])
    places = {variant: place for place, variant in enumerate(images)}
    ordered = sorted(rows, key=lambda row: (places.get(row[0].variant, len(places)), row[0].variant))
    by_variant = groupby(ordered, key=lambda row: row[0].variant)
    bodies = [_body(variant, list(group), checks, images.get(variant), anchors) for variant, group in by_variant]
    table = tag("table", tag("caption", name), tag("thead", head), bodies, class_="grid")
    return join(_legend(), scrolling(name, table), _left_out(left_out), _unoffered(account))


def _body(
    variant: str,
    rows: Sequence[tuple[StartAccount, Mapping[str, Cell]]],
    checks: Sequence[str],
    image: ImageAccount | None,
    anchors: Mapping[tuple[str, str], str],
) -> Html:
    about = [image.became.value, sized(image.size) if image.size is not None else ""] if image else []
    told = tag(
        "th",
        tag("span", variant, " ", tag("small", ", ".join(filter(None, about)))),
        scope="rowgroup",
        colspan=len(checks) + 1,
    )
    return tag("tbody", tag("tr", told, class_="variant"), _rows(rows, checks, anchors))


def _rows(
    rows: Iterable[tuple[StartAccount, Mapping[str, Cell]]],
    checks: Sequence[str],
    anchors: Mapping[tuple[str, str], str],
) -> Iterator[Html]:
    nothing = Cell(mark=Mark.UNPLANNED)
    for start, known in rows:
        made = [_cell(known.get(check, nothing), anchors.get((start.name, check))) for check in checks]
        yield tag("tr", tag("th", start.name, scope="row"), made)


def _cell(cell: Cell, anchor: str | None) -> Html:
    shown = tag("i", cell.mark.value, class_=_CLASSES[cell.mark])
    return tag("td", tag("a", shown, href=f"#{anchor}") if anchor else shown)


def _legend() -> Html:
    shown = [tag("li", tag("i", class_=_CLASSES[mark], aria_hidden="true"), words) for mark, words in _LEGEND.items()]
    return tag("ul", shown, tag("li", "empty: this start has no such check"), class_="legend")


def _left_out(number: int) -> Child:
    if not number:
        return None
    told = (
        f"The evidence of {count(number, 'cell')} is left out here to keep the page small; report.json has all of it."
    )
    return tag("p", told, class_="quiet")


def _unoffered(account: Account) -> Child:
    """Return what became of the images that no start is of: a failure of theirs is in no row."""
    offered = {start.variant for start in account.starts}
    bad = [
        image
        for image in account.images
        if image.variant not in offered and image.became not in {Became.BUILT, Became.REUSED}
    ]
    told = [tag("li", tag("b", image.variant), f" {image.became.value}: ", prose(image.reason)) for image in bad]
    return tag("ul", told, class_="quiet") if told else None
