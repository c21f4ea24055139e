"""What is asked of apt, with programs in its place that write down what they are asked."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hubwright.debian import fetch
from hubwright.errors import PackageError

# Each in turn says what it was called with; `download` makes an archive for each package, with its name as content.
APT_GET = """#!/bin/sh
echo "$*" >>"$RECORD/calls"
cp "$3" "$RECORD/configuration"
sources=$(sed -n 's/^Dir::Etc::SourceList "\\(.*\\)";$/\\1/p' "$3")
cp "$sources" "$RECORD/sources"
case $4 in
    update) test ! -e "$RECORD/offline" || { echo "E: no network" >&2; exit 100; } ;;
    download) shift 5; for package; do echo "$package" >"${package}_1_amd64.deb"; done ;;
esac
"""
DPKG_DEB = """#!/bin/sh
mkdir -p "$3/usr/bin" && cp "$2" "$3/usr/bin/$(cat "$2")"
"""
MIRROR = "http://mirror.example/debian"


class Machine:
    """A machine with its sources, its cache, and stand-ins for apt-get and dpkg-deb."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        for name, text in {"apt-get": APT_GET, "dpkg-deb": DPKG_DEB}.items():
            self.write(f"bin/{name}", text).chmod(stat.S_IRWXU)
        self.write("etc/os-release", 'NAME="Debian"\nVERSION_CODENAME=bookworm\n')
        self.write("etc/apt/sources.list", f"deb {MIRROR} bookworm main\n")
        (folder / "record").mkdir()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def fetch(self, *packages: str, suite: str | None = None) -> Path:
        environment = {"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "RECORD": str(self.folder / "record")}
        return fetch(packages, suite=suite, cache=self.cache, environment=environment, etc=self.folder / "etc")

    def record(self, name: str) -> str:
        return (self.folder / "record" / name).read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_packages_are_unpacked_into_one_folder_and_nothing_else_is_left(machine: Machine) -> None:
    folder = machine.fetch("one", "two")

    assert sorted(path.name for path in (folder / "usr/bin").iterdir()) == ["one", "two"]
    left = sorted(path.name.partition("-")[0] for path in (machine.cache / "debian").iterdir())
    assert left == ["content", "request", "request"]


def test_what_was_fetched_is_not_fetched_again(machine: Machine) -> None:
    first = machine.fetch("one", "two")
    machine.write("record/offline", "")

    assert machine.fetch("two", "one") == first
    assert machine.record("calls").count("update") == 1


def test_two_requests_with_the_same_content_share_a_folder(machine: Machine) -> None:
    assert machine.fetch("one") == machine.fetch("one", suite="trixie")
    assert machine.record("calls").count("download") == 2


def test_a_changed_package_is_another_folder(machine: Machine) -> None:
    assert machine.fetch("one") != machine.fetch("two")


def test_many_at_once_fetch_once(machine: Machine) -> None:
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: machine.fetch("one"), range(4)))

    assert len(folders) == 1
    assert machine.record("calls").count("update") == 1


def test_signatures_are_checked_and_hooks_of_the_host_are_not_run(machine: Machine) -> None:
    machine.fetch("one")

    configuration = machine.record("configuration")
    for option in ("Get::AllowUnauthenticated", "AllowInsecureRepositories", "AllowWeakRepositories"):
        assert f'{option} "false";' in configuration
    for hook in ("Pre-Invoke", "Post-Invoke", "Post-Invoke-Success"):
        assert f"#clear APT::Update::{hook};" in configuration
    assert "/var/lib" not in configuration


def stanza(suites: str, *more: str, components: str = "main") -> str:
    lines = ["Types: deb", f"URIs: {MIRROR}", f"Suites: {suites}", f"Components: {components}", *more]
    return "".join(f"{line}\n" for line in lines)


