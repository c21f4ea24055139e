"""What a build reads, with the modes that a repository keeps of files: everyone reads them, and runs them or not.

A fingerprint knows no more of modes than git does, and COPY takes them as they lie on disk: the umask of whoever
checked the repository out would decide what can be read in an image, under one and the same tag.
"""

import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hubwright.buildx import BuildOrder
from hubwright.disks import temporary_folder
from hubwright.errors import LocalDiskError
from hubwright.planned import Entry, EntryKind
from hubwright.vanishing import vanishing_folder

_RUN, _READ = 0o755, 0o644
_CHANGED = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


@contextmanager
def readable_context(order: BuildOrder, root: Path) -> Iterator[Path]:
    """Give the root below which the order's folder is to be read: the repository's, or that of a copy.

    LocalDiskError where none can be made: what is only left for later builds fails no run.
    """
    folder = order.variant.folder
    if all(_is_right(root / folder / entry.path, entry) for entry in order.recipe.context):
        yield root
        return
    with vanishing_folder([temporary_folder()]) as work:
        try:
            _copy(order, root / folder, work / folder)
        except OSError as error:
            msg = f"{folder} cannot be copied for its build: {error}. TMPDIR names the folder that takes the copy"
            raise LocalDiskError(msg) from error
        yield work


def _is_right(path: Path, entry: Entry) -> bool:
    """Say whether there is nothing to mend; what is not there any more is found out by whoever reads it."""
    try:
        found = path.lstat().st_mode
    except OSError:
        return True
    return entry.kind is EntryKind.LINK or stat.S_IMODE(found) == _mode(entry)


def _mode(entry: Entry) -> int:
    return _RUN if entry.executable or entry.kind is EntryKind.FOLDER else _READ


def _copy(order: BuildOrder, source: Path, target: Path) -> None:
    """Copy what the build would see, and what tells it so; the order's entries have folders before what is in them.

    What is not there any more, or is something else, is left out, and found out by whoever compares.
    """
    target.mkdir(parents=True)
    dockerfile = order.variant.dockerfile
    for name in (dockerfile, f"{dockerfile}.dockerignore", ".dockerignore"):
        with suppress(FileNotFoundError):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name)
    for entry in order.recipe.context:
        with suppress(*_CHANGED):
            _copy_entry(entry, source / entry.path, target / entry.path)


def _copy_entry(entry: Entry, source: Path, target: Path) -> None:
    if entry.kind is EntryKind.FOLDER:
        target.mkdir(exist_ok=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)
    if entry.kind is not EntryKind.LINK:
        target.chmod(_mode(entry))
