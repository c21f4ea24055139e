"""Room for what is rehearsed, on an engine of this program's own: the images of older runs go when its disk gets short.

They all came from a registry, and can be pulled again.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError

from hubwright.engines.interface import Engine
from hubwright.locking import shared
from hubwright.rehearse.docker.client import asking

# The builder of the same engine begins to clear its cache there, too.
_FREE = 0.2


def images_in_use(client: docker.APIClient, engine: Engine) -> AbstractContextManager[None]:
    """Give a block in which no image goes; before it, room is made, unless others are in such a block."""
    data = engine.data
    if data is None:
        return nullcontext()
    return shared(data.with_name("images.lock"), alone=lambda: make_room(client, data))


def make_room(client: docker.APIClient, data: Path, *, least: float = _FREE) -> None:
    """Remove what older runs have pulled, where less than that part of the disk is free."""
    disk = shutil.disk_usage(data)
    if disk.free >= disk.total * least:
        return
    with asking("the images of older runs"):
        images = client.images()
    for name in outdated(images):
        # What a container is made of stays.
        with asking(f"the removal of {name}"), suppress(APIError):
            client.remove_image(name)


def outdated(images: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the names of all images that were pulled by their digest, but for the newest of each repository.

    A registry of this machine may be at another port each time: it is the same repository.
    """
    seen: set[str] = set()
    for image in sorted(images, key=lambda each: int(each["Created"]), reverse=True):
        names: list[str] = image.get("RepoDigests") or []
        # The engine calls the digest that an image was pulled by a tag of it as well.
        if not names or set(image.get("RepoTags") or ()) - set(names):
            continue
        repositories = {name.partition("/")[2].rpartition("@")[0] for name in names}
        if repositories <= seen:
            yield from names
        seen |= repositories
