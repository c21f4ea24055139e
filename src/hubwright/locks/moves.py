"""What moved in a lock, in a line that a person can take in."""

import re
from collections.abc import Mapping

from hubwright.locks.requirements import normal_name
from hubwright.locks.run import LockFile
from hubwright.words import escape

# `name==version`, `name:architecture=version` and `- name=version architecture ...`; one shape for every lock.
_ENTRY = re.compile(
    r"^ *(?:- )?(?P<name>[A-Za-z0-9][A-Za-z0-9+._-]*(?::[a-z0-9]+)?)==?(?P<version>[^\s;\\=]+)", re.MULTILINE
)
_DIGEST = re.compile(r"^ +(?P<name>digest): (?P<version>sha256:\S+)$", re.MULTILINE)
_MOST = 8


def describe(file: LockFile) -> str:
    """Return the lock's path and what would change in it."""
    after = _versions(file.after)
    if file.before is None:
        return f"{file.path}: new, {len(after)} packages"
    if not file.moved:
        return f"{file.path}: as it was"
    moves = list(_moves(_versions(file.before), after))
    if not moves:
        return f"{file.path}: the same versions, other hashes or notes"
    shown = ", ".join(moves[:_MOST]) + (f" and {len(moves) - _MOST} more" if len(moves) > _MOST else "")
    return f"{file.path}: {escape(shown)}"


def _moves(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    moves = []
    for name in sorted({*before, *after}):
        match before.get(name), after.get(name):
            case None, new:
                moves.append(f"+{name} {new}")
            case _, None:
                moves.append(f"-{name}")
            case old, new if old != new:
                moves.append(f"{name} {old} -> {new}")
            case _:
                pass
    return moves


def _versions(lock: bytes) -> dict[str, str]:
    text = lock.decode("utf-8", "replace")
    found = {normal_name(match["name"]): match["version"] for match in _ENTRY.finditer(text)}
    return found | {match["name"]: match["version"] for match in _DIGEST.finditer(text)}
