"""Work that is given up because the run as a whole is ending.

Whoever leads the work says so once for its thread; whatever waits in that thread asks, however deep below it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from hubwright.errors import StoppedError

_STOPPED: ContextVar[Callable[[], bool]] = ContextVar("stopped")


@contextmanager
def stoppable(stopped: Callable[[], bool]) -> Iterator[None]:
    """Let `stopped` say, several times a second while this block waits for something, whether to give it up."""
    token = _STOPPED.set(stopped)
    try:
        yield
    finally:
        _STOPPED.reset(token)


def check_stopped(what: str) -> None:
    """Raise StoppedError, which says `what` was given up, if this thread's work is to end."""
    stopped = _STOPPED.get(None)
    if stopped is not None and stopped():
        msg = f"{what} was stopped"
        raise StoppedError(msg)
