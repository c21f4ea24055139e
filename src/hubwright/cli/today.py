"""The day, which the commands ask and nothing that decides does."""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the day in UTC, as proofs tell it."""
    return datetime.now(UTC).date()
