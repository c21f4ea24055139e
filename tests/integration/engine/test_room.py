"""What older runs have pulled goes when the disk of an engine of our own gets short, and nothing else does."""

import json
import os
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from hubwright.engines.interface import Engine
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.rehearse.docker.client import open_client
from hubwright.rehearse.docker.room import images_in_use, make_room

_NEVER, _ALWAYS = 0.0, 1.1


@pytest.fixture
def pulled(
    client: DockerClient, distribution: EmbeddedRegistry, repository: str, busybox: Path, tmp_path: Path
) -> list[str]:
    """Give the names of three images that were pulled by their digest, the newest last."""
    name = f"{distribution.start()}/{repository}"
    names = []
    for created in (1_000_000_000, 1_100_000_000, 1_200_000_000):
        context = busybox_context(tmp_path / str(created), busybox)
        client.build(context, f"--build-arg=SOURCE_DATE_EPOCH={created}", f"--tag={name}:{created}", "--push")
        named = client.docker("image", "inspect", "--format={{json .RepoDigests}}", f"{name}:{created}")
        client.docker("image", "rm", f"{name}:{created}")
        client.docker("pull", "--quiet", *json.loads(named))
        names += json.loads(named)
    return names


def _are_there(client: DockerClient, names: list[str]) -> list[bool]:
    there = client.docker("image", "ls", "--digests", "--format={{.Repository}}@{{.Digest}}").split()
    return [name in there for name in names]


def test_only_the_newest_and_what_is_in_use_stay_where_the_disk_is_short(
    client: DockerClient, pulled: list[str], image: str
) -> None:
    engine = client.engine
    assert engine.data
    client.docker("create", "--name=user", pulled[1], "/bin/busybox")
    with open_client(engine, os.environ) as api:
        make_room(api, engine.data, least=_NEVER)
        assert _are_there(client, pulled) == [True, True, True]
        make_room(api, engine.data, least=_ALWAYS)
        assert _are_there(client, pulled) == [False, True, True]
        client.docker("rm", "user")
        make_room(api, engine.data, least=_ALWAYS)
    assert _are_there(client, pulled) == [False, False, True]
    assert image in client.docker("image", "ls", "--format={{.Repository}}:{{.Tag}}").split()


def test_an_engine_of_somebody_else_s_is_left_as_it_is(client: DockerClient) -> None:
    theirs = Engine(name="theirs", address=client.engine.address, environment={}, docker="", buildx=())
    with open_client(client.engine, os.environ) as api, images_in_use(api, theirs):
        """There is nothing to be asked or held."""
