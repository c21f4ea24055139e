"""Homes and shared directories as a user's server may find them, whatever provides the volumes."""

from collections.abc import Mapping
from dataclasses import field

from hubwright.frozen import dataclass
from hubwright.model import Shape

GROUP_FOLDER = 0o2775


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """What a volume's root is before a server sees it; files belong to `files_owner` and to its group."""

    owner: int
    group: int
    mode: int
    files: Mapping[str, bytes] = field(default_factory=dict)
    files_owner: int = 0
    read_only: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """A volume that is there; it can be mounted again and again, as a user's home is."""

    name: str
    read_only: bool = False


def fresh_home(shape: Shape) -> Folder:
    """Return an empty volume that fsGroup was applied to: a user's very first start on block storage."""
    return Folder(owner=0, group=shape.fs_gid, mode=GROUP_FOLDER)


def efs_home(shape: Shape) -> Folder:
    """Return an empty home on a network file system, where fsGroup changes nothing: an access point made it."""
    return Folder(owner=shape.uid, group=shape.gid, mode=0o755)


def shared_folder(shape: Shape) -> Folder:
    return Folder(owner=0, group=shape.fs_gid, mode=GROUP_FOLDER)
