import os
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from helpers.command import Command
from helpers.images import BaseImage
from helpers.playing import Theatre
from hubwright.rehearse.docker.client import open_client
from hubwright.rehearse.stage import Stage


@pytest.fixture
def hubwright(base_image: BaseImage, tmp_path: Path) -> Command:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return Command(base_image, tmp_path / "out", temporary)


@pytest.fixture
def client(base_image: BaseImage) -> Iterator[docker.APIClient]:
    with open_client(base_image.engine, os.environ) as opened:
        yield opened


@pytest.fixture(scope="module")
def theatre(stage: Stage, base_image: BaseImage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """Give a stage that rehearses what is built on the base image; nothing of that stays on the engine."""
    made = Theatre(stage=stage, base=base_image, folder=tmp_path_factory.mktemp("theatre"))
    yield made
    if made.names:
        made.docker.docker("image", "rm", "--force", *made.names)
