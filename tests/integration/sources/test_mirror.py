"""A host whose apt uses a company's mirror, with a login: what is built there comes from that mirror, too."""

import os
import secrets
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.docker_client import DockerClient
from helpers.mirror import host_release, tampering_mirror
from integration.sources.conftest import ROOT

# The stage of the shipped base image that installs Debian's packages, as an image of its own.
MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {pull: "docker.io/library/debian:trixie-slim", bootstrap: {suite: trixie}}
images:
  mirror-stand-in: {from: trixie, folder: images/base, target: system}
profiles:
  - {slug: lab, display_name: Lab, image: mirror-stand-in}
"""


def _repository(root: Path) -> Path:
    """Return a repository whose image asks for one package; a mark makes it one that no one has built before."""
    shutil.copytree(ROOT / "images/base", root / "images/base")
    shutil.copy2(ROOT / "foundations.lock", root)
    (root / "matrix.yaml").write_text(MATRIX)
    lock = root / "images/base/apt.lock"
    less = next(line for line in lock.read_text().splitlines() if line.startswith("less:"))
    lock.write_text(f"# {secrets.token_hex(8)}\n{less}\n")
    return root


def test_an_image_is_built_from_the_host_s_mirror_and_keeps_nothing_of_it(
    client: DockerClient, gateway: str, tmp_path: Path
) -> None:
    asked: list[str] = []

    def hand_on(path: str, body: bytes) -> bytes:
        asked.append(path)
        return body

    root, etc, password = _repository(tmp_path / "repository"), tmp_path / "etc", secrets.token_hex(16)
    with tampering_mirror(etc, hand_on, address=gateway, login=("company", password)):
        # In a view of its own the command finds the other configuration where apt's always is.
        argv = shlex.join([sys.executable, "-m", "hubwright", "build", "--until", "publish"])
        script = f"mount --bind {etc / 'apt'} /etc/apt && exec {argv}"
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            cwd=root, env=os.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert "/dists/trixie/InRelease" in asked
    # The archives themselves may be kept from another build.
    assert [path for path in asked if path.startswith("/dists/trixie/main/binary-amd64/")]
    assert not [path for path in asked if host_release() in path and host_release() != "trixie"]

    image = next(line.split()[-1] for line in done.stdout.splitlines() if line.startswith("mirror-stand-in"))
    assert client.docker("run", "--rm", image, "less", "--version").startswith("less ")
    search = f"grep -rlF -e {gateway} -e {password} / --exclude-dir=proc --exclude-dir=sys 2> /dev/null; true"
    assert client.docker("run", "--rm", "--user=0", image, "sh", "-c", search) == ""
    told = client.docker("history", "--no-trunc", image) + client.docker("inspect", image) + done.stdout + done.stderr
    assert password not in told
    assert gateway not in told
