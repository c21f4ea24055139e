"""What several kinds of integration tests need of the machine: root on Debian or Ubuntu, and its package sources."""

import os
from pathlib import Path

import pytest

from hubwright.debian import fetch
from hubwright.engines.programs import fetch_programs
from hubwright.registries.embedded import install_program


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fetch the engine's packages, once for all tests and all workers."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    fetch_programs(shared / "stock", environment=os.environ)
    return shared / "stock"


@pytest.fixture(scope="session")
def busybox(stock: Path) -> Path:
    """Give a static program to build images of: no image registry is needed."""
    unpacked = fetch(("busybox-static",), suite=None, cache=stock, environment=os.environ)
    return next(path for path in (unpacked / "bin/busybox", unpacked / "usr/bin/busybox") if path.is_file())


@pytest.fixture(scope="session")
def program(stock: Path) -> Path:
    """Give the program of a real registry."""
    return install_program(stock, os.environ)
