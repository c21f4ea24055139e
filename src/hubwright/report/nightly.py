"""A night for people: the text of its pull request, and the message of its commit."""

from collections.abc import Iterable, Sequence

from hubwright.account import PackageMove
from hubwright.night import ImageDiff, LockDiff, Night, StartDiff, Stayed
from hubwright.report.marks import block, code, cut, text
from hubwright.words import escape, listed, resized, short_digest, sized

# GitHub takes 65,536 characters, whatever they are made of.
TEXT_LIMIT = 60_000
_SECTION_LIMIT = 9_000
_MOST_MOVES = 60
_MOST_NAMES = 12
_MOST_IN_COMMIT = 30
_SUBJECT_LIMIT = 72
_REASON_LIMIT = 1_500


def night_text(night: Night, *, report: str = "") -> str:
    """Return the text, in less than TEXT_LIMIT bytes whatever happened; its first line says all that matters.

    `report` is the run's own report in Markdown, and gets the room that is left.
    """
    sections = [
        ("What moved in the locks", map(_lock_text, night.locks), len(night.locks)),
        ("What is offered", *_offered(night)),
        ("What is different in the images", map(_image_text, night.images), len(night.images)),
        ("What stays on its lock", map(_stayed, night.stayed), len(night.stayed)),
        ("What went wrong", (block(wrong, _REASON_LIMIT) for wrong in night.wrong), len(night.wrong)),
    ]
    told = f"{headline(night)}\n"
    for title, blocks, number in sections:
        if number:
            told += f"\n## {title}\n\n{_fitting(blocks, number)}\n"
    if report:
        told += f"\n{cut(report, limit=TEXT_LIMIT - len(told.encode()) - 1)}"
    return told.rstrip("\n") + "\n"


def headline(night: Night) -> str:
    """Return one line: fine or not, and who is affected."""
    affected = [start for start in night.starts if not start.today]
    if not (affected or night.stayed or night.wrong):
        return f"**Fine.** All that is offered is of today: {_count(len(night.starts), 'start')}."
    told = []
    if withheld := [start.name for start in affected if not start.after]:
        told.append(f"not offered: {_names(withheld)}")
    if older := [start.name for start in affected if start.after]:
        told.append(f"offered with an image that is not today's: {_names(older)}")
    if night.stayed:
        told.append(f"on the lock of before: {_names([each.name for each in night.stayed])}")
    if night.wrong and not night.emitted:
        told.append("the files for a hub stay as they were")
    return f"**Not fine:** {'; '.join(told) or 'nobody who starts a server is affected, and something went wrong'}."


def commit_message(night: Night) -> str:
    """Return what moved: a line, and below it the locks in short."""
    lines = [_lock_line(lock) for lock in night.locks]
    more = [f"and {len(lines) - _MOST_IN_COMMIT} more locks"] if len(lines) > _MOST_IN_COMMIT else []
    body = "\n".join([*lines[:_MOST_IN_COMMIT], *more]) or "No lock moved; what is offered did."
    return f"{_subject(night)}\n\n{body}\n"


def _subject(night: Night) -> str:
    moved = {(move.kind, move.name) for lock in night.locks for move in lock.moves}
    if not night.locks:
        return f"Offer what is proven on {night.day}"
    images = dict.fromkeys(name for lock in night.locks for name in lock.images or ("foundations",))
    what = f"Move {_count(len(moved), 'package')}" if moved else "Lock anew"
    whole = f"{what} in {listed(images, conjunction='and')}"
    return escape(whole if len(whole) <= _SUBJECT_LIMIT else f"{what} in {len(images)} images")


def _lock_line(lock: LockDiff) -> str:
    if lock.new:
        return escape(f"{lock.path}: new, {_count(len(lock.moves), 'package')}")
    shown = [_plain(move) for move in lock.moves[:_MOST_NAMES]] or ["the same versions, other hashes or notes"]
    more = f" and {len(lock.moves) - _MOST_NAMES} more" if len(lock.moves) > _MOST_NAMES else ""
    return escape(f"{lock.path}: {', '.join(shown)}{more}")


