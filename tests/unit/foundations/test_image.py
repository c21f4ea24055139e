import io
import json
import sys
import tarfile
from pathlib import Path

import pytest

from fakes.apt import package
from hubwright.engines.interface import Engine
from hubwright.errors import BootstrapError, StaleLockError
from hubwright.foundations.image import build_arguments, newest_time, push_root, root_labels, root_tag
from hubwright.roots import BootstrappedRoot, PulledRoot, require_locked, root_sha256

MADE = BootstrappedRoot(suite="trixie", releases=(), packages=(package("apt"),))
DIGEST = f"sha256:{'a' * 64}"


@pytest.fixture
def tarball(tmp_path: Path) -> Path:
    path = tmp_path / "root.tar"
    with tarfile.open(path, "w:") as opened:
        for name, mtime in (("a", 5), ("b", 9), ("c", 7)):
            info = tarfile.TarInfo(name)
            info.mtime = mtime
            opened.addfile(info, io.BytesIO())
    return path


def _engine(tmp_path: Path, script: str) -> Engine:
    program = tmp_path / "buildx"
    program.write_text(f"#!{sys.executable}\nimport json, pathlib, sys\n{script}\n")
    program.chmod(0o755)
    return Engine(name="fake", address="", environment={"B": "engine"}, docker="", buildx=(str(program),))


def test_labels_say_which_way_a_root_was_made() -> None:
    assert root_labels("trixie", MADE) == {
        "io.github.hubwright.foundation": "trixie",
        "io.github.hubwright.foundation.lock": f"sha256:{root_sha256(MADE)}",
        "io.github.hubwright.foundation.way": "bootstrap",
        "org.opencontainers.image.base.name": "scratch",
    }
    pulled = root_labels("trixie", PulledRoot(reference="quay.io/a:1", digest=DIGEST))
    assert pulled["io.github.hubwright.foundation.way"] == "pull"
    assert pulled["org.opencontainers.image.base.name"] == "quay.io/a:1"
    assert pulled["org.opencontainers.image.base.digest"] == DIGEST
    assert root_tag(MADE) == f"fp-{root_sha256(MADE)}"


def test_the_image_is_as_old_as_what_is_in_it(tarball: Path) -> None:
    assert newest_time(tarball) == 9
    arguments = build_arguments(
        tarball, Path("/work/Dockerfile"), "127.0.0.1:1/a:t", platform="linux/amd64", labels={"k": "v"}
    )
    assert "--build-arg=SOURCE_DATE_EPOCH=9" in arguments
    assert "--label=k=v" in arguments
    assert arguments[-1] == str(tarball.parent)


def test_what_the_builder_is_given_outlives_a_run_that_is_killed(tmp_path: Path, tarball: Path) -> None:
    """The Dockerfile is a file of the cache beside the tarball, and nothing is in a folder for this run alone."""
    engine = _engine(tmp_path, f"pathlib.Path({str(tmp_path / 'argv')!r}).write_text(json.dumps(sys.argv[1:]))")
    push_root(engine, tarball, "q.io/a:t", platform="linux/amd64", labels={}, environment={"A": "1"})
    dockerfile = tarball.with_suffix(".Dockerfile")
    assert "ADD root.tar /" in dockerfile.read_text()
    assert {f"--file={dockerfile}", "build", str(tarball.parent)} <= set(json.loads((tmp_path / "argv").read_text()))


def test_a_build_that_fails_says_where_it_was_to_go(tmp_path: Path, tarball: Path) -> None:
    with pytest.raises(BootstrapError, match=r"(?s)push it to q.io/a:t.*no space"):
        push_root(
            _engine(tmp_path, "sys.exit('no space')"),
            tarball,
            "q.io/a:t",
            platform="linux/amd64",
            labels={},
            environment={},
        )


def test_what_is_not_locked_is_not_made() -> None:
    require_locked(None)
    with pytest.raises(StaleLockError, match=r"not locked yet.* `hubwright lock` locks"):
        require_locked("foundation trixie is not locked yet")
