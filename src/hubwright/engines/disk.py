"""What the disk under the embedded engine must be, looked at before anything is fetched."""

import os
import shutil
from pathlib import Path

from hubwright.errors import EngineStartError
from hubwright.words import sized

_MOUNTS = Path("/proc/self/mounts")
# 420 MB of unpacked packages, and a first image.
_ROOM = 10**9
# Of these the kernel makes no upper layer of an overlay.
_NO_UPPER_LAYER = frozenset({"overlay", "nfs", "nfs4"})


def check_room(home: Path) -> None:
    """Refuse to begin what a full disk would break off."""
    home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(home).free
    if free < _ROOM:
        msg = (
            f"the disk of {home} has {sized(free)} free, and the embedded engine needs {sized(_ROOM)} to begin "
            "with. Free some, or let XDG_CACHE_HOME name a folder on a larger disk"
        )
        raise EngineStartError(msg)


def snapshotter_for(folder: Path, mounts: str | None = None) -> str:
    """Return how containerd keeps layers on this disk: as overlays, or as whole copies where those cannot be."""
    text = _MOUNTS.read_text(encoding="utf-8", errors="replace") if mounts is None else mounts
    return "native" if _file_system(os.fspath(folder), text) in _NO_UPPER_LAYER else "overlayfs"


def _file_system(folder: str, mounts: str) -> str:
    """Return the kind of file system that the folder lies on: the last one mounted at the nearest place above."""
    best, kind = "", ""
    for line in mounts.splitlines():
        _, place, mounted = line.split()[:3]
        above = place.rstrip("/") + "/"
        if f"{folder}/".startswith(above) and len(above) >= len(best):
            best, kind = above, mounted
    return kind
