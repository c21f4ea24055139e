"""The command as a person runs it on a machine that has nothing: lock, build, build again."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.packages import take_packages
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.report.accounts.document import read_account

MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {bootstrap: {suite: trixie}}
images:
  base: {from: trixie}
  broken: {from: base}
  withheld: {from: base, sources: [nowhere]}
sources: {nowhere: {}}
profiles:
  - {slug: lab, display_name: Lab, image: base}
"""
DOCKERFILES = {
    "base": "RUN . /etc/os-release && test $VERSION_CODENAME = trixie && test ! -e /etc/resolv.conf.orig\n",
    "broken": "RUN echo this will not do && exit 3\n",
    "withheld": "RUN true\n",
}
Hubwright = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hubwright(stock: Path, program: Path, tmp_path: Path) -> Iterator[Hubwright]:
    """Give the command, on a repository of three images, with a cache folder that only has downloads in it."""
    cache = tmp_path / "cache/hubwright"
    for folder in (cache / "debian", cache / "engine/debian"):
        take_packages(stock, folder)
    root = tmp_path / "repository"
    for image, lines in DOCKERFILES.items():
        (root / "images" / image).mkdir(parents=True)
        (root / "images" / image / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\n{lines}")
    (root / "matrix.yaml").write_text(MATRIX)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
    environment["XDG_CACHE_HOME"] = str(tmp_path / "cache")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "hubwright", *arguments]
        return subprocess.run(argv, cwd=root, env=environment, capture_output=True, text=True, check=False)

    try:
        yield run
    finally:
        EmbeddedEngine(cache=cache, environment=environment, uid=os.geteuid()).remove(print)
        EmbeddedRegistry(program=program, data=cache / "registry").stop()


def test_from_a_matrix_to_images_in_a_registry(hubwright: Hubwright, tmp_path: Path) -> None:
    unlocked = hubwright("build", "--until=publish", "--select", "base")
    assert unlocked.returncode == 43
    assert "`hubwright lock` locks what there is today" in unlocked.stderr

    assert hubwright("lock").returncode == 0

    elsewhere = hubwright("build", "--until=publish", "--registry", "ecr")
    assert (elsewhere.returncode, "the matrix names no ECR registry" in elsewhere.stderr) == (2, True)

    pins = tmp_path / "repository/pins.yaml"
    pins.write_text(f"version: 1\npins:\n  gone: {{digest: 'sha256:{'0' * 64}', because: x}}\n")
    pinned = hubwright("build")
    assert (pinned.returncode, pinned.stdout, "there is no profile gone" in pinned.stderr) == (18, "", True)
    pins.unlink()

    first = hubwright("build", "--until=publish")
    assert first.returncode == 10, first.stderr
    rows = {line.split()[0]: line.split()[1] for line in first.stdout.splitlines()[1:4]}
    assert rows == {"base": "built", "broken": "failed", "withheld": "withheld"}
    _check_account((tmp_path / "repository/out/run.json").read_bytes())
    assert "broken: [2/2] RUN echo this will not do && exit 3" in first.stderr
    assert "  | this will not do" in first.stderr
    assert "set HUBWRIGHT_SOURCE_NOWHERE" in first.stdout
    assert "1 built, 1 withheld, 1 failed in" in first.stdout

    again = hubwright("build", "--until=publish", "--select", "base")
    assert again.returncode == 0, again.stderr
    assert next(line for line in first.stdout.splitlines() if line.startswith("base")).split()[-1] in again.stdout
    assert "1 reused in" in again.stdout

    status = hubwright("status")
    assert status.returncode == 0, status.stderr
    there = {line.split()[0]: line.split()[2] for line in status.stdout.splitlines()[1:4]}
    assert there == {"base": "yes", "broken": "no", "withheld": "no"}
    assert "1 of 3 are there; `hubwright build` builds the rest" in status.stdout

    stopped = hubwright("engine", "stop")
    assert (stopped.returncode, "the registry of this machine is stopped" in stopped.stderr) == (0, True)

    strict = hubwright("build", "--until=publish", "--select", "withheld", "--strict")
    assert (strict.returncode, "withheld: source nowhere is unreachable" in strict.stderr) == (11, True)


def _check_account(content: bytes) -> None:
    """Fail where the account of the first run does not tell what that has built, and how."""
    left = read_account(content, "run.json")
    images = {each.variant: each for each in left.images}
    assert {name: each.became.value for name, each in images.items()} == {
        "base": "built",
        "broken": "failed",
        "withheld": "withheld",
    }
    base, broken = images["base"], images["broken"]
    assert base.size is not None
    assert 0 < sum(layer.size for layer in base.layers) < base.size
    assert "VERSION_CODENAME" in base.layers[-1].made_by
    assert "this will not do" in broken.error
    assert broken.error in left.wrong[0]
    stretches = {each.name: each for each in left.stretches}
    assert {name: each.outcome for name, each in stretches.items()} == {"base": "built", "broken": "failed"}
    assert (stretches["broken"].waited_for, stretches["broken"].ready_s) == ("base", stretches["base"].ended_s)
    assert any("echo this will not do" in each.doing for each in stretches["broken"].moments)