DEBIAN_SOURCES = f"""\
# A comment
Types: deb deb-src
URIs: {MIRROR}
Suites: bookworm bookworm-updates bookworm-backports
Components: main
# Another
Signed-By: /k
Trusted: yes
Allow-Insecure: yes
"""
MANY_SOURCES = f"""\
Types: deb
URIs: http://vendor.example
Suites: stable

Types: deb
URIs: {MIRROR}
Suites: bookworm

Types: deb
URIs: http://off.example
Suites: bookworm
Enabled: no

Types: deb-src
URIs: http://source.example
Suites: bookworm

Types: deb
Suites: bookworm

no field
"""
KEY_SOURCES = f"""\
Types: deb
URIs: {MIRROR}
Suites: bookworm
Signed-By:
 -----BEGIN
 .
 -----END
"""


@pytest.mark.parametrize(
    "name, text, suite, expected",
    [
        ("sources.list", f"deb {MIRROR} bookworm main", None, stanza("bookworm")),
        ("sources.list", f"deb {MIRROR} bookworm main", "trixie", stanza("trixie")),
        (
            "sources.list",
            f"# deb x\ndeb  [arch=amd64,arm64 signed-by=/k trusted=yes] {MIRROR}  bookworm-security main contrib # x",
            "trixie",
            stanza("trixie-security", "Architectures: amd64 arm64", "Signed-By: /k", components="main contrib"),
        ),
        (
            "sources.list.d/debian.sources",
            DEBIAN_SOURCES,
            "trixie",
            stanza("trixie trixie-updates", "Signed-By: /k"),
        ),
        (
            "sources.list.d/key.sources",
            KEY_SOURCES,
            None,
            stanza("bookworm", "Signed-By: \n -----BEGIN\n .\n -----END"),
        ),
        (
            "sources.list.d/many.sources",
            MANY_SOURCES,
            None,
            stanza("bookworm"),
        ),
    ],
)
def test_sources_are_those_of_the_host_for_the_suite(
    machine: Machine, name: str, text: str, suite: str | None, expected: str
) -> None:
    machine.write(
        "etc/apt/sources.list", f"deb http://vendor.example bookworm-vendor main\ndeb-src {MIRROR} bookworm main"
    )
    machine.write("etc/apt/sources.list.d/ignored.list.save", f"deb {MIRROR} bookworm ignored")
    machine.write(f"etc/apt/{name}", text)

    machine.fetch("one", suite=suite)

    assert machine.record("sources") == expected


def test_a_machine_without_sources_for_its_release_is_told_so(machine: Machine) -> None:
    machine.write("etc/apt/sources.list", "deb http://vendor.example stable main")

    with pytest.raises(PackageError, match="offers the packages of bookworm"):
        machine.fetch("one")


@pytest.mark.parametrize("text", [None, "NAME=Fedora\n"])
def test_a_machine_that_is_not_of_the_family_is_told_so(machine: Machine, text: str | None) -> None:
    path = machine.write("etc/os-release", text or "")
    if text is None:
        path.unlink()

    with pytest.raises(PackageError, match="names no release of Debian or Ubuntu"):
        machine.fetch("one")


def test_a_machine_without_apt_is_told_what_to_do(machine: Machine) -> None:
    with pytest.raises(PackageError, match="no apt-get on this machine; install these programs by hand"):
        fetch(["one"], suite=None, cache=machine.cache, environment={"PATH": "/none"}, etc=machine.folder / "etc")


def test_a_fetch_that_fails_says_why_and_leaves_nothing(machine: Machine) -> None:
    machine.write("record/offline", "")

    with pytest.raises(PackageError, match=r"cannot fetch one from Debian's packages\. Does(.|\n)*E: no network"):
        machine.fetch("one")

    assert [path.suffix for path in (machine.cache / "debian").iterdir()] == [".lock"]
    (machine.folder / "record/offline").unlink()
    assert machine.fetch("one").is_dir()


def test_a_folder_that_cannot_be_kept_is_no_success(machine: Machine) -> None:
    folder = machine.fetch("one")
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()
    folder.write_text("something else took its name")

    with pytest.raises(NotADirectoryError):
        machine.fetch("one", suite="trixie")
