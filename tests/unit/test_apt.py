import os
from pathlib import Path

import pytest

from fakes.apt import package
from hubwright.apt import _complaint, private_apt
from hubwright.errors import PackageError
from hubwright.process import Completed


@pytest.mark.parametrize(
    "stdout, stderr, told",
    [
        ("", "W: a\nE: Unable to locate package x\nE: more\n", "Unable to locate package x; more"),
        (" a : Conflicts: b\n", "E: held\n", "held; a : Conflicts: b"),
        ("", "", "nothing"),
    ],
)
def test_a_complaint_is_one_line(stdout: str, stderr: str, told: str) -> None:
    done = Completed(argv=(), exit_code=100, stdout=stdout.encode(), stderr=stderr.encode())
    assert _complaint(done) == told


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    etc = tmp_path / "etc"
    (etc / "apt").mkdir(parents=True)
    (etc / "os-release").write_text("VERSION_CODENAME=bookworm\n")
    (etc / "apt" / "sources.list").write_text("deb [arch=amd64] https://mirror.example.com/debian bookworm main\n")
    return etc


def _machine(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return an environment whose apt-get is the script."""
    for name in ("apt-get", "apt-cache"):
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_without_apt_nothing_can_be_asked(tmp_path: Path, etc: Path) -> None:
    apt = private_apt("trixie", "amd64", environment={"PATH": str(tmp_path)}, etc=etc)
    with pytest.raises(PackageError, match="use a Debian or Ubuntu machine"), apt:
        pass


@pytest.mark.parametrize(
    "script, message",
    [
        ("echo 'E: Temporary failure resolving' >&2; exit 100", r"\(amd64\).*network, proxy.*Temporary failure"),
        (
            "echo 'W: GPG error: http://x noble InRelease: NO_PUBKEY 1' >&2; echo 'E: not signed' >&2; exit 100",
            "apt says: GPG error: http://x noble InRelease: NO_PUBKEY 1; not signed",
        ),
        ("exit 9", "cannot ask for the packages of trixie: .* failed with exit code 9"),
    ],
)
def test_no_answer_is_not_an_absence(
    tmp_path: Path, etc: Path, monkeypatch: pytest.MonkeyPatch, script: str, message: str
) -> None:
    environment = _machine(tmp_path, script, monkeypatch)
    with (
        pytest.raises(PackageError, match=f"(?s){message}"),
        private_apt("trixie", "amd64", environment=environment, etc=etc),
    ):
        pass


def test_further_repositories_stand_beside_the_suite(
    tmp_path: Path, etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = _machine(tmp_path, "exit 0", monkeypatch)
    with private_apt(
        "trixie", "amd64", environment=environment, etc=etc, repositories=("Types: deb\nURIs: x\n",)
    ) as apt:
        first, second = (apt.home / "private.sources").read_text().split("\n\n")
        assert "Suites: trixie" in first
        assert second == "Types: deb\nURIs: x\n"


def test_a_source_for_one_architecture_serves_every_other(
    tmp_path: Path, etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = _machine(tmp_path, 'case "$*" in *madison*) echo "git | 1.0 | x Packages" ;; esac', monkeypatch)
    with private_apt("trixie", "arm64", environment=environment, etc=etc) as apt:
        sources = (apt.home / "private.sources").read_text()
        assert "Suites: trixie\n" in sources
        assert "Architectures" not in sources
        assert 'APT::Architecture "arm64";' in (apt.home / "private.conf").read_text()
        assert apt.resolve(["git"]) == ()
        assert apt.resolve(["git"], installed=[("perl", "1")]) == ()
        assert "Package: perl\n" in (apt.home / "status").read_text()
        assert apt.download([package("git")], tmp_path) is None
    assert not apt.home.exists()
