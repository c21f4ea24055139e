"""What is offered now, for people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from hubwright.offering import Basis, ProfileEntry, Start, Withheld
from hubwright.report.table import Table
from hubwright.words import day_of, short_digest, shorten

_REASON = 160
_STYLES = {
    "proven": "green",
    "proven without hardware": "yellow",
    Basis.LAST_GOOD.value: "yellow",
    Basis.PINNED.value: "yellow",
    "withheld": "magenta",
}


def emission_table(entries: Iterable[ProfileEntry], before: Mapping[str, str], today: date) -> Table:
    """Return a row for every start; `before` is the digest that it was offered with until now, by its name."""
    rows = []
    for entry in entries:
        shown: dict[str, Start | Withheld] = {start.offer.name: start for start in entry.starts}
        shown |= {withheld.offer.name: withheld for withheld in entry.withheld}
        rows += [_row(shown[offer.name], before.get(offer.name), today) for offer in entry.profile.offers]
    headings = ("profile", "offered", "digest", "proven", "changed", "why")
    return Table(headings=headings, rows=tuple(rows), styles=_STYLES)


def emission_closing(entries: Sequence[ProfileEntry], paths: Sequence[str], *, changed: bool, seconds: float) -> str:
    """Return the lines that sum it up, and say where it was written."""
    starts = [start for entry in entries for start in entry.starts]
    counts = {
        "proven": sum(start.basis is Basis.TODAY for start in starts),
        "on the last good": sum(start.basis is Basis.LAST_GOOD for start in starts),
        "pinned": sum(start.basis is Basis.PINNED for start in starts),
        "withheld": sum(len(entry.withheld) for entry in entries),
    }
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    verb = "wrote" if changed else "nothing changed in"
    return f"{told} in {seconds:.1f} s\n{verb} {', '.join(paths)}"


def _row(shown: Start | Withheld, before: str | None, today: date) -> tuple[str, ...]:
    name, reason = shown.offer.name, shorten(shown.reason, _REASON)
    if isinstance(shown, Withheld):
        return name, "withheld", "", "", "taken out" if before else "", reason
    proven = shown.proven
    digest, age = short_digest(proven.digest), _age(proven.on, today)
    return name, _word(shown), digest, age, _change(proven.digest, before), reason


def _word(start: Start) -> str:
    if start.basis is not Basis.TODAY:
        return start.basis.value
    return "proven" if start.proven.hardware else "proven without hardware"


def _change(digest: str, before: str | None) -> str:
    if before is None:
        return "new"
    return "" if before == digest else f"was {short_digest(before)}"


def _age(on: str, today: date) -> str:
    day = day_of(on)
    days = (today - date.fromisoformat(day)).days
    words = {0: "today", 1: "yesterday"}
    # The clock of who signed may be ahead of ours.
    return words.get(days) or (f"{day}, {days} days ago" if days > 0 else day)
