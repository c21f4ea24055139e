"""What is different since the images that were offered before: starts, packages, sizes, vulnerabilities."""

from collections.abc import Iterable, Sequence

from hubwright.account import Account, ImageAccount, ImageChange, PackageMove, StartAccount
from hubwright.report.figures import count
from hubwright.report.page.html import Child, Html, join, tag
from hubwright.report.page.parts import digest, facts, more, scrolling, table
from hubwright.words import listed, resized, sized

# On the whole page; a night in which everything moved has thousands, most of them alike.
_MOST_MOVES = 2000
_MOST_NAMES = 20


def changes(account: Account) -> Html:
    moved = [start for start in account.starts if start.offered and start.offered.before != start.offered.digest]
    changed = [(image, image.change) for image in account.images if image.change]
    if not moved and not changed:
        return tag("p", "Nothing: every start is offered as it was before.", class_="quiet")
    of = {image.variant: set(change.moved) for image, change in changed}
    room = _MOST_MOVES
    told = []
    for image, change in changed:
        own = [move for move in change.moved if move not in of.get(image.parent or "", set())]
        told.append(_image(image, change, own, own[:room]))
        room -= len(own[:room])
    return join(_starts(moved), told)


def _starts(moved: Sequence[StartAccount]) -> Child:
    if not moved:
        return tag("p", "No start is offered with another image than before.", class_="quiet")
    name = "Starts that are offered with another image than before"
    rows = [
        tag(
            "tr",
            tag("th", start.name, scope="row"),
            tag("td", digest(start.offered.before) if start.offered.before else "not offered"),
            tag("td", digest(start.offered.digest)),
        )
        for start in moved
        if start.offered
    ]
    return scrolling(name, table(name, ("start", "before", "now"), rows))


def _image(image: ImageAccount, change: ImageChange, own: Sequence[PackageMove], shown: Sequence[PackageMove]) -> Html:
    """Return what is different in an image; its parent has not brought `own`, and there is room for `shown`."""
    grown = resized(change.size_before, image.size) if image.size is not None else ""
    brought = len(change.moved) - len(own)
    told = [
        *_counted(own),
        f"{brought:,} from {image.parent}" if brought else "",
        f"{count(len(change.fixed), 'vulnerability', 'vulnerabilities')} gone" if change.fixed else "",
        f"{count(len(change.appeared), 'vulnerability', 'vulnerabilities')} new" if change.appeared else "",
        grown,
    ]
    summary = join(tag("b", image.variant), " ", tag("span", ", ".join(filter(None, told)), class_="quiet"))
    body = facts(
        (
            ("Since", digest(change.since)),
            ("Now", digest(image.digest or "")),
            (
                "Size",
                f"{sized(change.size_before)} before, {sized(image.size)} now ({grown})"
                if image.size is not None
                else "",
            ),
            ("Vulnerabilities", _vulnerabilities(change)),
        )
    )
    return more(summary, body, _moves(image.variant, shown, len(own) - len(shown)) if own else None)


def _counted(moves: Sequence[PackageMove]) -> Sequence[str]:
    added = sum(not move.before for move in moves)
    removed = sum(not move.after for move in moves)
    known = {"moved": len(moves) - added - removed, "added": added, "removed": removed}
    return [f"{count(number, 'package')} {word}" for word, number in known.items() if number]


def _vulnerabilities(change: ImageChange) -> Child:
    if not change.scanned:
        return "not compared: both images would have to be scanned"
    return join(_named("gone", change.fixed), "; ", _named("new", change.appeared))


def _named(word: str, names: Sequence[str]) -> str:
    return f"{len(names):,} {word}" + (f" ({listed(names, conjunction='and', limit=_MOST_NAMES)})" if names else "")


def _moves(variant: str, moves: Sequence[PackageMove], left: int) -> Html:
    if not moves:
        return tag("p", "There is no room for them here; report.json has them all.", class_="quiet")
    caption = f"Packages of {variant}"
    note = tag("p", f"{left:,} more are in report.json.", class_="quiet") if left else None
    shown = table(caption, ("package", "kind", "before", "after"), _move_rows(moves))
    return join(scrolling(caption, shown), note)


def _move_rows(moves: Iterable[PackageMove]) -> Iterable[Html]:
    for move in moves:
        before, after = move.before or "not there", move.after or "removed"
        yield tag("tr", tag("th", move.name, scope="row"), tag("td", move.kind), tag("td", before), tag("td", after))
