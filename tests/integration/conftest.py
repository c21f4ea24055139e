"""What several kinds of integration tests need of the machine: root on Debian or Ubuntu, and its package sources."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.cosign import Cosign
from helpers.docker_client import DockerClient
from helpers.images import BaseImage, shared_base_image
from helpers.rehearsal import TinyImages, surroundings
from hubwright.debian import fetch
from hubwright.engines.programs import fetch_programs
from hubwright.matrix.charts import CHARTS
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.rehearse.stage import Stage
from hubwright.rehearse.staging import open_stage


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that all workers of a test run have in common."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def stock(shared: Path) -> Path:
    """Fetch the engine's packages, once for all tests and all workers."""
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


@pytest.fixture(scope="session")
def cosign(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Cosign:
    """Give cosign, as Debian ships it."""
    unpacked = fetch(("cosign",), suite="trixie", cache=stock, environment=os.environ)
    return Cosign(unpacked / "usr/bin/cosign", tmp_path_factory.mktemp("cosign"))


@pytest.fixture(scope="session")
def base_image(shared: Path, stock: Path, program: Path) -> Iterator[BaseImage]:
    """Give the shipped base image, and a real engine that can pull it; built once for all workers."""
    with shared_base_image(shared, stock, program) as image:
        yield image


@pytest.fixture(scope="session")
def distribution(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRegistry]:
    registry = EmbeddedRegistry(program=program, data=tmp_path_factory.mktemp("distribution"))
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture
def repository() -> str:
    """Return the name of a repository that no other test writes to."""
    return f"tests/{uuid.uuid4().hex}"


@pytest.fixture
def real(distribution: EmbeddedRegistry) -> OciRegistry:
    return OciRegistry(Endpoint(host=distribution.start()))


@pytest.fixture(scope="module")
def stage(base_image: BaseImage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a stage for the newest chart, with the base image on its engine."""
    folder = tmp_path_factory.mktemp("rehearsal")
    with open_stage(CHARTS["4.4.0"], surroundings(base_image.engine, base_image.cache, folder)) as stage:
        stage.pull(base_image.ref)
        yield stage


@pytest.fixture(scope="module")
def tiny(base_image: BaseImage, busybox: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyImages]:
    images = TinyImages(engine=base_image.engine, busybox=busybox, folder=tmp_path_factory.mktemp("tiny"))
    yield images
    if images.names:
        DockerClient(engine=base_image.engine).docker("image", "rm", "--force", *images.names)
