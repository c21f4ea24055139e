"""An account for a pull request or a job's summary: what is not fine comes first, and it is never too long for either.

All text that is not our own goes through `marks`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from hubwright.account import Account, Became, ImageAccount, ImageChange, Offered, StartAccount, Wrong
from hubwright.offering import Basis
from hubwright.report.marks import block, code, text
from hubwright.report.standings import is_affected
from hubwright.report.summary import headline
from hubwright.verdicts import Standing
from hubwright.words import day_of, resized, short_digest, sized

# A pull request takes 65,536 characters, and people write into it themselves.
LIMIT = 60_000
# What each part may take at most; together they stay below the limit.
_ROOM = {"affected": 11_000, "broke": 18_000, "told": 4_000, "offered": 9_000, "images": 6_000, "packages": 7_000}
_NAMED = 12


def report_markdown(account: Account) -> str:
    """Return the whole text; of a large run, what matters most of it."""
    parts = [
        f"**{headline(account)}**",
        _run(account),
        _table("Who is affected", ("start", "users get", "why"), _affected(account), _ROOM["affected"]),
        _section("What broke", _broke(account), _ROOM["broke"]),
        _section("How the run ended", map(_first_line, account.wrong), _ROOM["told"]),
        _section("What could not be found out", map(_first_line, account.unread), _ROOM["told"] // 2),
        _table(
            "What is offered",
            ("start", "offered", "image", "proven on", "before this run"),
            (_offer(start, start.offered) for start in account.starts if start.offered),
            _ROOM["offered"],
        ),
        _table("Images", ("image", "became", "size", "digest"), map(_image, account.images), _ROOM["images"]),
        _section("Package changes", _packages(account.images), _ROOM["packages"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _run(account: Account) -> str:
    if not account.command:
        return f"No run is at hand: this is what the registry {code(account.registry)} knows."
    where = f"with {code(account.registry)}, " if account.registry else ""
    told = (
        f"{code(account.command)} {where}chart {code(account.chart)}, from {code(account.began_on)} to "
        f"{code(account.ended_on)}, by hubwright {text(account.version)}."
    )
    if account.command == "hubwright build" and not account.emitted:
        told += " The files for a hub were not written: what was written before stays as it is."
    return told


def _affected(account: Account) -> Iterator[tuple[str, ...]]:
    for start in filter(is_affected, account.starts):
        why = start.offered.reason if start.offered else start.withheld or start.reason
        yield _named(start), _gets(start), text(why or start.standing.value)


def _gets(start: StartAccount) -> str:
    if start.offered is None:
        return "nothing" if start.withheld else "nobody asked"
    return f"{_basis(start.offered)} {code(short_digest(start.offered.digest))} of {text(day_of(start.offered.since))}"


def _broke(account: Account) -> Iterator[str]:
    """Yield what is wrong with images and starts; what is the same for many starts is said once."""
    for image in account.images:
        if image.became is Became.FAILED:
            yield f"\n**{text(image.variant)}** did not build:\n\n{block(image.error or image.reason)}"
    alike: dict[tuple[tuple[Wrong, ...], str, str], list[StartAccount]] = {}
    for start in account.starts:
        if start.standing is Standing.FAILED:
            findings = tuple(chain.from_iterable(trial.findings for trial in start.trials))
            alike.setdefault((findings, "" if findings else start.reason, start.variant), []).append(start)
    for (findings, reason, variant), starts in alike.items():
        head = f"**{', '.join(text(start.name) for start in starts[:_NAMED])}**"
        head += f" and {len(starts) - _NAMED} more" * (len(starts) > _NAMED)
        digest = f" {code(short_digest(starts[0].digest))}" * bool(starts[0].digest)
        yield f"\n{head} failed with {code(variant)}{digest}:\n"
        if not findings:
            yield f"- why: {text(reason)}"
        yield from map(_finding, findings)


def _finding(wrong: Wrong) -> str:
    lines = [f"- in {text(wrong.where)}", f"  - expected: {text(wrong.expected)}", f"  - seen: {text(wrong.seen, 600)}"]
    if wrong.advice:
        lines.append(f"  - to do: {text(wrong.advice, 600)}")
    return "\n".join(lines)


def _first_line(error: str) -> str:
    return f"- error: {text(error.strip().partition(chr(10))[0])}"


def _offer(start: StartAccount, offered: Offered) -> tuple[str, ...]:
    before = "the same" if offered.before == offered.digest else code(short_digest(offered.before))
    return (
        _named(start),
        _basis(offered),
        code(short_digest(offered.digest)),
        text(day_of(offered.since)),
        before if offered.before else "not offered",
    )


def _basis(offered: Offered) -> str:
    words = {
        Basis.TODAY: "today's image",
        Basis.LAST_GOOD: "the last good",
        Basis.PINNED: f"pinned: {text(offered.reason)}",
    }
    without = ", not seen on its hardware" * (offered.basis is Basis.TODAY and not offered.hardware)
    return words[offered.basis] + without


def _named(start: StartAccount) -> str:
    return f"{text(start.title, 60)} {code(start.name)}"


def _image(image: ImageAccount) -> tuple[str, ...]:
    size = sized(image.size) if image.size is not None else ""
    if image.change and image.size is not None:
        size += f" ({resized(image.change.size_before, image.size)})"
    where = code(short_digest(image.digest)) if image.digest else text(image.reason, 160)
    return (code(image.variant), image.became.value, size, where)


def _packages(images: Iterable[ImageAccount]) -> Iterator[str]:
    for image in images:
        if image.change:
            yield from _changed(image, image.change)


def _changed(image: ImageAccount, change: ImageChange) -> Iterator[str]:
    yield f"\n**{text(image.variant)}** since {code(short_digest(change.since))}:\n"
    for move in change.moved:
        yield (
            f"- package {code(move.name)} ({text(move.kind)}): {text(move.before) or 'new'} → "
            f"{text(move.after) or 'gone'}"
        )
    if not change.moved:
        yield "- no package moved"
    for words, names in (("fixed", change.fixed), ("appeared", change.appeared)):
        for name in names:
            yield f"- {words}: {code(name)}"


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], room: int) -> str:
    head = f"{_row(headings)}\n{_row(['---'] * len(headings))}\n"
    return _section(title, map(_row, rows), room, head=head)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _section(title: str, lines: Iterable[str], room: int, *, head: str = "") -> str:
    """Return as many of the lines as there is room for; nothing where there are none. The others are not even made."""
    kept: list[str] = []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            kept.append("\nThe rest is in report.json.")
            break
        kept.append(line)
    return f"## {title}\n\n{head}" + "\n".join(kept).strip() if kept else ""
