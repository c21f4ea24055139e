"""Volumes as a cluster gives them: owned and filled as asked, and never with what the image has at that place.

An engine fills a new named volume from the image and so hides a home that would not work. These are prepared through
the engine's API, in a container that is never started, so that it works on engines without a folder of this machine,
and without root.
"""

import io
import secrets
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import docker
from docker.types import Mount

from hubwright.model import Shape
from hubwright.rehearse.docker.client import asking, remove
from hubwright.rehearse.homes import GROUP_FOLDER, Folder, Volume, fresh_home, shared_folder

# Where the volumes are mounted while they are prepared; the container's own home may be anywhere.
_WORKBENCH = "/hubwright-volumes"
_GROUP_FILE = 0o664


def volumes_for(
    client: docker.APIClient, ref: str, shape: Shape, home: Folder | Volume | None, labels: Mapping[str, str]
) -> tuple[Volume, ...]:
    """Return the home's volume and one for each shared directory; without a home the user is new."""
    shared = [shared_folder(shape)] * len(shape.shared)
    if isinstance(home, Volume):
        return (home, *(_make_volumes(client, ref, shared, labels) if shared else ()))
    return _make_volumes(client, ref, [home or fresh_home(shape), *shared], labels)


def _make_volumes(
    client: docker.APIClient, ref: str, folders: Sequence[Folder], labels: Mapping[str, str]
) -> tuple[Volume, ...]:
    """Return a new volume for each folder; the image is only needed to have some container."""
    volumes = tuple(Volume(name=f"hubwright-{secrets.token_hex(8)}", read_only=each.read_only) for each in folders)
    with asking("volumes"):
        for volume in volumes:
            client.create_volume(volume.name, labels=dict(labels))
        mounts = [mount(volume, f"{_WORKBENCH}/{index}") for index, volume in enumerate(volumes)]
        host = client.create_host_config(mounts=mounts, network_mode="none")
        made = client.create_container(ref, command=["never-started"], host_config=host, labels=dict(labels))["Id"]
    try:
        with asking("files in volumes"):
            client.put_archive(made, _WORKBENCH, archive(folders))
    finally:
        remove(client, made)
    return volumes


def mount(volume: Volume, target: str, *, read_only: bool = False) -> Mount:
    return Mount(target, volume.name, type="volume", read_only=read_only, no_copy=True)


def archive(folders: Sequence[Folder]) -> bytes:
    """Return a tar that makes each folder, by its number, what it has to be."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for index, folder in enumerate(folders):
            _add(tar, str(index), (folder.owner, folder.group), folder.mode)
            theirs = (folder.files_owner, folder.group)
            parents = {parent for name in folder.files for parent in PurePosixPath(name).parents}
            for parent in sorted(parents - {PurePosixPath()}):
                _add(tar, f"{index}/{parent}", theirs, GROUP_FOLDER)
            for name, content in sorted(folder.files.items()):
                _add(tar, f"{index}/{name}", theirs, _GROUP_FILE, content)
    return buffer.getvalue()


def _add(tar: tarfile.TarFile, name: str, owner: tuple[int, int], mode: int, content: bytes | None = None) -> None:
    entry = tarfile.TarInfo(name)
    (entry.uid, entry.gid), entry.mode = owner, mode
    if content is None:
        entry.type = tarfile.DIRTYPE
        tar.addfile(entry)
    else:
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
