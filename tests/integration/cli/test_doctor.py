"""The doctor on a machine that has nothing: nothing is set up, and what cannot be asked is said."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from helpers.packages import take_packages
from hubwright.registries.embedded import EmbeddedRegistry, install_program

_COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


def _doctor(folder: Path, cache: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(cache), "XDG_CACHE_HOME": str(cache), **_COVERAGE, **variables}
    argv = [sys.executable, "-m", "hubwright", "doctor", *arguments]
    return subprocess.run(argv, cwd=folder, env=bare, capture_output=True, text=True, check=False, timeout=120)


def _states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {each["check"]: each["state"] for each in json.loads(done.stdout)["checks"]}


def test_nothing_is_set_up_by_looking(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    done = _doctor(project, cache, "--json", DOCKER_HOST="")
    states = _states(done)
    assert states["registry"] == states["proofs"] == "not asked"
    assert (states["matrix"], states["proxies"]) == ("ok", "ok")
    # How full the disk of whoever runs this is, is theirs to know.
    assert states["cache disk"] in {"ok", "warn"}
    assert not cache.exists()


def test_the_registry_of_this_machine_is_tried_out_where_it_runs(project: Path, stock: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache/hubwright"
    take_packages(stock, cache / "debian")
    registry = EmbeddedRegistry(program=install_program(cache, os.environ), data=cache / "registry")
    host = registry.start()
    try:
        first, second = (_doctor(project, cache.parent, "--json") for _ in range(2))
        repositories = json.loads(_get(f"http://{host}/v2/hubwright/scratch/probe/tags/list"))
    finally:
        registry.stop()
    states = _states(first)
    assert (states["registry"], states["proofs"]) == ("ok", "ok")
    assert states == _states(second)
    assert repositories["tags"] in (None, [])


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - loopback
        return bytes(answer.read())


def test_an_engine_that_was_named_and_is_not_there_fails(project: Path, tmp_path: Path) -> None:
    done = _doctor(project, tmp_path / "cache", "--json", DOCKER_HOST=f"unix://{tmp_path}/nobody.sock")
    states = _states(done)
    assert (states["engine"], states["buildx"], states["engine disk"]) == ("fail", "not asked", "not asked")
    assert done.returncode == 12
    assert done.stderr.startswith("error: engine")


def test_what_is_not_locked_fails(project: Path, tmp_path: Path) -> None:
    done = _doctor(project, tmp_path / "cache")
    line = next(line for line in done.stdout.splitlines() if line.startswith("locks"))
    assert "foundation trixie is not locked for linux/amd64 yet. `hubwright lock` writes what is missing" in line
    assert done.returncode == 12


def test_a_matrix_that_cannot_be_read_keeps_nothing_else_from_being_looked_at(project: Path, tmp_path: Path) -> None:
    (project / "matrix.yaml").write_text("version: 2\n")
    done = _doctor(project, tmp_path / "cache", "--json")
    states = _states(done)
    assert (states["matrix"], states["locks"], states["sources"]) == ("fail", "not asked", "not asked")
    assert (states["certificates"], states["registry"]) == ("ok", "not asked")
    assert done.returncode == 12
    elsewhere = _states(_doctor(project, tmp_path / "cache", "--json", "--registry", "ecr"))
    assert (elsewhere["matrix"], elsewhere["registry"]) == ("fail", "not asked")


@pytest.mark.parametrize("registry", ["ecr"])
def test_a_registry_that_the_matrix_does_not_name_fails(project: Path, tmp_path: Path, registry: str) -> None:
    done = _doctor(project, tmp_path / "cache", "--json", "--registry", registry)
    assert _states(done)["registry"] == "fail"


def test_variables_that_lead_nowhere_are_told(project: Path, tmp_path: Path) -> None:
    done = _doctor(
        project,
        tmp_path / "cache",
        "--json",
        SSL_CERT_FILE="/gone.pem",
        PIP_CONFIG_FILE="/gone.conf",
        HTTPS_PROXY="socks5://user:hunter2@proxy.example:1080",
    )
    states = _states(done)
    assert (states["certificates"], states["package settings"], states["proxies"]) == ("fail", "fail", "fail")
    assert "hunter2" not in done.stdout + done.stderr
