"""What was decided, put into a folder where a hub, a chart or a reviewer finds it."""

from collections.abc import Mapping
from pathlib import Path

from hubwright.errors import LocalDiskError
from hubwright.files import write_atomically


def write_files(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write the files that are missing in the folder or differ, each whole or not at all, and return their names.

    A folder that is missing is made. What stands there under other names stays.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        changed = tuple(name for name, content in files.items() if _content(folder / name) != content)
        for name in changed:
            write_atomically(folder / name, files[name])
    except OSError as error:
        msg = f"{folder} does not take what a hub has to read: {error}. Files that were written before stay as they are"
        raise LocalDiskError(msg) from error
    return changed


def written(path: Path) -> bytes | None:
    """Return what an earlier run wrote there, None where none did, or raise LocalDiskError."""
    try:
        return _content(path)
    except OSError as error:
        msg = f"{path} cannot be read: {error}. Have it readable, or name another folder with --out"
        raise LocalDiskError(msg) from error


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
