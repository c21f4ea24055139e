import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from hubwright.buildx import BuildOrder
from hubwright.errors import LocalDiskError
from hubwright.fingerprint import fingerprint
from hubwright.pipeline.context import readable_context
from hubwright.planned import EntryKind, Recipe
from hubwright.tree import DiskTree
from values import variant

BASE = variant("base")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a repository whose image has all kinds of files, as a umask of 022 leaves them."""
    folder = tmp_path / BASE.folder
    (folder / "bin").mkdir(parents=True)
    (folder / "bin-extra").write_text("sorts between the folder and its files")
    (folder / "bin" / "start").write_text("#!/bin/sh")
    (folder / "bin" / "link").symlink_to("start")
    (folder / "Dockerfile").write_text("FROM scratch")
    (folder / ".dockerignore").write_text("Dockerfile\nleft-out\n")
    (folder / "left-out").write_text("not for the build")
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.name == "start" else 0o644)
    return tmp_path


def _recipe(root: Path) -> Recipe:
    with DiskTree(root) as tree:
        return tree.recipe(BASE.folder, BASE.dockerfile)


def _order(recipe: Recipe) -> BuildOrder:
    return BuildOrder(
        variant=BASE, fingerprint=fingerprint(BASE, recipe, "b"), recipe=recipe, base_ref="b@c", destination="d:e"
    )


def _modes(root: Path, recipe: Recipe) -> dict[str, int]:
    found = (entry.path for entry in recipe.context if entry.kind is not EntryKind.LINK)
    return {path: stat.S_IMODE((root / BASE.folder / path).stat().st_mode) for path in found}


def test_a_repository_as_git_leaves_it_is_built_from_where_it_lies(root: Path) -> None:
    with readable_context(_order(_recipe(root)), root) as read:
        assert read == root


@pytest.mark.parametrize("umask", [0o077, 0o002, 0o000])
def test_no_umask_decides_what_can_be_read_in_an_image(root: Path, umask: int) -> None:
    recipe = _recipe(root)
    wanted = _modes(root, recipe)
    for path in (root / BASE.folder).rglob("*"):
        if not path.is_symlink():
            path.chmod((0o777 if path.is_dir() or os.access(path, os.X_OK) else 0o666) & ~umask)
    assert _recipe(root) == recipe
    with readable_context(_order(recipe), root) as read:
        assert read != root
        assert _recipe(read) == recipe
        assert _modes(read, recipe) == wanted
        assert (read / BASE.folder / "bin" / "link").readlink() == Path("start")
        assert (read / BASE.folder / "Dockerfile").read_text() == "FROM scratch"
    assert not read.exists()


def test_what_is_gone_meanwhile_is_missed_and_breaks_nothing(root: Path) -> None:
    recipe = _recipe(root)
    folder = root / BASE.folder
    (folder / "bin-extra").chmod(0o600)
    (folder / "bin" / "start").unlink()
    with readable_context(_order(recipe), root) as read:
        assert _recipe(read) != recipe


def test_what_became_something_else_meanwhile_is_missed_and_breaks_nothing(root: Path) -> None:
    recipe = _recipe(root)
    folder = root / BASE.folder
    (folder / "bin-extra").chmod(0o600)
    (folder / "bin" / "start").unlink()
    (folder / "bin" / "start").mkdir()
    with readable_context(_order(recipe), root) as read:
        assert _recipe(read) != recipe
    shutil.rmtree(folder / "bin")
    (folder / "bin").write_text("no folder any more")
    with readable_context(_order(recipe), root) as read:
        assert _recipe(read) != recipe


def test_what_cannot_be_copied_is_an_error_of_this_machine(root: Path) -> None:
    recipe = _recipe(root)
    (root / BASE.folder / "bin-extra").unlink()
    os.mkfifo(root / BASE.folder / "bin-extra", 0o600)
    with (
        pytest.raises(LocalDiskError, match=re.escape(f"{BASE.folder} cannot be copied for its build: ")),
        readable_context(_order(recipe), root),
    ):
        pass
