"""The day and the time, which the commands ask and nothing that decides does."""

import time
from datetime import UTC, date, datetime, timedelta


def today() -> date:
    """Return the day in UTC, as proofs tell it."""
    return datetime.now(UTC).date()


def moment(*, since: float | None = None) -> str:
    """Return the time as proofs and accounts have it: now, or when the monotonic clock was at `since`."""
    ago = timedelta(seconds=time.monotonic() - since) if since is not None else timedelta()
    return (datetime.now(UTC) - ago).strftime("%Y-%m-%dT%H:%M:%SZ")
