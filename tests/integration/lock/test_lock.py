"""Locks and roots by the real apt, uv and mmdebstrap; they ask the registries that this machine installs from."""

import os
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.content import push_outside_image
from fakes.registry import FakeRegistry
from fakes.registry_server import RegistryServer
from hubwright.apt import private_apt
from hubwright.cli import main
from hubwright.errors import BootstrapError, ProcessError, StaleLockError
from hubwright.foundations.bootstrap import bootstrap
from hubwright.foundations.programs import _NEEDED, _modules, module_folders
from hubwright.locks.roots_file import read_roots
from hubwright.locks.roots_now import bootstrapped
from hubwright.process import run
from hubwright.registries.interface import sha256_digest
from hubwright.roots import BootstrappedRoot, PulledRoot

MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {bootstrap: {suite: trixie}}
images:
  base: {from: trixie}
  tool: {from: base, axes: {tool: ["2.1.0", "2.2.0"]}}
profiles:
  - {slug: lab, display_name: Lab, image: base}
"""
FILES = {
    "images/base/Dockerfile": "ARG BASE\nFROM ${BASE}\n",
    "images/base/requirements.in": "packaging==24.*\n",
    "images/base/apt.txt": "less\n",
    "images/tool/Dockerfile": "ARG BASE\nFROM ${BASE}\n",
    "images/tool/tool.in": "iniconfig==${TOOL}\npackaging\n",
    "images/tool/apt.txt": "less\nnetbase\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "locks"
    for path, content in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    (root / "matrix.yaml").write_text(MATRIX)
    return root


def test_the_whole_way(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matrix = ["--matrix", str(project / "matrix.yaml")]
    assert main(["plan", *matrix]) == 0
    assert "foundation trixie is not locked for linux/amd64 yet, run `hubwright lock`" in capsys.readouterr().out

    assert main(["lock", *matrix, "--check"]) == 41
    assert "6 would change, 0 as they were" in capsys.readouterr().out
    assert not list(project.rglob("*.lock"))

    assert main(["lock", *matrix]) == 0
    assert {str(path.relative_to(project)) for path in project.rglob("*.lock")} == {
        "foundations.lock",
        "images/base/apt.lock",
        "images/base/requirements.lock",
        "images/tool/apt.lock",
        "images/tool/tool-2.1.0.lock",
        "images/tool/tool-2.2.0.lock",
    }
    roots = read_roots((project / "foundations.lock").read_bytes(), "foundations.lock")
    root = roots["trixie", "linux/amd64"]
    assert isinstance(root, BootstrappedRoot)
    assert {"apt", "base-files", "bash", "dpkg", "libc6"} < {package.name for package in root.packages}
    pin = next(line for line in _lines(project / "images/base/requirements.lock") if line.startswith("packaging=="))
    for version in ("2.1.0", "2.2.0"):
        lines = _lines(project / f"images/tool/tool-{version}.lock")
        assert pin in lines
        assert any(line.startswith(f"iniconfig=={version}") for line in lines)
    # The parent has less already.
    assert [line.partition(":")[0] for line in _lines(project / "images/tool/apt.lock")[1:]] == ["netbase"]
    for path in project.rglob("*.lock"):
        assert "://" not in path.read_text()

    capsys.readouterr()
    assert main(["plan", *matrix]) == 0
    assert "not locked" not in capsys.readouterr().out
    assert main(["lock", *matrix, "--check"]) == 0
    assert "0 would change, 6 as they were" in capsys.readouterr().out


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.mark.parametrize(
    "path, content, told",
    [
        ("apt.txt", "netbase\nno-such-package\n", (42, "images/tool/apt.txt:2:1: apt says: Unable to locate package")),
        ("tool.in", "packaging==23.2\n", (42, "must not contradict images/base/requirements.lock")),
        ("tool.in", "--index-url file:///x\n", (40, "images/tool/tool.in:1:1: an option")),
    ],
)
def test_what_cannot_be_locked_says_where_it_is_asked_for(
    project: Path, capsys: pytest.CaptureFixture[str], path: str, content: str, told: tuple[int, str]
) -> None:
    (project / "images/tool" / path).write_text(content)
    code, message = told
    assert main(["lock", "--matrix", str(project / "matrix.yaml")]) == code
    assert message in capsys.readouterr().err
    assert not list(project.rglob("*.lock"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def root() -> BootstrappedRoot:
    with private_apt("trixie", "amd64", environment=os.environ) as apt:
        return bootstrapped("trixie", "linux/amd64", lambda *_: apt, None)


def test_the_same_lock_gives_the_same_bytes_with_nothing_of_this_machine(root: BootstrappedRoot, cache: Path) -> None:
    said: list[str] = []
    tarball = bootstrap(root, "linux/amd64", cache=cache, environment=os.environ, say=said.append)
    digest = sha256_digest(tarball.read_bytes())
    with tarfile.open(tarball) as opened:
        names = set(opened.getnames())
    assert {"./usr/bin/bash", "./usr/lib/locale/C.utf8/LC_CTYPE", "./usr/share/doc/bash/copyright"} <= names
    assert "./etc/apt/sources.list.d/debian.sources" in names
    assert not names & {"./etc/hostname", "./etc/resolv.conf", "./etc/apt/sources.list", "./etc/machine-id"}
    assert not [name for name in names if name.startswith(("./usr/share/man/", "./etc/ssl/certs/", "./var/log/apt/"))]
    # Kept, and not made again.
    assert bootstrap(root, "linux/amd64", cache=cache, environment=os.environ, say=said.append) == tarball
    assert len(said) == 2
    shutil.rmtree(tarball.parent)
    again = bootstrap(root, "linux/amd64", cache=cache, environment={**os.environ, "TZ": "Asia/Tokyo"}, say=said.append)
    assert sha256_digest(again.read_bytes()) == digest


def test_a_version_that_is_gone_is_named_with_the_way_out(root: BootstrappedRoot, tmp_path: Path) -> None:
    gone = replace(root.packages[0], version="0.1", path="pool/main/a/apt/apt_0.1_amd64.deb")
    stale = replace(root, packages=(gone,))
    with pytest.raises(StaleLockError, match=r"Failed to fetch \S+/apt_0\.1_amd64\.deb +404 ") as caught:
        bootstrap(stale, "linux/amd64", cache=tmp_path, environment=os.environ, say=lambda _: None)
    assert "`hubwright lock`" in str(caught.value)


def test_other_bytes_under_the_same_version_are_refused(root: BootstrappedRoot, tmp_path: Path) -> None:
    other = replace(root.packages[0], sha256="0" * 64)
    with pytest.raises(StaleLockError, match="is not what it was when it was locked"):
        bootstrap(
            replace(root, packages=(other,)), "linux/amd64", cache=tmp_path, environment=os.environ, say=lambda _: None
        )


def test_an_outside_image_is_locked_by_the_digest_of_its_platform(project: Path) -> None:
    registry = FakeRegistry()
    image = push_outside_image(registry, "library/debian", "13")
    with RegistryServer(registry).serve() as server:
        reference = f"{server.host}/library/debian:13"
        foundation = f'trixie: {{pull: "{reference}", bootstrap: {{suite: trixie}}}}'
        (project / "matrix.yaml").write_text(MATRIX.replace("trixie: {bootstrap: {suite: trixie}}", foundation))
        for name in ("requirements.in", "apt.txt"):
            (project / "images/base" / name).unlink()
        assert main(["lock", "--matrix", str(project / "matrix.yaml"), "--select", "base"]) == 0
    roots = read_roots((project / "foundations.lock").read_bytes(), "foundations.lock")
    assert roots == {("trixie", "linux/amd64"): PulledRoot(reference=reference, digest=image)}


def test_packages_that_make_no_root_are_told(root: BootstrappedRoot, cache: Path) -> None:
    bash = next(package for package in root.packages if package.name == "bash")
    with pytest.raises(BootstrapError, match=r"cannot make the root of trixie \(amd64\) from what is locked"):
        bootstrap(
            replace(root, packages=(bash,)), "linux/amd64", cache=cache, environment=os.environ, say=lambda _: None
        )


def test_a_perl_without_its_modules_finds_those_that_were_fetched(cache: Path) -> None:
    bare = {"PATH": os.environ["PATH"]}
    fetched = _modules(bare, cache, os.environ)
    folders = ":".join(str(path) for root in fetched for path in module_folders(root))
    # What is left of a Perl where only the essential package is installed.
    only = f"BEGIN {{ @INC = grep {{ m{{perl-base}} || m{{^{cache}}} }} @INC }} {_NEEDED}"
    with pytest.raises(ProcessError, match=r"Pod/Usage\.pm"):
        run(("perl", "-e", only), environment=bare, timeout_s=30)
    run(("perl", "-e", only), environment={**bare, "PERL5LIB": folders}, timeout_s=30)
