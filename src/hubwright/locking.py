"""Locks between processes, which die with whoever holds them."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hubwright.stopping import check_stopped

_POLL_S = 0.1


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until nobody else, in this process or another, is inside a block that locks this path.

    The file stays: were it removed, two could hold a lock of the same name. No deadline of its own: whoever
    holds it only does work that has one, and the kernel frees the lock of a process that died.
    """
    with _opened(path) as descriptor:
        _wait(descriptor, fcntl.LOCK_EX, path)
        yield


@contextmanager
def shared(path: Path, alone: Callable[[], object]) -> Iterator[None]:
    """Be inside together with others; who finds nobody inside does `alone` first, and others wait for it."""
    with _opened(path) as descriptor:
        if _taken(descriptor, fcntl.LOCK_EX):
            alone()
        _wait(descriptor, fcntl.LOCK_SH, path)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _wait(descriptor: int, how: int, path: Path) -> None:
    while not _taken(descriptor, how):
        check_stopped(f"waiting for {path}")
        time.sleep(_POLL_S)


def _taken(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
