"""A private folder that is gone when its owner is, whatever ends it: SIGKILL, a crash, or the end of its block.

A guard removes it. The usual end goes the same way, so that the way is walked every time and not only when it
matters. Where the guard was killed with us (a whole cgroup, say), the next owner of such a folder finds this one: each
is locked by its owner, and the kernel lets go of the lock as well.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hubwright.errors import LocalDiskError
from hubwright.guards import guarded

# Whatever has this name and no lock is removed, so nothing else may have it.
_PREFIX = "hubwright-vanishing-"
_TRIES = 20
_GUARD = """read -r end; rm -rf -- "$1" """

Lock = Callable[[Path], int | None]


@contextmanager
def vanishing_folder(parents: Sequence[Path]) -> Iterator[Path]:
    """Give a new folder that only this user can enter, in the first of the parents where one can be made."""
    folder, lock = _make(parents)
    try:
        with _guarded(folder):
            yield folder
    finally:
        try:
            # Only what the guard could not do, if it was killed by somebody.
            if folder.exists():
                shutil.rmtree(folder)
        except OSError as error:
            msg = f"{folder} may hold a secret and cannot be removed: {error}. Remove it yourself"
            raise LocalDiskError(msg) from error
        finally:
            os.close(lock)


def _make(parents: Sequence[Path], *, lock: Lock | None = None) -> tuple[Path, int]:
    """Return a new folder, and the descriptor that holds its lock; `lock` is for those who race with it."""
    for parent in parents:
        _sweep(parent)
        for _ in range(_TRIES):
            try:
                folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
            except OSError:
                break
            # Another owner may sweep it away before it is locked; nothing is in it until it is ours for certain.
            descriptor = (lock or _lock)(folder)
            if descriptor is not None:
                return folder, descriptor
    msg = f"a private folder can be made, and kept, in none of {', '.join(map(str, parents))}"
    raise LocalDiskError(msg)


def _lock(folder: Path) -> int | None:
    """Return the descriptor that holds the folder's lock, None where somebody else does or it is gone."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The name may be another folder's by now, or nobody's.
            if os.path.samestat(os.fstat(descriptor), folder.lstat()):
                return descriptor
        os.close(descriptor)
    return None


def _sweep(parent: Path) -> None:
    """Remove the folders of owners that are gone; those of other users cannot be opened, so not locked."""
    for folder in parent.glob(f"{_PREFIX}*"):
        lock = _lock(folder)
        if lock is not None:
            # What cannot be removed now is met again by the next owner.
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    """Have somebody else remove the folder when this block ends, or this process does."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(guarded(_GUARD, str(folder)))
        except OSError as error:
            msg = f"cannot start a shell, which removes {folder} whatever happens: {error.strerror}"
            raise LocalDiskError(msg) from error
        yield
