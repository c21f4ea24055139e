"""What moved in a lock, in a line that a person can take in."""

import re

from hubwright.account import PackageMove
from hubwright.locks.requirements import normal_name
from hubwright.locks.run import LockFile
from hubwright.roots import FOUNDATIONS_LOCK
from hubwright.words import escape

# `name==version`, `name:architecture=version` and `- name=version architecture ...`; one shape for every lock.
_ENTRY = re.compile(r" *(?:- )?(?P<name>[A-Za-z0-9][A-Za-z0-9+._-]*(?::[a-z0-9]+)?)==?(?P<version>[^\s;\\=]+)")
_DIGEST = re.compile(r" +(?P<name>digest): (?P<version>sha256:\S+)")
# What a lock of foundations is divided into.
_FOUNDATION = re.compile(r"  (?P<name>[a-z0-9-]+):")
_ROOT = re.compile(r"^    (?P<platform>linux/[a-z0-9]+):$", re.MULTILINE)
_OF_DEBIAN = frozenset({"apt.lock", FOUNDATIONS_LOCK})
_MOST = 8


def describe(file: LockFile) -> str:
    """Return the lock's path and what would change in it."""
    moved = lock_moves(file)
    if file.before is None:
        return f"{file.path}: new, {len(moved)} packages"
    if not file.moved:
        return f"{file.path}: as it was"
    if not moved:
        return f"{file.path}: the same versions, other hashes or notes"
    moves = [_told(move) for move in moved]
    shown = ", ".join(moves[:_MOST]) + (f" and {len(moves) - _MOST} more" if len(moves) > _MOST else "")
    return f"{file.path}: {escape(shown)}"


def lock_moves(file: LockFile) -> tuple[PackageMove, ...]:
    """Return every package that the lock has otherwise than before, by name; all of a new lock."""
    kind = "debian" if file.path.rpartition("/")[2] in _OF_DEBIAN else "python"
    before, after = _versions(file.before or b""), _versions(file.after)
    return tuple(
        PackageMove(kind=kind, name=name, before=before.get(name, ""), after=after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    )


def _told(move: PackageMove) -> str:
    if not move.before:
        return f"+{move.name} {move.after}"
    return f"{move.name} {move.before} -> {move.after}" if move.after else f"-{move.name}"


def _versions(lock: bytes) -> dict[str, str]:
    """Return the versions by name; where a lock is about several foundations, the name says of which."""
    text = lock.decode("utf-8", "replace")
    roots = len(_ROOT.findall(text))
    found: dict[str, str] = {}
    foundation = root = ""
    for line in text.splitlines():
        if match := _FOUNDATION.fullmatch(line):
            foundation = match["name"]
        elif match := _ROOT.fullmatch(line):
            root = f" ({foundation}, {match['platform']})" if roots > 1 else ""
        elif match := _DIGEST.fullmatch(line):
            found[f"{match['name']}{root}"] = match["version"]
        elif match := _ENTRY.match(line):
            found[f"{normal_name(match['name'])}{root}"] = match["version"]
    return found
