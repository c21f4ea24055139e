"""Real hubs on a real engine, with the shipped base image and with tiny images that are wrong in one way each."""

from pathlib import Path

import pytest

from helpers.images import BaseImage
from helpers.rehearsal import surroundings
from hubwright.rehearse.stage import Surroundings


@pytest.fixture
def around(base_image: BaseImage, tmp_path: Path) -> Surroundings:
    return surroundings(base_image.engine, base_image.cache, tmp_path)
