"""The program that measures packages, run here on a folder that stands for an image."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from hubwright.contents.sizes import read_sizes
from hubwright.rehearse.contract.inside import sizes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give an image in which /bin is a link, with a Debian package, a Python package, and what neither has."""
    root = tmp_path.resolve()
    (root / "bin").symlink_to("usr/bin")
    for path, size in {
        "usr/bin/less": 100,
        "usr/share/doc/less/copyright": 20,
        "opt/venv/site/numpy/__init__.py": 1000,
        "opt/venv/bin/f2py": 30,
        "opt/spark/jars/core.jar": 5000,
        "opt/spark/bin/pyspark": 50,
        "here": 3,
    }.items():
        _write(root / path, size)
    module = root / "opt/venv/site/numpy/__init__.py"
    _write(Path(importlib.util.cache_from_source(str(module))), 700)
    info = root / "var/lib/dpkg/info"
    info.mkdir(parents=True)
    (info / "less:amd64.list").write_text("/.\n/bin\n/bin/less\n/usr/share/doc/less/copyright\n/usr/share/gone\n")
    (info / "less:amd64.md5sums").write_text("0 bin/less\n")
    record = "numpy/__init__.py,sha256=x,1000\n../bin/f2py,,\n\nnumpy/gone.py,,\n"
    for name, content in {"METADATA": "Name: Num_Py\nVersion: 1\n", "RECORD": record}.items():
        file = root / "opt/venv/site/numpy-1.dist-info" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    return root


def _write(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


def test_every_file_is_somebodys_once(root: Path) -> None:
    left = sizes.files(str(root))
    whole = sum(left.values())
    debian = sizes.debian(str(root), left)
    python = sizes.python(left, [str(root / "opt/venv/site")])
    other = sizes.other(str(root), left)
    assert debian == {"less": 120}
    assert python == {"num-py": 1730}
    assert (other["/opt/spark"], other["/"]) == (5050, 3)
    assert sum((*debian.values(), *python.values(), *other.values())) == whole


def test_what_has_two_names_is_there_once(root: Path) -> None:
    os.link(root / "here", root / "there")
    (root / "elsewhere").symlink_to("here")
    left = sizes.files(str(root))
    assert sizes.other(str(root), {path: size for path, size in left.items() if path.endswith("here")}) == {"/": 2}


def test_what_the_image_does_not_bring_is_not_counted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(root / "run/lock/file", 10)
    monkeypatch.setattr(sizes, "_OPEN", (str(root / "run"),))
    assert not any("/run/" in path for path in sizes.files(str(root)))


def test_a_folder_that_the_user_may_not_look_into_counts_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever runs the tests may be root, who may look into everything.
    closed = str(root / "opt")
    real = os.scandir

    def scandir(path: str) -> object:
        if path == closed:
            raise PermissionError(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = sizes.files(str(root))
    assert str(root / "here") in found
    assert not any(path.startswith(closed) for path in found)


def test_the_answer_is_what_is_kept(root: Path) -> None:
    answer = json.dumps(sizes.sizes(str(root))).encode()
    assert {each.name for each in read_sizes(answer, where="here") if each.kind == "debian"} == {"less"}
