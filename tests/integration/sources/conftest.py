"""A copy of this repository, a vendor that stands in for the real one, and the engine that builds use."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient
from helpers.vendor import Served, Vendor, made, served
from hubwright.cli.folders import cache_folder
from hubwright.cli.host import ca_file
from hubwright.engines.choose import choose, sources
from hubwright.locking import locked

ROOT = Path(__file__).parents[3]
# Under a name of its own: what stands in for the real image must not stand in the real one's place.
IMAGE = "neuron-stand-in"


@pytest.fixture(scope="session", autouse=True)
def base(shared: Path) -> None:
    """Have base and its foundation in the registry of this machine, as a build leaves them.

    What stands in for a mirror or a vendor has what its test is about, and not everything that a first build takes.
    """
    argv = [sys.executable, "-m", "hubwright", "build", "--select=base", "--until=publish"]
    with locked(shared / "base-of-this-machine.lock"):
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def client() -> DockerClient:
    """Give the engine that a build on this machine uses; as after any build it stays, for whoever else uses it."""
    candidates = sources(environment=os.environ, cache=cache_folder(os.environ), uid=os.geteuid())
    return DockerClient(engine=choose(candidates, print))


@pytest.fixture(scope="module")
def gateway(client: DockerClient) -> str:
    """Give the address by which builds reach this machine."""
    return client.docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy of this repository, and the environment in which it is locked and built."""

    root: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "hubwright", *arguments]
        return subprocess.run(argv, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)

    def with_environment(self, **changes: str) -> "Copy":
        return replace(self, environment={**self.environment, **changes})


@pytest.fixture
def vendor(tmp_path: Path) -> Iterator[Vendor]:
    with made(tmp_path / "vendor") as vendor:
        yield vendor


@pytest.fixture
def place(vendor: Vendor, gateway: str) -> Iterator[Served]:
    with served(vendor, gateway) as place:
        yield place


@pytest.fixture
def copy(tmp_path: Path, vendor: Vendor, place: Served) -> Copy:
    root = tmp_path / "repository"
    for folder in ("images", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy2(ROOT / "foundations.lock", root)
    matrix = (ROOT / "matrix.yaml").read_text(encoding="utf-8")
    matrix = matrix.replace("  neuron:\n    from: base\n", f"  {IMAGE}:\n    folder: images/neuron\n    from: base\n")
    (root / "matrix.yaml").write_text(matrix.replace("image: neuron\n", f"image: {IMAGE}\n"), encoding="utf-8")
    (root / "images/neuron/neuron.asc").write_text(vendor.public_key(), encoding="utf-8")
    trusted = ca_file(os.environ)
    assert trusted
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(Path(trusted).read_bytes() + place.authority)
    told = {
        "SSL_CERT_FILE": str(bundle),
        "HUBWRIGHT_SOURCE_NEURON": place.index,
        "HUBWRIGHT_SOURCE_NEURON_APT": place.apt,
    }
    return Copy(root=root, environment={**os.environ, **told})
