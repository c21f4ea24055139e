"""The strings that production uses, in a network of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hubwright.debian import fetch

_TESTS = Path(__file__).parents[2]
_NETWORK = ("unshare", "--user", "--map-root-user", "--mount", "--net", "--")


@pytest.fixture(scope="session")
def docker() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return fetch(["docker-cli"], suite="trixie", cache=cache / "hubwright", environment=os.environ) / "usr/bin/docker"


def test_images_are_pushed_to_and_pulled_from_the_true_name_of_ecr(program: Path, docker: Path, tmp_path: Path) -> None:
    if subprocess.run([*_NETWORK, "mount", "--bind", "/etc/hosts", "/etc/hosts"], check=False).returncode:
        pytest.skip("this kernel lets nobody but root have a network of their own")
    argv = [
        sys.executable,
        str(Path(__file__).with_name("production_names.py")),
        str(program),
        str(docker),
        str(tmp_path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(_TESTS)}
    done = subprocess.run([*_NETWORK, *argv], env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.endswith("done\n"), done.stderr
