"""Disks that are full, and places that cannot be used, in words that name them."""

import errno
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hubwright.errors import LocalDiskError
from hubwright.words import sized

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNWRITABLE = frozenset({errno.EROFS, errno.EIO})
# Whoever runs this may not go there, or has been given a home that is none.
_CLOSED = frozenset({errno.EACCES, errno.EPERM, errno.ENOTDIR})
_SAID = ("no space left on device", "disk quota exceeded")
# Less than a layer of any image needs.
_LOW = 32 << 20
_ADVICE = "Free some space there and run it again"


def temporary_folder() -> Path:
    """Return the folder that temporary files go to; LocalDiskError where no folder takes any."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError as error:
        msg = f"temporary files can be written to no folder: {error.strerror}. Let TMPDIR name one that takes them"
        raise LocalDiskError(msg) from error


def disk_failure(error: OSError, places: Mapping[str, Path]) -> LocalDiskError | None:
    """Return what a failure means if the disk or its rights are the reason, else None.

    `places` are named if no file is.
    """
    if error.errno in _UNWRITABLE:
        return LocalDiskError(f"cannot write {error.filename or 'a file'}: {error.strerror}. Is its disk all right?")
    if error.errno in _CLOSED and error.filename:
        return LocalDiskError(
            f"cannot use {error.filename}: {error.strerror}. Let whoever runs this read and write there; "
            "XDG_CACHE_HOME and TMPDIR name the folders for what can be made again"
        )
    if error.errno not in _FULL:
        return None
    if error.filename:
        return LocalDiskError(f"cannot write {error.filename}: {error.strerror}. {_ADVICE}")
    low = _low(places)
    if low or error.errno == errno.EDQUOT:
        return LocalDiskError(f"{error.strerror}. {_told(low or places)}")
    # It may have been standard output, and it may have been a file that is gone, and the room that it took free again.
    return LocalDiskError(
        f"{error.strerror}: where the output of this command goes to, or on one of these disks: {_listed(places)}. "
        f"{_ADVICE}"
    )


def disk_remark(said: str, places: Mapping[str, Path]) -> str | None:
    """Return what to add to the words of a failure if a full disk is, or may be, the reason for it.

    Where the failure itself says so, every place is named: what was written may have been taken away again.
    """
    low = _low(places)
    if any(words in said.lower() for words in _SAID):
        return _told(low or places)
    return _told(low) if low else None


def _low(places: Mapping[str, Path]) -> dict[str, Path]:
    return {what: path for what, path in places.items() if _free(path) < _LOW}


def _told(places: Mapping[str, Path]) -> str:
    return f"A disk is full: {_listed(places)}. {_ADVICE}"


def _listed(places: Mapping[str, Path]) -> str:
    return "; ".join(f"{path} ({what}) has {sized(_free(path))} free" for what, path in places.items())


def _free(path: Path) -> int:
    """Return the free bytes on the disk of a path that may not be there yet."""
    there = next(each for each in (path, *path.parents) if each.exists())
    return shutil.disk_usage(there).free
