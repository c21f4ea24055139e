"""One repository, one vendor, one engine, and a registry: nights follow each other in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.nights import Repository
from helpers.packages import take_packages
from helpers.rehearsal import host_installer
from helpers.showroom import furnish
from helpers.vendor import made, served
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.matrix.charts import CHARTS
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.rehearse.hub.environment import hub_python


@pytest.fixture
def repository(stock: Path, shared: Path, tmp_path: Path) -> Iterator[Repository]:
    hub_python(CHARTS["4.4.0"], cache=shared / "consumers", installer=host_installer())
    cache = furnish(tmp_path, stock, shared / "consumers/hubs")
    own = cache / "hubwright"
    take_packages(stock, own / "engine/debian")
    registry = EmbeddedRegistry(program=install_program(own, os.environ), data=own / "registry")
    with made(tmp_path / "vendor") as vendor, served(vendor, "127.0.0.1") as place:
        try:
            yield Repository(own=tmp_path, cache=cache, host=registry.start(), vendor=vendor, place=place).write()
        finally:
            EmbeddedEngine(cache=own, environment=os.environ, uid=os.geteuid()).remove(print)
            registry.stop()
