"""Opening what stands in a folder that is open already: a link is not followed, and only regular files are read.

A FIFO would hang, a device would do whatever devices do.
"""

import os
import stat

from hubwright.errors import TreeError
from hubwright.words import escape

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_FOLDER = _FILE | os.O_DIRECTORY


def open_folder(name: str, path: str, *, at: int, expected: str) -> int:
    """Return the open folder of this name in the open folder `at`; TreeError speaks of the path."""
    try:
        return os.open(name, _FOLDER, dir_fd=at)
    except OSError as error:
        raise _refused(path, error, expected) from error


def open_file(name: str, path: str, *, at: int) -> int:
    """Return the open file of this name in the open folder `at`, having looked before opening and again after it."""
    try:
        before = os.stat(name, dir_fd=at, follow_symlinks=False)
        _require_regular(before, path)
        fd = os.open(name, _FILE, dir_fd=at)
    except OSError as error:
        raise _refused(path, error, "a regular file; links are not followed") from error
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        msg = f"{path}: changed while it was read; run again when nothing writes to the repository"
        raise TreeError(msg)
    return fd


_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def _require_regular(status: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        msg = f"{escape(path)}: this is {_KINDS[stat.S_IFMT(status.st_mode)]}; expected a regular file"
        raise TreeError(msg)


def _refused(path: str, error: OSError, expected: str) -> TreeError:
    msg = f"{escape(path)}: {error.strerror}; expected {expected}"
    return TreeError(msg)
