"""The whole command against ECR's name: a real engine and a real registry, with AWS's own calls scripted."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.ecr_site import Site, ecr_site
from helpers.packages import take_packages
from helpers.workplace import Workplace
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.registries.embedded import EmbeddedRegistry


@pytest.fixture(scope="session")
def ecr_cache(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the commands a cache folder of their own; the engine that they start in it is removed in the end."""
    folder = tmp_path_factory.mktemp("cache") / "hubwright"
    for copied in (folder / "debian", folder / "engine/debian"):
        take_packages(stock, copied)
    yield folder
    EmbeddedEngine(cache=folder, environment=os.environ, uid=os.geteuid()).remove(print)


@pytest.fixture(scope="session")
def shared_site(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    storage = EmbeddedRegistry(program=program, data=tmp_path_factory.mktemp("storage"))
    # Of the sixteen million addresses of loopback, one that nothing else uses.
    address = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}"
    try:
        with ecr_site(tmp_path_factory.mktemp("ecr") / "site", storage.start(), address=address) as site:
            yield site
    finally:
        storage.stop()


@pytest.fixture(scope="session", autouse=True)
def engine_of_the_site(shared_site: Site, ecr_cache: Path) -> None:
    """Have the engine up before any test: it keeps the proxies and certificates of whoever starts it."""
    environment = {**os.environ, **shared_site.environment, "XDG_CACHE_HOME": str(ecr_cache.parent)}
    argv = shared_site.argv([sys.executable, "-m", "hubwright", "engine", "start", "--embedded"])
    subprocess.run(argv, env=environment, check=True, capture_output=True)


@pytest.fixture
def site(shared_site: Site) -> Site:
    shared_site.reset()
    return shared_site


@pytest.fixture
def workplace(site: Site, ecr_cache: Path, tmp_path: Path) -> Workplace:
    root, temporary = tmp_path / "repository", tmp_path / "temporary"
    root.mkdir()
    temporary.mkdir()
    return Workplace(root=root, mark=secrets.token_hex(4), site=site, cache=ecr_cache, temporary=temporary)
