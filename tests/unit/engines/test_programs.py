from pathlib import Path

import pytest

from hubwright.engines.programs import fetch_programs, find_programs
from hubwright.errors import NoEngineError

ENGINE = ("usr/bin/docker", "usr/sbin/dockerd", "usr/sbin/docker-proxy", "usr/bin/containerd")
PLUGIN = "usr/libexec/docker/cli-plugins/docker-buildx"
HOST = ("usr/sbin/runc", "usr/sbin/nft", "usr/sbin/xtables-nft-multi", "usr/bin/tini-static")


def put_files(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    return root


def test_each_program_is_found_where_its_package_has_it(tmp_path: Path) -> None:
    engine = put_files(tmp_path / "engine", *ENGINE, PLUGIN)
    host = put_files(tmp_path / "host", *HOST, "usr/lib/x86_64-linux-gnu/libmnl.so.0", "lib/x86_64-linux-gnu/a.so")

    programs = find_programs(engine, host)

    assert programs.buildx == engine / PLUGIN
    assert programs.dockerd == engine / "usr/sbin/dockerd"
    assert programs.init == host / "usr/bin/tini-static"
    assert programs.path == (engine / "usr/bin", engine / "usr/sbin", host / "usr/sbin")
    assert programs.library_path == f"{host}/lib/x86_64-linux-gnu:{host}/usr/lib/x86_64-linux-gnu"
    assert programs.nft.library_path == programs.library_path


@pytest.mark.parametrize("missing", ["usr/sbin/runc", "usr/bin/tini-static"])
def test_a_package_that_lacks_a_program_is_named(tmp_path: Path, missing: str) -> None:
    engine = put_files(tmp_path / "engine", *ENGINE, PLUGIN)
    host = put_files(tmp_path / "host", *(name for name in HOST if name != missing))

    with pytest.raises(NoEngineError, match=Path(missing).name):
        find_programs(engine, host)


@pytest.mark.parametrize(
    "text,named",
    [
        ('ID=fedora\nPRETTY_NAME="Fedora Linux 42"\n', "Fedora Linux 42"),
        ("ID=alpine\n", "something else"),
        (None, "something else"),
    ],
)
def test_on_another_distribution_a_person_is_told_what_to_do(tmp_path: Path, text: str | None, named: str) -> None:
    if text:
        (tmp_path / "os-release").write_text(text, encoding="utf-8")

    with pytest.raises(NoEngineError, match=rf"Debian and Ubuntu.*{named}.*DOCKER_HOST"):
        fetch_programs(tmp_path / "home", environment={}, etc=tmp_path)
