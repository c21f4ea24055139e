"""The shipped base image on a real engine, images made of it, and a container that a user works in."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from helpers.docker_client import DockerClient
from hubwright.cli.folders import cache_folder
from hubwright.engines.choose import choose, sources
from hubwright.engines.interface import Engine
from hubwright.pipeline.contract import locked_versions
from hubwright.pipeline.planning import load
from hubwright.rehearse.contract.containers import empty_home
from hubwright.rehearse.contract.files import own_checks
from hubwright.rehearse.contract.run import check_contract
from hubwright.rehearse.contract.subject import Subject, Versions
from hubwright.tree import DiskTree
from hubwright.verdicts import Trial

ROOT = Path(__file__).parents[3]
HOME = "/home/jovyan"


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


@dataclass(frozen=True)
class Bench:
    """Makes images of the base image, and checks them."""

    engine: Engine
    base_image: str
    checks: Mapping[str, bytes]
    versions: Versions

    @property
    def docker(self) -> DockerClient:
        return DockerClient(engine=self.engine)

    @contextmanager
    def built(self, folder: Path, lines: str, *, parent: str | None = None) -> Iterator[str]:
        """Build what the lines add to the base image, or to another, and give its name."""
        name = f"hubwright-contract-test:{uuid4().hex[:12]}"
        text = f'FROM {parent or self.base_image}\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nUSER 0:0\n{lines}\n'
        (folder / "Dockerfile").write_text(text, encoding="utf-8")
        self.docker.build(folder, f"--output=type=docker,name={name}")
        try:
            yield name
        finally:
            self.docker.docker("image", "rm", "--force", name)

    @contextmanager
    def container(self, image: str, *arguments: str, entrypoint: str | None = "sleep") -> Iterator[str]:
        """Give the container of a user who works in it."""
        options = [f"--mount={empty_home(HOME, 100)}", "--user=1000:100", "--network=none"]
        options += [f"--entrypoint={entrypoint}"] if entrypoint else []
        started = self.docker.docker("run", "--detach", *options, image, *(arguments or ("infinity",)))
        try:
            yield started
        finally:
            self.docker.docker("rm", "--force", "--volumes", started)

    def subject(self, container: str, **changes: Any) -> Subject:
        fields = {"uid": 1000, "gid": 100, "fs_gid": 100, "home": HOME, "versions": self.versions}
        return Subject(container=container, **{**fields, **changes})

    def check(self, subject: Subject, checks: Mapping[str, bytes] | None = None) -> Trial:
        own = self.checks if checks is None else checks
        return check_contract(subject, own, engine=self.engine, environment=os.environ)


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
