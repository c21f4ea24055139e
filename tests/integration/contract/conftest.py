"""The shipped base image on a real engine, images made of it, and a container that a user works in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.contract_bench import Bench
from helpers.docker_client import DockerClient
from helpers.images import BaseImage
from hubwright.pipeline.contract import locked_versions
from hubwright.pipeline.planning import load
from hubwright.rehearse.contract.files import own_checks
from hubwright.tree import DiskTree
from hubwright.verdicts import Trial


@pytest.fixture(scope="session")
def bench(base_image: BaseImage) -> Bench:
    DockerClient(engine=base_image.engine).docker("pull", "--quiet", base_image.ref)
    with DiskTree(base_image.root) as tree:
        matrix = load(tree, "matrix.yaml")
        base = matrix.variants["base"]
        return Bench(
            engine=base_image.engine,
            base_image=base_image.ref,
            checks=own_checks(tree, base, matrix.variants),
            versions=locked_versions(tree, matrix, base),
        )


@pytest.fixture
def broken(bench: Bench, tmp_path: Path) -> Callable[[str], Trial]:
    """Give a function that breaks the base image with lines of a Dockerfile, and says what the checks saw of that."""

    def check(lines: str) -> Trial:
        with bench.built(tmp_path, lines) as image, bench.container(image) as container:
            return bench.check(bench.subject(container))

    return check
