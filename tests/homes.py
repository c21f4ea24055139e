"""Homes that users bring, and no rehearsal makes."""

from collections.abc import Mapping

from hubwright.model import Shape
from hubwright.rehearse.homes import GROUP_FOLDER, Folder


def older_home(shape: Shape, files: Mapping[str, bytes]) -> Folder:
    """Return a home that an older image has left files in."""
    return Folder(owner=0, group=shape.fs_gid, mode=GROUP_FOLDER, files=files, files_owner=shape.uid)


def read_only_home(shape: Shape) -> Folder:
    """Return an empty home to which nothing can be written."""
    return Folder(owner=0, group=shape.fs_gid, mode=GROUP_FOLDER, read_only=True)
