"""The shipped base image on a real engine, images made of it, and a container that a user works in."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.contract_bench import Bench
from helpers.docker_client import DockerClient
from hubwright.cli.folders import cache_folder
from hubwright.engines.choose import choose, sources
from hubwright.engines.interface import Engine
from hubwright.pipeline.contract import locked_versions
from hubwright.pipeline.planning import load
from hubwright.rehearse.contract.files import own_checks
from hubwright.rehearse.contract.subject import Versions
from hubwright.tree import DiskTree
from hubwright.verdicts import Trial

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def engine() -> Engine:
    return choose(sources(environment=os.environ, cache=cache_folder(os.environ), uid=os.geteuid()), print)


@pytest.fixture(scope="session")
def base_image(engine: Engine) -> str:
    """Give the base image, built where no registry has it, by digest."""
    _hubwright("build", "--select=base")
    (row,) = json.loads(_hubwright("status", "--select=base", "--json"))["variants"]
    ref = f"{row['repository']}@{row['digest']}"
    DockerClient(engine=engine).docker("pull", "--quiet", ref)
    return ref


def _hubwright(*arguments: str) -> str:
    argv = (sys.executable, "-m", "hubwright", *arguments)
    return subprocess.run(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.fixture(scope="session")
def versions() -> Versions:
    """Give what the locks of the base image say."""
    with DiskTree(ROOT) as tree:
        matrix = load(tree, "matrix.yaml")
        return locked_versions(tree, matrix, matrix.variants["base"])


@pytest.fixture(scope="session")
def base_checks() -> dict[str, bytes]:
    """Give what the repository asks of the base image and its children."""
    with DiskTree(ROOT) as tree:
        matrix = load(tree, "matrix.yaml")
        return own_checks(tree, matrix.variants["base"], matrix.variants)


@pytest.fixture(scope="session")
def bench(engine: Engine, base_image: str, base_checks: dict[str, bytes], versions: Versions) -> Bench:
    return Bench(engine=engine, base_image=base_image, checks=base_checks, versions=versions)


@pytest.fixture
def broken(bench: Bench, tmp_path: Path) -> Callable[[str], Trial]:
    """Give a function that breaks the base image with lines of a Dockerfile, and says what the checks saw of that."""

    def check(lines: str) -> Trial:
        with bench.built(tmp_path, lines) as image, bench.container(image) as container:
            return bench.check(bench.subject(container))

    return check
