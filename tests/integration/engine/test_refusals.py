"""Where the embedded engine cannot be: a clear answer, and nothing changed."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.mirror import Tamper, tampering_mirror
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.errors import EngineStartError, NoEngineError, PackageError
from hubwright.process import run

_START = """
import os, sys
from pathlib import Path
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.errors import HubwrightError
try:
    EmbeddedEngine(cache=Path(sys.argv[1]), environment=os.environ, uid=0).ensure(print)
except HubwrightError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    environment = {"PATH": os.environ["PATH"]}
    run(("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)), environment=environment, timeout_s=30)
    yield folder
    run(("umount", str(folder)), environment=environment, timeout_s=30)


def test_a_disk_without_room_is_named_before_anything_is_fetched(small_disk: Path) -> None:
    said: list[str] = []
    source = EmbeddedEngine(cache=small_disk / "cache", environment=os.environ, uid=0)

    with pytest.raises(EngineStartError, match=r"has 6\d MB free.*needs 1\.00 GB to begin.*XDG_CACHE_HOME"):
        source.ensure(said.append)

    assert said == []
    assert not source.places.home.exists() or not any(source.places.home.iterdir())


def test_only_root_can_have_one(tmp_path: Path) -> None:
    with pytest.raises(NoEngineError, match=r"needs root.*DOCKER_HOST"):
        EmbeddedEngine(cache=tmp_path, environment={}, uid=1000).ensure(print)

    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("right", ["net_admin", "sys_admin"])
def test_a_root_without_the_rights_of_root_is_told_so(source: EmbeddedEngine, right: str) -> None:
    argv = ("setpriv", "--inh-caps=-all", f"--bounding-set=-{right}", sys.executable, "-c", _START)
    allowed = frozenset({EngineStartError.exit_code})

    done = run((*argv, str(source.cache)), environment=os.environ, timeout_s=120, allowed_exit_codes=allowed)

    expected = "--privileged" if right == "net_admin" else "unshare failed"
    assert expected in done.stdout.decode()
    assert not source.places.run.exists()
    assert source.find() is None


def test_on_another_distribution_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text('ID=fedora\nPRETTY_NAME="Fedora Linux 42"\n', encoding="utf-8")
    source = EmbeddedEngine(cache=tmp_path / "cache", environment=os.environ, uid=0, etc=tmp_path)

    with pytest.raises(NoEngineError, match="Fedora Linux 42"):
        source.ensure(print)

    assert not source.places.home.exists() or not any(source.places.home.iterdir())


def _change_package(path: str, body: bytes) -> bytes:
    return body[:-1] + bytes([body[-1] ^ 1]) if path.endswith(".deb") else body


def _change_signed_text(path: str, body: bytes) -> bytes:
    return body.replace(b"Origin: ", b"Origin: x", 1) if path.endswith("InRelease") else body


def _take_signature_away(path: str, body: bytes) -> bytes:
    if not path.endswith("InRelease"):
        return body
    text = body.partition(b"\n\n")[2]
    return text.partition(b"-----BEGIN PGP SIGNATURE-----")[0]


@pytest.mark.parametrize("tamper", [_change_package, _change_signed_text, _take_signature_away])
def test_packages_that_were_tampered_with_are_refused(tmp_path: Path, tamper: Tamper) -> None:
    etc = tmp_path / "etc"
    source = EmbeddedEngine(cache=tmp_path / "cache", environment=os.environ, uid=0, etc=etc)

    with tampering_mirror(etc, tamper), pytest.raises(PackageError):
        source.ensure(print)

    assert not list((source.places.home / "debian").glob("content-*"))
    assert not source.places.run.exists()


def test_the_mirror_of_these_tests_is_good_if_it_is_left_alone(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    source = EmbeddedEngine(cache=tmp_path / "cache", environment=os.environ, uid=0, etc=etc)

    with tampering_mirror(etc, lambda _, body: body):
        source.ensure(print)

    assert source.remove(print)


def test_a_start_that_fails_leaves_nothing(source: EmbeddedEngine) -> None:
    # A folder where the engine wants a file: everything is made up to the last step, which fails.
    broken = replace(source)
    (source.places.home / "data/engine-id").mkdir(parents=True)

    with pytest.raises(EngineStartError, match="end of its log"):
        broken.ensure(print)

    assert not source.places.run.exists()
    assert not Path("/sys/class/net", source.places.bridge).exists()
    assert source.find() is None
