"""How much room packages take in an image, as one JSON object; run as the user, in the container that they work in."""

from __future__ import annotations

import csv
import functools
import importlib.util
import json
import os
import re
import stat
from importlib import metadata
from pathlib import Path

_SCHEMA = 1
# Where a container, and not the image, leaves things.
_OPEN = ("/dev", "/proc", "/run", "/sys", "/tmp", "/var/tmp")  # noqa: S108 - named, not used
_DPKG = "var/lib/dpkg/info"
# Folders that are named where no package owns what is in them, as /opt/spark.
_DEPTH = 2


def files(root: str) -> dict[str, int]:
    """Return the size of every file that the image brings; links take no room, and neither do other file systems."""
    found = {}
    device = os.lstat(root).st_dev
    folders = [root]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except PermissionError:
            continue
        for entry in entries:
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode) and status.st_nlink:
                # What has several names is there once.
                found[entry.path] = status.st_size // status.st_nlink
            elif stat.S_ISDIR(status.st_mode) and status.st_dev == device and entry.path not in _OPEN:
                folders.append(entry.path)
    return found


_real = functools.lru_cache(maxsize=None)(os.path.realpath)


def resolved(path: str) -> str:
    """Return where a file is whose folder may be called by another name, as /bin is."""
    folder, name = os.path.split(path)
    return os.path.join(_real(folder), name)  # noqa: PTH118 - some hundred thousand of them


def debian(root: str, left: dict[str, int]) -> dict[str, int]:
    """Return what each Debian package takes, and take its files out of those that are left."""
    found: dict[str, int] = {}
    for listed in sorted(Path(root, _DPKG).glob("*.list")):
        name = listed.stem.partition(":")[0]
        for line in listed.read_text("utf-8", "replace").splitlines():
            found[name] = found.get(name, 0) + left.pop(resolved(os.path.normpath(f"{root}/{line}")), 0)
    return found


def python(left: dict[str, int], path: list[str] | None = None) -> dict[str, int]:
    """Return what each Python package takes with the bytecode of it, and take its files out of those that are left."""
    found: dict[str, int] = {}
    for distribution in metadata.distributions() if path is None else metadata.distributions(path=path):
        name = re.sub(r"[-_.]+", "-", distribution.metadata["Name"] or "").lower()
        base = str(distribution.locate_file(""))
        for row in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
            file = resolved(os.path.normpath(f"{base}/{row[0]}")) if row else ""
            taken = left.pop(file, 0)
            if file.endswith(".py"):
                taken += left.pop(importlib.util.cache_from_source(file), 0)
            found[name] = found.get(name, 0) + taken
    return found


def other(root: str, left: dict[str, int]) -> dict[str, int]:
    """Return what is in folders that no package has."""
    found: dict[str, int] = {}
    for path, size in left.items():
        parts = os.path.relpath(path, root).split("/")[:-1][:_DEPTH]
        folder = "/" + "/".join(parts)
        found[folder] = found.get(folder, 0) + size
    return found


def sizes(root: str) -> dict[str, object]:
    left = files(root)
    owned = {"debian": debian(root, left), "python": python(left)}
    return {"schema": _SCHEMA, "installed": {**owned, "other": other(root, left)}}


if __name__ == "__main__":
    print(json.dumps(sizes("/")))  # noqa: T201 - this is the answer
