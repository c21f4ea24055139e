"""A real engine and a real registry, and an image in it that others can stand on."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine
from hubwright.pipeline.destination import Destination
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.oci import Endpoint, OciRegistry


@pytest.fixture(scope="module")
def engine(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    cache = tmp_path_factory.mktemp("cache")
    shutil.copytree(stock / "debian", cache / "engine/debian", symlinks=True, copy_function=os.link)
    source = EmbeddedEngine(cache=cache, environment=os.environ, uid=os.geteuid())
    try:
        yield source.ensure(print)
    finally:
        source.remove(print)


@pytest.fixture(scope="module")
def destination(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Destination]:
    registry = EmbeddedRegistry(program=program, data=tmp_path_factory.mktemp("registry"))
    host = registry.start()
    yield Destination(registry=OciRegistry(Endpoint(host=host)), host=host, prefix="tests")
    registry.stop()


@pytest.fixture(scope="module")
def foundation(
    engine: Engine, destination: Destination, busybox: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Push an image that has a shell and nothing else, and return it by digest."""
    context = busybox_context(tmp_path_factory.mktemp("foundation") / "context", busybox)
    name = f"{destination.host}/tests/foundation"
    output = f"--output=type=image,name={name}:1,push=true,oci-mediatypes=true"
    DockerClient(engine=engine).build(context, output)
    found = destination.registry.resolve("tests/foundation", "1")
    assert found is not None
    return f"{name}@{found.digest}"
