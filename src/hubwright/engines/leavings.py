"""What the embedded engine leaves in the machine's file systems besides its own folders, and clearing it away."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from hubwright.engines.places import HIDDEN_FOLDERS, Places
from hubwright.engines.waiting import until
from hubwright.errors import EngineStopError

_CGROUPS = Path("/sys/fs/cgroup")
_EMPTY_S = 10


def make_mount_points(folders: Iterable[str]) -> None:
    for folder in folders:
        Path(folder).mkdir(parents=True, exist_ok=True)


def missing_mount_points() -> tuple[str, ...]:
    return tuple(str(folder) for folder in HIDDEN_FOLDERS if not folder.exists())


def remove_mount_points(folders: Iterable[str]) -> None:
    for folder in folders:
        # One that is not empty is in use by another engine by now.
        with suppress(OSError):
            Path(folder).rmdir()


def remove_cgroups(places: Places, root: Path = _CGROUPS) -> None:
    """Remove the engine's control groups; the kernel frees them a moment after their last process."""

    def removed() -> bool:
        for group in _groups(places, root):
            with suppress(OSError):
                group.rmdir()
        return not any(_groups(places, root))

    if not until(removed, timeout_s=_EMPTY_S):
        msg = f"control groups called {places.cgroup} under {root} cannot be removed: something still runs in them"
        raise EngineStopError(msg)


def _groups(places: Places, root: Path) -> Iterator[Path]:
    """Give the engine's control groups in every hierarchy, inner ones first."""
    for top in (root / places.cgroup, *root.glob(f"*/{places.cgroup}")):
        if top.is_dir():
            yield from sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True)
            yield top
