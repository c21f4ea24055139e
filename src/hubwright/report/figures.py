"""Figures and short words as a person takes them in."""

import json
from datetime import UTC, datetime

from hubwright.account import JsonValue
from hubwright.words import day_of, in_minutes

_FEW_SECONDS = 10


def duration(seconds: float) -> str:
    if seconds < _FEW_SECONDS:
        return f"{max(seconds, 0):.1f} s"
    return in_minutes(round(seconds))


def count(number: int, one: str, many: str = "") -> str:
    """Return `1 start` or `2 starts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(on: str) -> str:
    """Return `31 Jan 2026, 12:00 UTC`, or the text itself where it is no time."""
    known = _time(on)
    return f"{day(on)}, {known:%H:%M} UTC" if known else on


def day(on: str) -> str:
    """Return `31 Jan 2026`, or as much of the text as would be a day."""
    known = _time(on)
    return f"{known.day} {known:%b %Y}" if known else day_of(on)


def age(on: str, now: str) -> str:
    """Return `today`, `yesterday` or `9 days ago`, nothing where one of the times is none."""
    then, today = _time(on), _time(now)
    if then is None or today is None:
        return ""
    days = max((today.date() - then.date()).days, 0)
    return ("today", "yesterday")[days] if days < 2 else f"{days} days ago"  # noqa: PLR2004 - two have a word


def between(began_on: str, ended_on: str) -> float | None:
    """Return the seconds from the one time to the other, None where one of them is none."""
    began, ended = _time(began_on), _time(ended_on)
    return (ended - began).total_seconds() if began and ended else None


def value(seen: JsonValue) -> str:
    """Return a value of JSON as text: text as it is, everything else in one line."""
    return seen if isinstance(seen, str) else json.dumps(seen, ensure_ascii=False, sort_keys=True)


def _time(on: str) -> datetime | None:
    try:
        known = datetime.fromisoformat(on)
    except ValueError:
        return None
    return known.replace(tzinfo=UTC) if known.tzinfo is None else known.astimezone(UTC)
