"""Real engines: every test here needs root on Debian or Ubuntu, and fails where it has not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from helpers.packages import take_packages
from hubwright.engines.embedded import EmbeddedEngine


@pytest.fixture
def source(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    """Give an engine that is down, whose cache folder has the packages already."""
    with _source(stock, tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def shared_source(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    """Give an engine that is up, and that the tests of one module share."""
    with _source(stock, tmp_path_factory) as made:
        made.ensure(print)
        yield made


@pytest.fixture(scope="module")
def client(shared_source: EmbeddedEngine) -> DockerClient:
    return DockerClient(engine=shared_source.ensure(print))


@pytest.fixture(scope="module")
def image(client: DockerClient, busybox: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    client.build(busybox_context(tmp_path_factory.mktemp("image") / "context", busybox), "--tag=test/busybox:1")
    return "test/busybox:1"


@contextmanager
def _source(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    cache = tmp_path_factory.mktemp("cache")
    take_packages(stock, cache / "engine/debian")
    made = EmbeddedEngine(cache=cache, environment=os.environ, uid=os.geteuid())
    try:
        yield made
    finally:
        made.remove(print)
