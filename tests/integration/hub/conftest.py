"""Real hubs on a real engine, with the shipped base image and with tiny images that are wrong in one way each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient
from helpers.images import BaseImage
from helpers.rehearsal import TinyImages, surroundings
from hubwright.matrix.charts import CHARTS
from hubwright.rehearse.stage import Stage, Surroundings, open_stage


@pytest.fixture(scope="session")
def hubs(shared: Path) -> Path:
    """Give a cache folder that all tests install hubs in."""
    return shared / "hubs-cache"


@pytest.fixture
def around(base_image: BaseImage, hubs: Path, tmp_path: Path) -> Surroundings:
    return surroundings(base_image.engine, hubs, tmp_path)


@pytest.fixture(scope="module")
def stage(base_image: BaseImage, hubs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a stage for the newest chart, with the base image on its engine."""
    folder = tmp_path_factory.mktemp("rehearsal")
    with open_stage(CHARTS["4.4.0"], surroundings(base_image.engine, hubs, folder)) as stage:
        stage.pull(base_image.ref)
        yield stage


@pytest.fixture(scope="module")
def tiny(base_image: BaseImage, busybox: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TinyImages]:
    images = TinyImages(engine=base_image.engine, busybox=busybox, folder=tmp_path_factory.mktemp("tiny"))
    yield images
    if images.names:
        DockerClient(engine=base_image.engine).docker("image", "rm", "--force", *images.names)
