"""apt itself, with the sources of this machine and with one that nobody signed."""

import gzip
import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from hubwright.debian import fetch
from hubwright.errors import PackageError

CONTROL = """\
Package: probe
Version: 1
Architecture: all
Maintainer: Nobody <nobody@example.com>
Description: nothing
"""


@pytest.fixture
def unsigned(tmp_path: Path) -> Path:
    """Return the `etc` of a machine whose only source is a folder without a signature, which it trusts blindly."""
    repository = tmp_path / "repository"
    package = tmp_path / "probe"
    (package / "DEBIAN").mkdir(parents=True)
    (package / "DEBIAN/control").write_text(CONTROL)
    (package / "usr").mkdir()
    lists = repository / "dists/test/main/binary-amd64"
    lists.mkdir(parents=True)
    archive = repository / "probe_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", package, archive], check=True, capture_output=True)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    entry = f"{CONTROL}Filename: {archive.name}\nSize: {archive.stat().st_size}\nSHA256: {digest}\n"
    listed = gzip.compress(entry.encode())
    (lists / "Packages.gz").write_bytes(listed)
    (repository / "dists/test/Release").write_text(
        "Suite: test\nCodename: test\nComponents: main\nArchitectures: amd64\nSHA256:\n"
        f" {hashlib.sha256(listed).hexdigest()} {len(listed)} main/binary-amd64/Packages.gz\n"
    )
    etc = tmp_path / "etc"
    (etc / "apt").mkdir(parents=True)
    (etc / "os-release").write_text("VERSION_CODENAME=test\n")
    (etc / "apt/sources.list").write_text(f"deb [trusted=yes arch=amd64] file:{repository} test main\n")
    return etc


def test_what_nobody_signed_is_refused_whatever_the_source_says(unsigned: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="is not signed"):
        fetch(["probe"], suite=None, cache=tmp_path / "cache", environment=os.environ, etc=unsigned)


def test_a_package_is_fetched_and_nothing_of_the_host_is_changed(tmp_path: Path) -> None:
    before = state_of_the_host()

    folder = fetch(["docker-registry"], suite=None, cache=tmp_path / "cache", environment=os.environ)

    assert os.access(folder / "usr/bin/docker-registry", os.X_OK)
    assert state_of_the_host() == before


def test_a_package_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="Unable to locate package hubwright-no-such-package"):
        fetch(["hubwright-no-such-package"], suite=None, cache=tmp_path / "cache", environment=os.environ)


def state_of_the_host() -> dict[str, tuple[int, int]]:
    folders = (Path("/var/lib/apt"), Path("/var/cache/apt"), Path("/var/lib/dpkg"))
    paths = [path for folder in folders for path in folder.rglob("*")]
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in paths}
