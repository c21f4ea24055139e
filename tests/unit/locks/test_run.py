"""The whole of a run with programs and registries that are made up; uv is a script that says what it was given."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TextIO

import pytest

from fakes.apt import FakeApt
from fakes.registry import FakeRegistry
from fakes.uv import fake_uv
from hubwright.errors import PackageError, StaleLockError, UnresolvableError
from hubwright.locks.desk import Tools
from hubwright.locks.python import Uv, checked, uv_arguments
from hubwright.locks.roots_file import read_roots
from hubwright.locks.roots_now import AskApt
from hubwright.locks.run import LockFile, resolve_locks
from hubwright.locks.survey import PythonTarget
from hubwright.locks.targets import find_targets
from hubwright.model import AptRepository, Foundation, Matrix, Source
from hubwright.roots import BootstrappedRoot, Roots
from hubwright.tree import DiskTree
from values import matrix, variant

PYTHON = {"python": "3.13"}
FAMILY = matrix(variant("base", facts=PYTHON), variant("child", "base", facts=PYTHON))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name, requirements, packages in (("base", "numpy", "git"), ("child", "pandas", "less")):
        folder = root / "images" / name
        folder.mkdir(parents=True)
        (folder / "requirements.in").write_text(f"{requirements}\n")
        (folder / "apt.txt").write_text(f"# these\n{packages}\n")
    return root


def _lock(
    root: Path,
    of: Matrix = FAMILY,
    chosen: frozenset[str] | None = None,
    roots: Roots | None = None,
    *,
    ask_apt: AskApt = FakeApt,
    addresses: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, LockFile]:
    registry = FakeRegistry()
    registry.unavailable = True
    tools = Tools(
        uv=fake_uv(root.parent, {"UV_INDEX": "https://own"} if addresses else {}),
        ask_apt=ask_apt,
        open_registry=lambda _: registry,
        say=lambda _: None,
    )
    with DiskTree(root) as tree:
        targets = find_targets(of, chosen or frozenset(of.variants), tree.holds)
        return {file.path: file for file in resolve_locks(of, targets, roots or {}, tree, tools, addresses=addresses)}


def test_who_breaks_off_waits_for_no_uv(root: Path) -> None:
    """A uv may wait for an index for minutes, and is in a session of its own, where no Ctrl-C reaches it."""
    fifo = root.parent / "heard"
    os.mkfifo(fifo)
    uv = root.parent / "uv"
    uv.write_text("#!/bin/sh\nexec 3> heard\necho up >&3\nsleep 30\necho ended by itself >&3\n")
    uv.chmod(0o755)
    registry = FakeRegistry()
    registry.unavailable = True
    with ExitStack() as stack:

        def ask_apt(*_: object) -> FakeApt:
            stream = stack.enter_context(fifo.open())
            heard.append(stream)
            assert stream.readline() == "up\n"
            raise KeyboardInterrupt

        heard: list[TextIO] = []
        tools = Tools(
            uv=Uv(program=str(uv), environment={"PATH": os.environ["PATH"]}, folder=root.parent),
            ask_apt=ask_apt,
            open_registry=lambda _: registry,
            say=lambda _: None,
        )
        tree = stack.enter_context(DiskTree(root))
        targets = find_targets(FAMILY, frozenset(FAMILY.variants), tree.holds)
        with pytest.raises(KeyboardInterrupt):
            resolve_locks(FAMILY, targets, {}, tree, tools)
        assert heard[0].read() == ""


def _packages(file: LockFile) -> list[str]:
    return [line.partition(" ")[0] for line in file.after.decode().splitlines()[1:]]


def test_everything_is_locked_and_children_are_held_to_their_parents(root: Path) -> None:
    files = _lock(root)
    assert list(files) == [
        "foundations.lock",
        "images/base/apt.lock",
        "images/base/requirements.lock",
        "images/child/apt.lock",
        "images/child/requirements.lock",
    ]
    assert files["images/child/requirements.lock"].after == b"# python 3.13\n# held numpy==1\npandas==1\n"
    assert _packages(files["images/base/apt.lock"]) == ["git:amd64=1.0", "perl:amd64=1.0"]
    assert all(file.moved and file.before is None for file in files.values())
    roots = read_roots(files["foundations.lock"].after, "foundations.lock")
    assert isinstance(roots["trixie", "linux/amd64"], BootstrappedRoot)
    assert not list(root.rglob("*.lock"))


def test_what_was_written_does_not_move(root: Path) -> None:
    first = _lock(root)
    for path, file in first.items():
        (root / path).write_bytes(file.after)
    roots = read_roots(first["foundations.lock"].after, "foundations.lock")
    again = _lock(root, roots={**roots, ("gone", "linux/amd64"): roots["trixie", "linux/amd64"]})
    assert not [file.path for file in again.values() if file.moved]
    # What the parent brought is not brought again.
    (root / "images/child/apt.txt").write_text("git\nless\n")
    child = _lock(root, chosen=frozenset({"child"}), roots=roots)
    assert list(child) == ["images/child/apt.lock", "images/child/requirements.lock"]
    assert _packages(child["images/child/apt.lock"]) == ["less:amd64=1.0"]


def test_a_child_alone_needs_its_parents_lock(root: Path) -> None:
    with pytest.raises(StaleLockError, match=r"images/base/apt.lock is not there.*lock that image, too"):
        _lock(root, chosen=frozenset({"child"}))


@pytest.mark.parametrize(
    "path, text, error, message",
    [
        ("requirements.in", "impossible", UnresolvableError, r"child/requirements.in \(Python 3.13, linux/amd64\)"),
        ("requirements.in", "impossible", UnresolvableError, r"must not contradict images/base/requirements.lock"),
        ("requirements.in", "offline", PackageError, r"could not be asked for.*Failed to fetch"),
        ("apt.txt", "missing", UnresolvableError, r"images/child/apt.txt:1:1: apt says: Unable to locate"),
    ],
)  # fmt: skip
def test_what_does_not_resolve_says_where_it_is_asked_for(
    root: Path, path: str, text: str, error: type[Exception], message: str
) -> None:
    (root / "images" / "child" / path).write_text(text)
    with pytest.raises(error, match=message):
        _lock(root)


def test_an_image_without_a_python_is_told(root: Path) -> None:
    with pytest.raises(UnresolvableError, match="nothing says which Python the image has"):
        _lock(root, matrix(variant("base")))


def test_an_outside_root_without_a_suite_takes_no_packages(root: Path) -> None:
    outside = Foundation(name="trixie", pull="quay.io/a:1", suite=None)
    of = Matrix(
        chart=FAMILY.chart,
        ecr=None,
        foundations={"trixie": outside},
        sources={},
        variants=FAMILY.variants,
        profiles=(),
    )
    for name in ("apt.lock", "requirements.lock"):
        (root / "images/base" / name).touch()
    with pytest.raises(UnresolvableError, match="nothing says which suite it is for; give foundation trixie a"):
        _lock(root, of, chosen=frozenset({"child"}))


def test_two_foundations_in_one_folder_are_told(root: Path) -> None:
    of = matrix(variant("base", facts=PYTHON), variant("twin", folder="images/base", foundation="other", facts=PYTHON))
    both = Matrix(
        chart=of.chart,
        ecr=None,
        foundations={name: Foundation(name=name, pull=None, suite="trixie") for name in ("trixie", "other")},
        sources={},
        variants=of.variants,
        profiles=(),
    )
    with pytest.raises(UnresolvableError, match="give each a folder of its own"):
        _lock(root, both)


VENDOR = replace(
    matrix(variant("base", facts=PYTHON), variant("child", "base", sources=("neuron",), facts=PYTHON)),
    sources={
        "neuron": Source(
            name="neuron", index=None, apt=AptRepository(uri=None, suite="noble", components=("main", "extra"))
        )
    },
)


def _lock_vendor(root: Path, key: str | None) -> tuple[dict[str, LockFile], list[FakeApt]]:
    if key is not None:
        (root / "images/child/neuron.asc").write_text(key)
    asked: list[FakeApt] = []

    def ask_apt(suite: str, architecture: str, repositories: tuple[str, ...] = (), /) -> FakeApt:
        asked.append(FakeApt(suite, architecture, repositories))
        return asked[-1]

    addresses = {"neuron": "https://u:p@pip.example", "neuron-apt": "https://apt.example"}
    return _lock(root, VENDOR, ask_apt=ask_apt, addresses=addresses), asked


def test_a_source_is_asked_first_and_only_for_what_needs_it(root: Path) -> None:
    files, asked = _lock_vendor(
        root, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n"
    )
    child = files["images/child/requirements.lock"].after.decode().splitlines()
    assert {"# UV_INDEX https://u:p@pip.example https://own", "# index-strategy first-index"} < set(child)
    base = files["images/base/requirements.lock"].after.decode().splitlines()
    assert [line for line in base if "index" in line.lower()] == ["# UV_INDEX https://own"]
    (repository,) = {repository for apt in asked for repository in apt.repositories}
    assert repository.startswith(
        "Types: deb\nURIs: https://apt.example\nSuites: noble\nComponents: main extra\nSigned-By:\n"
    )


@pytest.mark.parametrize("key, found", [("<html>not found</html>", "another text"), (None, "no file")])
def test_a_key_that_is_none_is_refused(root: Path, key: str | None, found: str) -> None:
    told = rf"images/child/neuron.asc: expected the public key that neuron's .* in ASCII armour; found {found}"
    with pytest.raises(UnresolvableError, match=told):
        _lock_vendor(root, key)


TARGET = PythonTarget(
    source="a.in",
    lock="a.lock",
    values={},
    constraints=(),
    agreeing=(),
    python="3.13",
    platforms=("linux/amd64", "linux/arm64"),
)


def test_several_platforms_share_a_lock_for_all() -> None:
    assert "--universal" in uv_arguments(TARGET, Path("/work"))


@pytest.mark.parametrize("line", ["--index-url https://example.com", "a @ https://example.com/a.whl"])
def test_no_address_stands_in_a_lock(line: str) -> None:
    with pytest.raises(UnresolvableError, match="a package comes from an address of its own"):
        checked(TARGET, f"# head\na==1 \\\n    --hash=sha256:0\n{line}\n".encode())
