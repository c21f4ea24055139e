"""Where this program keeps what it can make again, and where it puts what it was asked for."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

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


def rehearsals_folder(out: Path) -> Path:
    """Return where the executed notebooks of each start have their folder."""
    return out / "rehearsals"


def hub_folder(out: Path, version: str) -> Path:
    """Return where the hub of a chart of this version leaves its log."""
    return out / f"hub-{version}"


def require_place(out: Path, *, rehearses: bool) -> None:
    """Raise LocalDiskError where the folder does not take what a run writes; nothing is left there, nor made.

    Of a run that rehearses, that is also what is in the folders that earlier ones left in it: they may be another
    user's.
    """
    for folder in (out, *(_of_rehearsals(out) if rehearses else ())):
        try:
            with TemporaryFile(dir=_there(folder)):
                pass
        except OSError as error:
            msg = (
                f"{folder} does not take what this run writes: {error.strerror}. Let whoever runs this write there, or "
                "name another folder with --out"
            )
            raise LocalDiskError(msg) from error


def _there(folder: Path) -> Path:
    """Return the folder, or the one that it will be made in."""
    return next(each for each in (folder, *folder.parents) if os.path.lexists(each))


def _of_rehearsals(out: Path) -> Iterator[Path]:
    yield rehearsals_folder(out)
    for pattern in (hub_folder(out, "*"), rehearsals_folder(out) / "*"):
        yield from (each for each in out.glob(str(pattern.relative_to(out))) if each.is_dir())


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
