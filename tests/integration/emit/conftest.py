"""A repository and a real registry for each test; the packages and the hub's environment are fetched once for all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.rehearsal import host_installer
from helpers.showroom import LAB, SIZED, Showroom, furnish
from hubwright.matrix.charts import CHARTS
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.rehearse.hub.environment import hub_python


@pytest.fixture(scope="session")
def hubs(shared: Path) -> Path:
    """Give the folder with the environment of the newest chart's hub."""
    hub_python(CHARTS["4.4.0"], cache=shared / "consumers", installer=host_installer())
    return shared / "consumers/hubs"


@pytest.fixture
def cache(stock: Path, hubs: Path, tmp_path: Path) -> Path:
    return furnish(tmp_path, stock, hubs)


@pytest.fixture
def own(cache: Path) -> Iterator[EmbeddedRegistry]:
    """Give the registry that the command finds, running; `showroom` is beside it."""
    folder = cache / "hubwright"
    registry = EmbeddedRegistry(program=install_program(folder, os.environ), data=folder / "registry")
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture
def showroom(cache: Path, own: EmbeddedRegistry, tmp_path: Path) -> Showroom:
    root = tmp_path / "repository"
    return Showroom(root=root, cache=cache, host=own.start()).write(LAB + SIZED)
