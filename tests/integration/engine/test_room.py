"""What older runs have pulled goes when the disk of an engine of our own gets short, and nothing else does."""

import json
import os
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from hubwright.engines.interface import Engine
from hubwright.errors import StoppedError
from hubwright.locking import locked
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.rehearse.docker.client import open_client
from hubwright.rehearse.docker.room import images_in_use, make_room
from hubwright.stopping import stoppable

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


def test_nobody_makes_room_while_a_run_is_on_an_engine_of_our_own(client: DockerClient) -> None:
    ours = client.engine
    assert ours.data
    lock = ours.data.with_name("images.lock")
    theirs = Engine(name="theirs", address=ours.address, environment={}, docker="", buildx=())
    with open_client(ours, os.environ) as api:
        with (
            images_in_use(api, ours),
            stoppable(lambda: True),
            pytest.raises(StoppedError, match=r"images\.lock"),
            locked(lock),
        ):
            pytest.fail("somebody was alone on it")
        with images_in_use(api, theirs), stoppable(lambda: True), locked(lock):
            """What becomes of the images of somebody else's engine is not for us to say."""