def _plain(move: PackageMove) -> str:
    if not move.before:
        return f"+{move.name} {move.after}"
    return f"{move.name} {move.before} -> {move.after}" if move.after else f"-{move.name}"


def _lock_text(lock: LockDiff) -> str:
    whose = f" ({_names(lock.images)})" if lock.images else ""
    if lock.new:
        return f"- {code(lock.path)}{whose}: new, {_count(len(lock.moves), 'package')}"
    if not lock.moves:
        return f"- {code(lock.path)}{whose}: the same versions, other hashes or notes"
    return f"- {code(lock.path)}{whose}: {_summary(lock.moves)}\n{_moves(lock.moves)}"


def _summary(moves: Sequence[PackageMove]) -> str:
    added = sum(not move.before for move in moves)
    removed = sum(not move.after for move in moves)
    return f"{len(moves) - added - removed} moved, {added} added, {removed} removed"


def _moves(moves: Sequence[PackageMove]) -> str:
    lines = [f"  - {_move(move)}" for move in moves[:_MOST_MOVES]]
    more = [f"  - and {len(moves) - _MOST_MOVES} more"] if len(moves) > _MOST_MOVES else []
    return "\n".join([*lines, *more])


def _move(move: PackageMove) -> str:
    if not move.before:
        return f"added {code(move.name)} {code(move.after)}"
    if not move.after:
        return f"removed {code(move.name)} {code(move.before)}"
    return f"{code(move.name)} {code(move.before)} → {code(move.after)}"


def _offered(night: Night) -> tuple[Iterable[str], int]:
    if not night.emitted:
        return ("Nothing was written: what was offered before is offered still.",), 1
    return map(_start, night.starts), len(night.starts)


def _start(start: StartDiff) -> str:
    """Return a line on a start; where it was not offered before, nothing is before the arrow."""
    before, after = (code(short_digest(digest)) if digest else "nothing" for digest in (start.before, start.after))
    change = f"{after}, as before" if start.before == start.after else f"{before} → {after}"
    not_today = "" if start.today else ", **not the image of today**"
    why = f": {text(start.reason)}" if start.reason else ""
    return f"- {code(start.name)} ({code(start.variant)}): {change}{not_today}{why}"


def _image_text(image: ImageDiff) -> str:
    head = f"- {code(image.variant)} {code(short_digest(image.before))} → {code(short_digest(image.after))}: "
    unread = "".join(f"\n  - why: {text(reason)}" for reason in image.unread)
    if image.change is None:
        return f"{head}what is different is not known{unread}"
    change = image.change
    size = f"{sized(image.size)} ({resized(change.size_before, image.size)})"
    scan = _scan(change.fixed, change.appeared) if change.scanned else "no scan of both tells what was fixed"
    return f"{head}{size}; {_summary(change.moved)}; {scan}{unread}\n{_moves(change.moved)}".rstrip()


def _scan(fixed: Sequence[str], appeared: Sequence[str]) -> str:
    told = [f"{word}: {_names(names)}" for word, names in (("fixed", fixed), ("new", appeared)) if names]
    return "; ".join(told) or "the scans of both found the same"


def _stayed(each: Stayed) -> str:
    why = "cannot be resolved" if each.answered else "nobody could be asked, which says nothing about it"
    return f"{code(each.name)}: {why}\n\n{block(each.reason, _REASON_LIMIT)}"


def _fitting(blocks: Iterable[str], number: int) -> str:
    """Return as many of the blocks as one section has room for, and how many of all there are besides."""
    kept: list[str] = []
    room = _SECTION_LIMIT
    for each in blocks:
        room -= len(each.encode()) + 2
        if room < 0:
            return _joined([*kept, f"- and {number - len(kept)} more, for which there is no room here"])
        kept.append(each)
    return _joined(kept)


def _joined(blocks: Sequence[str]) -> str:
    lists = all(each.startswith("- ") for each in blocks)
    return ("\n" if lists else "\n\n").join(blocks)


def _names(names: Iterable[str]) -> str:
    return listed(map(code, names), conjunction="and", limit=_MOST_NAMES)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
