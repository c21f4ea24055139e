"""The step that installs Debian's packages, where the archive has published a newer version since they were locked."""

import base64
import hashlib
import os
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient
from helpers.mirror import host_release
from helpers.vendor import Quiet, Vendor, listening, made
from hubwright.locks.packages import write_apt_lock
from hubwright.roots import LockedPackage
from integration.sources.conftest import ROOT
from integration.sources.test_mirror import MATRIX

LOGIN = ("company", secrets.token_hex(16))


class _Guarded(Quiet):
    def do_GET(self) -> None:  # noqa: N802 - the server calls it by this name
        if self.headers.get("Authorization") == f"Basic {base64.b64encode(':'.join(LOGIN).encode()).decode()}":
            super().do_GET()
        else:
            self.send_error(HTTPStatus.UNAUTHORIZED)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Vendor]:
    with made(tmp_path / "archive", suite="trixie") as archive:
        yield archive


@pytest.fixture
def etc(tmp_path: Path, archive: Vendor, gateway: str) -> Iterator[Path]:
    """Give the host's configuration of apt with the archive added, which asks for a login."""
    etc = shutil.copytree("/etc/apt", tmp_path / "etc")
    (etc / "archive.asc").write_text(archive.public_key())
    with listening(gateway, partial(_Guarded, directory=str(archive.folder / "apt"))) as port:
        address = f"http://{gateway}:{port}"
        source = f"deb [signed-by=/etc/apt/archive.asc] {address} {host_release()} main\n"
        (etc / "sources.list.d/archive.list").write_text(source)
        (etc / "auth.conf.d/archive.conf").write_text(f"machine {address} login {LOGIN[0]} password {LOGIN[1]}\n")
        yield etc


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with the stage of the shipped base image that installs Debian's packages."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "images/base", root / "images/base", ignore=shutil.ignore_patterns("*.in", "*.lock"))
    shutil.copy2(ROOT / "foundations.lock", root)
    (root / "matrix.yaml").write_text(MATRIX.replace("mirror-stand-in", "pool-stand-in"))
    return root


def _built(repository: Path, etc: Path, locked: LockedPackage) -> subprocess.CompletedProcess[str]:
    """Build the image with the package; a mark in the lock makes it one that no one has built before."""
    mark = f"# {secrets.token_hex(8)}\n".encode()
    (repository / "images/base/apt.lock").write_bytes(mark + write_apt_lock({"amd64": [locked]}))
    # In a view of its own the command finds the other configuration where apt's always is.
    argv = shlex.join([sys.executable, "-m", "hubwright", "build", "--until", "publish"])
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", f"mount --bind {etc} /etc/apt && exec {argv}"],
        cwd=repository, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_displaced_version_is_installed_as_long_as_the_pool_has_its_file(
    archive: Vendor, etc: Path, repository: Path, client: DockerClient
) -> None:
    first = archive.publish_package("moving", "1.0+a~b", {"usr/bin/moving": "#!/bin/sh\necho first\n"})
    locked = LockedPackage(
        name="moving",
        version="1.0+a~b",
        architecture="amd64",
        sha256=hashlib.sha256(first.read_bytes()).hexdigest(),
        path="pool/moving_1.0+a~b_amd64.deb",
    )
    archive.publish_package("moving", "1.1", {"usr/bin/moving": "#!/bin/sh\necho second\n"})
    done = _built(repository, etc, locked)
    assert done.returncode == 0, done.stderr
    image = next(line.split()[-1] for line in done.stdout.splitlines() if line.startswith("pool-stand-in"))
    assert client.docker("run", "--rm", image, "moving") == "first"
    left = "ls -A /tmp; find / -xdev -name '*.deb'"
    assert client.docker("run", "--rm", "--user=0", image, "sh", "-c", left) == ""
    told = client.docker("history", "--no-trunc", image) + client.docker("inspect", image) + done.stdout + done.stderr
    assert LOGIN[1] not in told

    refused = "apt.lock names moving=1.0+a~b, which is offered no more; run hubwright lock"
    done = _built(repository, etc, replace(locked, sha256=""))
    assert (done.returncode, refused in done.stderr) == (10, True), done.stderr

    first.write_bytes(first.read_bytes() + b"\n")
    done = _built(repository, etc, locked)
    assert (done.returncode, refused in done.stderr) == (10, True), done.stderr
    assert "Hash Sum mismatch" in done.stderr

    first.unlink()
    done = _built(repository, etc, locked)
    assert (done.returncode, refused in done.stderr) == (10, True), done.stderr
    assert "404" in done.stderr
    assert "Hash Sum mismatch" not in done.stderr
    assert LOGIN[1] not in done.stderr
