"""A revision read from git's objects has to look exactly like its checkout."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from hubwright.errors import RevisionError, TreeError
from hubwright.planned import EntryKind
from hubwright.revision import GitTree
from hubwright.tree import DiskTree


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """Return git's environment without the configuration of whoever runs the tests."""
    who = {f"GIT_{role}_{what}": "t@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    no_config = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **who, **no_config}


def _git(root: Path, environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def root(tmp_path: Path, environment: Mapping[str, str]) -> Path:
    """Return the matrix's folder, below the top of a checkout, with everything a context can hold."""
    folder = tmp_path / "checkout" / "platform"
    context = folder / "images" / "base"
    for name, text in {
        "Dockerfile": "FROM scratch\n",
        ".dockerignore": "*.log\nskipped\n!skipped/but-this\nfiltered/*\n",
        "debug.log": "noise",
        "deep/er/file": "x",
        "filtered/all": "gone",
        "skipped/but-this": "kept",
        "skipped/not-this": "gone",
        "windows.txt": "a\r\nb\r\n",
    }.items():
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        (context / name).write_bytes(text.encode())
    (context / "run.sh").write_text("#!/bin/sh\n")
    (context / "run.sh").chmod(0o755)
    (context / "link").symlink_to("run.sh")
    (folder.parent / ".gitattributes").write_text("*.txt text eol=crlf\n")
    _git(folder.parent, environment, "init", "--quiet", "--initial-branch=main")
    _git(folder.parent, environment, "add", "--all")
    _git(folder.parent, environment, "commit", "--quiet", "--message=first")
    return folder


def test_a_revision_looks_like_its_checkout(root: Path, environment: Mapping[str, str]) -> None:
    then = GitTree(root, "HEAD", environment)
    with DiskTree(root) as now:
        assert then.recipe("images/base", "Dockerfile") == now.recipe("images/base", "Dockerfile")


@pytest.mark.parametrize("folder", ["images/base", "images/base/filtered", "images/none"])
def test_a_revision_names_what_its_checkout_holds(root: Path, environment: Mapping[str, str], folder: str) -> None:
    with DiskTree(root) as now:
        names = now.names(folder)
    assert GitTree(root, "HEAD", environment).names(folder) == names
    assert ("Dockerfile" in names) is (folder == "images/base")


def test_later_changes_do_not_show(root: Path, environment: Mapping[str, str]) -> None:
    then = GitTree(root, "main", environment).recipe("images/base", "Dockerfile")
    (root / "images" / "base" / "run.sh").write_text("changed")
    _git(root, environment, "commit", "--quiet", "--all", "--message=second")
    assert GitTree(root, "main~1", environment).recipe("images/base", "Dockerfile") == then
    assert GitTree(root, "main", environment).recipe("images/base", "Dockerfile") != then


def test_a_submodule_is_a_folder_whose_content_git_does_not_have(root: Path, environment: Mapping[str, str]) -> None:
    commit = _git(root, environment, "rev-parse", "HEAD")
    _git(root, environment, "update-index", "--add", "--cacheinfo", f"160000,{commit},platform/images/base/module")
    _git(root, environment, "commit", "--quiet", "--message=module")
    tree = GitTree(root, "HEAD", environment)
    entries = {entry.path: entry.kind for entry in tree.recipe("images/base", "Dockerfile").context}
    assert entries["module"] is EntryKind.FOLDER
    with pytest.raises(TreeError, match="expected a regular file at revision"):
        tree.read("images/base/module", 10)


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=/tmp/x", "HEAD:images", ""])
def test_what_is_no_revision_is_refused(root: Path, environment: Mapping[str, str], revision: str) -> None:
    with pytest.raises(RevisionError, match="is no revision of"):
        GitTree(root, revision, environment)


def test_a_git_that_gives_no_answer_is_told_from_one_that_knows_no_such_revision(
    tmp_path: Path, environment: Mapping[str, str]
) -> None:
    outside = {**environment, "GIT_CEILING_DIRECTORIES": str(tmp_path)}
    with pytest.raises(RevisionError, match=r"git cannot be asked for HEAD in .*(?s:.)*not a git repository"):
        GitTree(tmp_path, "HEAD", outside)
    with pytest.raises(RevisionError, match=r"git cannot be asked for HEAD in .* Is git installed and on PATH"):
        GitTree(tmp_path, "HEAD", {**environment, "PATH": str(tmp_path)})


def test_what_a_hook_tells_git_of_its_places_does_not_matter(root: Path, environment: Mapping[str, str]) -> None:
    hook = {**environment, "GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index.lock", "GIT_PREFIX": "platform/"}
    assert GitTree(root, "HEAD", hook).commit == GitTree(root, "HEAD", environment).commit


@pytest.mark.parametrize("name, target", [(b"caf\xe9", b"run.sh"), (b"caf\xe9.log", b"run.sh"), (b"cafe", b"\xe9")])
def test_a_name_that_is_not_utf8_is_refused_as_in_a_checkout(
    root: Path, environment: Mapping[str, str], name: bytes, target: bytes
) -> None:
    link = os.fsencode(root / "images/base") + b"/" + name
    os.symlink(target, link)  # noqa: PTH211 - a path of bytes
    with DiskTree(root) as now, pytest.raises(TreeError, match="the name is not UTF-8"):
        now.recipe("images/base", "Dockerfile")
    _git(root, environment, "add", "--all", "--force")
    _git(root, environment, "commit", "--quiet", "--message=second")
    with pytest.raises(TreeError, match=r"images/base/caf.*: the name is not UTF-8 at revision"):
        GitTree(root, "HEAD", environment).recipe("images/base", "Dockerfile")


def test_only_regular_files_within_the_limit_are_read(root: Path, environment: Mapping[str, str]) -> None:
    tree = GitTree(root, "HEAD", environment)
    assert tree.read("images/base/Dockerfile", 100) == b"FROM scratch\n"
    assert tree.holds("images/base/Dockerfile")
    assert not tree.holds("images/base")
    with pytest.raises(TreeError, match="missing: expected a regular file at revision"):
        tree.read("missing", 100)
    with pytest.raises(TreeError, match="link: expected a regular file at revision"):
        tree.read("images/base/link", 100)
    with pytest.raises(TreeError, match="larger than 0 KiB at revision"):
        tree.read("images/base/Dockerfile", 5)
