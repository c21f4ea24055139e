"""Files that are there in full or not at all, whatever happens to the machine in between."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, content: bytes, *, mode: int | None = None, waits: bool = True) -> None:
    """Put the content at the path, in place of what may be there; a link there is replaced and not followed.

    After a crash the old content stands there or the new one, and the next write takes up what may lie beside it.
    Without a `mode` it is that of a new file. Who does not wait for another writer gets a BlockingIOError. An OSError
    names the file, whatever went wrong with it: what was written is gone, and the room that it took is free again.
    """
    try:
        _replace(path, content, mode, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def _replace(path: Path, content: bytes, mode: int | None, how: int) -> None:
    fresh = path.with_name(f".{path.name}.fresh")
    with os.fdopen(_held(fresh, how), "wb") as file:
        try:
            file.truncate()
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask() if mode is None else mode)
            os.fsync(file.fileno())
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def _held(fresh: Path, how: int = fcntl.LOCK_EX, *, lock: Callable[[int, int], None] = fcntl.flock) -> int:
    """Return the descriptor of the file at the path, which no other writer has; made, if there is none.

    `how` is that of flock. `lock` is for those who race with it.
    """
    while True:
        descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            # Others hold it for as long as they write, and the kernel lets go of it where they die.
            lock(descriptor, how)
            if _is_at(descriptor, fresh):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        # While we waited it got its name, so nobody may write to it any more.
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


def sync_folder(folder: Path) -> None:
    """Return when the names in the folder are on the disk: without it a rename may be lost with the power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask(status: Path = Path("/proc/self/status")) -> int:
    # Linux tells it without changing it, which another thread could notice.
    for line in status.read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0o022
