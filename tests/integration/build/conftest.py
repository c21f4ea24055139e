"""A real engine and a real registry, and an image in it that others can stand on."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from helpers.packages import take_packages
from helpers.small_images import Results, Silent
from hubwright.build import Follow
from hubwright.buildx import HostSettings
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine
from hubwright.pipeline.building import Building
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.making import Workshop
from hubwright.pipeline.planning import prepare
from hubwright.process import follow
from hubwright.publish import look_up
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.tree import DiskTree


@pytest.fixture(scope="module")
def engine(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    cache = tmp_path_factory.mktemp("cache")
    take_packages(stock, cache / "engine/debian")
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


@pytest.fixture
def run(engine: Engine, destination: Destination, foundation: str, tmp_path: Path) -> Callable[..., Results]:
    def build(
        root: Path, *, host: HostSettings | None = None, how: Follow = follow, into: Destination = destination
    ) -> Results:
        with DiskTree(root) as tree:
            prepared = prepare(tree, "matrix.yaml", ())
        repositories = {name: into.repository(each.image) for name, each in prepared.matrix.variants.items()}
        presence = look_up(into.registry, repositories, prepared.fingerprints, time.monotonic)
        building = Building(
            recipes=prepared.recipes,
            foundation_ref=lambda name, platform: {("busybox", "linux/amd64"): foundation}[name, platform],
            destination=into,
            workshop=Workshop(
                root=root,
                engine=lambda: engine,
                environment=os.environ,
                host=host or HostSettings(files={}, values={}, proxies=()),
                locks=tmp_path / "locks",
                follow=how,
                workers=2,
            ),
            watcher=Silent(),
        )
        return building.run(prepared.plan(presence, {}))

    return build
