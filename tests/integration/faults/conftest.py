"""One engine and one registry on small disks, to which the tests may do what they like."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from helpers.packages import take_packages
from helpers.yard import Yard
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.process import run
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.roots import PulledRoot


@contextmanager
def _small_disk(folder: Path, options: str) -> Iterator[None]:
    folder.mkdir(parents=True)
    environment = {"PATH": os.environ["PATH"]}
    run(("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)), environment=environment, timeout_s=30)
    try:
        yield
    finally:
        run(("umount", str(folder)), environment=environment, timeout_s=30)


@pytest.fixture(scope="session")
def yard(stock: Path, busybox: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    folder = tmp_path_factory.mktemp("yard")
    cache, temporary = folder / "cache/hubwright", folder / "temporary"
    temporary.mkdir()
    for place in (cache / "debian", cache / "engine/debian"):
        take_packages(stock, place)
    source = EmbeddedEngine(cache=cache, environment=os.environ, uid=os.geteuid())
    with ExitStack() as stack:
        stack.callback(source.remove, print)
        for disk, options in (("engine/data", "size=1g"), ("registry", "size=256m"), ("builds", "nr_inodes=400")):
            stack.enter_context(_small_disk(cache / disk, options))
        registry = EmbeddedRegistry(program=install_program(cache, os.environ), data=cache / "registry")
        stack.callback(registry.stop)
        stack.callback(source.stop, print)
        host = registry.start()
        name = f"{host}/tests/tiny"
        DockerClient(engine=source.ensure(print)).build(
            busybox_context(folder / "context", busybox),
            f"--output=type=image,name={name}:1,push=true,oci-mediatypes=true",
        )
        found = OciRegistry(Endpoint(host=host)).resolve("tests/tiny", "1")
        assert found
        yield Yard(
            cache=cache,
            temporary=temporary,
            source=source,
            registry=registry,
            host=host,
            foundation=PulledRoot(reference=f"{name}:1", digest=found.digest),
        )
