"""What a root is made of, fetched by the real apt from an archive that has published a newer version since."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from helpers.mirror import host_release
from helpers.vendor import Quiet, Vendor, listening, made
from hubwright.apt import private_apt
from hubwright.errors import StaleLockError
from hubwright.foundations.archives import fetch_archives
from hubwright.roots import BootstrappedRoot


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Vendor]:
    with made(tmp_path / "archive", suite="trixie") as archive:
        yield archive


@pytest.fixture
def etc(tmp_path: Path, archive: Vendor) -> Iterator[Path]:
    """Give a configuration of apt with two repositories, of which the second is the archive."""
    etc = tmp_path / "etc"
    (etc / "apt").mkdir(parents=True)
    shutil.copy2("/etc/os-release", etc)
    with ExitStack() as stack:
        other = stack.enter_context(made(tmp_path / "other", suite="trixie"))
        other.publish_package("other", "1", {})
        lines = [_source(stack, repository) for repository in (other, archive)]
        (etc / "apt/sources.list").write_text("".join(lines))
        yield etc


def _source(stack: ExitStack, repository: Vendor) -> str:
    key = repository.folder / "key.asc"
    key.write_text(repository.public_key())
    port = stack.enter_context(listening("127.0.0.1", partial(Quiet, directory=str(repository.folder / "apt"))))
    return f"deb [signed-by={key}] http://127.0.0.1:{port} {host_release()} main\n"


def _locked(etc: Path) -> BootstrappedRoot:
    with private_apt("trixie", "amd64", environment=os.environ, etc=etc) as apt:
        packages = apt.resolve(["moving", "resting"])
        assert not isinstance(packages, str), packages
        return BootstrappedRoot(suite="trixie", releases=apt.releases(), packages=packages)


def test_a_locked_root_can_be_had_as_long_as_the_pool_has_its_files(archive: Vendor, etc: Path, tmp_path: Path) -> None:
    resting = archive.publish_package("resting", "1", {})
    first = archive.publish_package("moving", "1.0+a~b", {"usr/bin/moving": "first"})
    old, root = first.read_bytes(), _locked(etc)
    archive.publish_package("moving", "1.1", {"usr/bin/moving": "second"})

    def fetched(cache: str) -> list[bytes]:
        paths = fetch_archives(root, "amd64", cache=tmp_path / cache, environment=os.environ, etc=etc)
        return [path.read_bytes() for path in paths]

    assert fetched("first") == [old, resting.read_bytes()]

    first.write_bytes(old + b"\n")
    with pytest.raises(StaleLockError, match=r"moving_1\.0%2ba%7eb_amd64\.deb +Hash Sum mismatch"):
        fetched("second")

    first.unlink()
    with pytest.raises(StaleLockError, match=r"(?s)trixie \(amd64\) no longer offers .*`hubwright lock`.* 404 "):
        fetched("third")
    # What was fetched once is not asked for again.
    assert fetched("first") == [old, resting.read_bytes()]
