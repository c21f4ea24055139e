"""Waiting for something that cannot be waited for: a predicate, asked again until a deadline."""

import time
from collections.abc import Callable

_PAUSE_S = 0.02


def until(predicate: Callable[[], bool], *, timeout_s: float) -> bool:
    """Return whether the predicate came true in time; it is asked at least once."""
    deadline = time.monotonic() + timeout_s
    while not predicate():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE_S)
    return True
