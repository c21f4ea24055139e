import os
from pathlib import Path

import pytest

from fakes.apt import package
from hubwright.apt import _complaint, _release, private_apt, read_planned, status_file
from hubwright.errors import PackageError
from hubwright.process import Completed
from hubwright.roots import LockedPackage, SignedRelease

HASH = "2" * 64
SHOWN = """\
Package: perl
Version: 5.40.1-7
Architecture: amd64
Depends: perl-base (= 5.40.1-7),
 libperl5.40
Description: much
 text

Package: perl
Version: 5.40.1-6
Architecture: amd64
Depends: perl-base (= 5.40.1-6)
"""


def test_what_is_planned_is_read_without_where_it_is() -> None:
    printed = (
        f"'https://u:p@mirror.example.com/login.deb' login_1%3a4.16.0-2+really2_amd64.deb 114 SHA256:{HASH}\n"
        f"'https://mirror.example.com/a.deb' base-files_13.8+deb13u7_all.deb 1 SHA256:{HASH}\n"
    )
    assert read_planned(printed) == (
        LockedPackage(name="base-files", version="13.8+deb13u7", architecture="all", sha256=HASH),
        LockedPackage(name="login", version="1:4.16.0-2+really2", architecture="amd64", sha256=HASH),
    )


def test_a_package_without_a_hash_is_not_passed_over() -> None:
    with pytest.raises(PackageError, match="printed 1 lines, of which only 0 name a package with a hash"):
        read_planned("'https://mirror.example.com/a.deb' a_1_all.deb 1 MD5Sum:00\n")


@pytest.mark.parametrize(
    "version, depends",
    [
        ("5.40.1-6", "Depends: perl-base (= 5.40.1-6)\n"),
        ("5.40.1-7", "Depends: perl-base (= 5.40.1-7),\n libperl5.40\n"),
        ("5.40.1-5", "Depends: perl-base (= 5.40.1-7),\n libperl5.40\n"),
    ],
)
def test_what_is_installed_is_described_as_it_is_offered(version: str, depends: str) -> None:
    assert status_file([("perl", version)], SHOWN, "amd64") == (
        f"Package: perl\nArchitecture: amd64\n{depends}Version: {version}\nStatus: install ok installed\n"
    )


def test_what_is_offered_no_more_is_still_installed() -> None:
    assert status_file([("gone", "1")], "", "arm64") == (
        "Package: gone\nArchitecture: arm64\nVersion: 1\nStatus: install ok installed\n"
    )


def test_a_release_says_which_it_is_and_when() -> None:
    signed = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nSuite: stable\nCodename: trixie\nDate: Sat, 12 Sep 2026 07:55:41 UTC\n"
    )
    found = _release(signed)
    assert found == SignedRelease(name="trixie", date="2026-09-12T07:55:41Z", sha256=found.sha256)


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
    environment = _machine(tmp_path, "exit 0", monkeypatch)
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
