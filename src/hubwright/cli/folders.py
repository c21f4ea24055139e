"""Where this program keeps what it can make again."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hubwright.disks import temporary_folder
from hubwright.errors import LocalDiskError
from hubwright.files import write_atomically


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's cache folder for this program, as the XDG rules have it: a relative path counts as unset."""
    named = Path(environment.get("XDG_CACHE_HOME", ""))
    base = named if named.is_absolute() else Path(environment.get("HOME") or Path.home(), ".cache")
    return base / "hubwright"


def disks(environment: Mapping[str, str]) -> dict[str, Path]:
    """Return the places that this program, its engine and its registry write to, by what is in them.

    A machine may have none for temporary files: whoever needs one is told.
    """
    cache, temporary = cache_folder(environment), {}
    with suppress(LocalDiskError):
        temporary["temporary files"] = temporary_folder()
    return {
        "the embedded engine": cache / "engine" / "data",
        "the registry of this machine": cache / "registry",
        "what can be made again": cache,
        **temporary,
    }


def put(folder: Path, files: Mapping[str, bytes], what: str) -> None:
    """Put the files into the folder, each whole or not at all; a folder that is missing is made.

    `what` they are, as LocalDiskError tells it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_atomically(folder / name, content)
    except OSError as error:
        msg = f"{folder} does not take {what}: {error}. Files that were written before stay as they are"
        raise LocalDiskError(msg) from error
