"""How a check says what it expected and what it saw, and what an image is excused from.

An excuse stands in `tests/contract/<image>/excused.toml` and holds for the image's children too:

    [no_world_writable_paths]
    "/var/lib/example" = "why that is right here"

The table is the check's name without `test_`, the key a pattern of what may be found. An excuse that excuses nothing
is a failure itself, so that none is left behind.
"""

import fnmatch
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import pytest

from hubwright.canonical import Canonical

EXCUSES = "excused.toml"


class NotShownError(Exception):
    """A check cannot be made, because another one, which says why, fails."""

    def __init__(self, because: str) -> None:
        self.because = because
        super().__init__(f"cannot be made where {because} fails")


def not_shown(because: str) -> NoReturn:
    """Give the check up; `because` is the name of the check that fails."""
    raise NotShownError(because)


@dataclass(frozen=True, slots=True)
class Excuse:
    file: str
    check: str
    pattern: str
    reason: str


@dataclass
class Excuses:
    """What the image and those it stands on are excused from."""

    known: tuple[Excuse, ...]
    asked: set[str] = field(default_factory=set)
    used: set[Excuse] = field(default_factory=set)

    def of(self, check: str, found: str) -> str | None:
        """Return the reason why the check may find this, or None."""
        for excuse in self.known:
            if excuse.check == check and fnmatch.fnmatchcase(found, excuse.pattern):
                self.used.add(excuse)
                return excuse.reason
        return None

    def unused(self, checks: Collection[str]) -> Iterator[Excuse]:
        """Yield what excuses nothing: its check asked and found nothing such, or is none of the checks."""
        for excuse in self.known:
            if excuse not in self.used and (excuse.check in self.asked or f"test_{excuse.check}" not in checks):
                yield excuse


def read_excuses(files: Mapping[str, str]) -> tuple[Excuse, ...]:
    """Return the excuses in files given by name and text; a ValueError says what is not written as it has to be."""
    found = []
    for file, text in files.items():
        for check, table in tomllib.loads(text).items():
            if not isinstance(table, dict) or not all(isinstance(reason, str) and reason for reason in table.values()):
                msg = f'{file}: expected [{check}] to hold lines such as "/path" = "why that is right here"'
                raise ValueError(msg)
            found += [Excuse(file, check, pattern, reason) for pattern, reason in table.items()]
    return tuple(found)


@dataclass
class Expect:
    """The record of one check: what it expected, and what it saw; a mismatch ends the check."""

    check: str
    excuses: Excuses
    expected: list[Canonical] = field(default_factory=list)
    seen: list[Canonical] = field(default_factory=list)

    def __call__(self, *, seen: Canonical, expected: Canonical, says: str = "") -> None:
        """Fail unless both are the same; `says` is what else a person has to know then."""
        self.expected.append(expected)
        self.seen.append(seen)
        if seen != expected:
            pytest.fail(says or "not as expected", pytrace=False)

    def none(self, found: Iterable[str] | Mapping[str, Canonical], *, looked_at: int) -> None:
        """Fail unless everything that was found is excused; nothing found where nothing was looked at is a failure."""
        details = dict(found) if isinstance(found, Mapping) else dict.fromkeys(found)
        name = self.check.removeprefix("test_")
        self.excuses.asked.add(name)
        excused = {each: reason for each in details if (reason := self.excuses.of(name, each))}
        left = {each: detail for each, detail in details.items() if each not in excused}
        self.expected.append({"found": []})
        shown: Canonical = left if any(left.values()) else list(left)
        self.seen.append({"found": shown, "excused": excused, "looked_at": looked_at})
        if left or looked_at < 1:
            pytest.fail(f"found {len(left)} among {looked_at}", pytrace=False)
