"""cosign, as Debian ships it."""

import os
from pathlib import Path

import pytest

from helpers.cosign import Cosign
from hubwright.debian import fetch


@pytest.fixture(scope="session")
def cosign(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Cosign:
    unpacked = fetch(("cosign",), suite="trixie", cache=stock, environment=os.environ)
    return Cosign(unpacked / "usr/bin/cosign", tmp_path_factory.mktemp("cosign"))
