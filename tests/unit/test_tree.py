import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from hubwright.errors import TreeError
from hubwright.planned import EntryKind
from hubwright.tree import DiskTree


def _recipe_paths(root: Path) -> list[tuple[str, str, bool]]:
    with DiskTree(root) as tree:
        return [(entry.path, entry.kind.value, entry.executable) for entry in tree.recipe("ctx", "Dockerfile").context]


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "ctx"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM scratch\n")
    return folder


def test_a_recipe_is_sorted_and_holds_kinds_and_exec_bits(context: Path) -> None:
    (context / "z").mkdir()
    (context / "z" / "run.sh").write_text("#!/bin/sh\n")
    (context / "z" / "run.sh").chmod(0o755)
    (context / "a").symlink_to("z/run.sh")
    assert _recipe_paths(context.parent) == [
        ("Dockerfile", "file", False),
        ("a", "link", False),
        ("z", "folder", False),
        ("z/run.sh", "file", True),
    ]


def test_a_file_is_known_by_its_content_and_a_link_by_its_target(context: Path) -> None:
    (context / "data").write_bytes(b"x" * 3_000_000)
    (context / "link").symlink_to("./data")
    with DiskTree(context.parent) as tree:
        entries = {entry.path: entry for entry in tree.recipe("ctx", "Dockerfile").context}
    assert entries["data"].value == hashlib.sha256(b"x" * 3_000_000).hexdigest()
    assert (entries["link"].kind, entries["link"].value) == (EntryKind.LINK, "./data")


@pytest.mark.parametrize(
    "ignore, expected",
    [
        ("build\n", ["Dockerfile", "src", "src/a"]),
        ("*\n!build/keep\n", ["build", "build/keep"]),
        ("src/*\n", ["Dockerfile", "build", "build/keep", "build/rest", "src"]),
    ],
)
def test_the_ignore_file_decides_what_is_in_the_context(context: Path, ignore: str, expected: list[str]) -> None:
    for name in ("build/keep", "build/rest", "src/a"):
        (context / name).parent.mkdir(exist_ok=True)
        (context / name).write_text("")
    (context / ".dockerignore").write_text(f".dockerignore\n{ignore}")
    assert [path for path, _, _ in _recipe_paths(context.parent)] == expected


def test_the_dockerfile_s_own_ignore_file_wins(context: Path) -> None:
    (context / ".dockerignore").write_text("Dockerfile*\n")
    (context / "Dockerfile.dockerignore").write_text(".dockerignore\n")
    assert [path for path, _, _ in _recipe_paths(context.parent)] == ["Dockerfile", "Dockerfile.dockerignore"]


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def _link_outside(path: Path) -> None:
    path.symlink_to("../../secret")


def _link_to_root(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _deep(path: Path) -> None:
    for _ in range(70):
        path = path / "d"
    path.mkdir(parents=True)


def _not_utf8(path: Path) -> None:
    (path.parent / os.fsdecode(b"caf\xe9")).write_text("")


def _broken_ignore(path: Path) -> None:
    path.with_name(".dockerignore").write_text("[z-a]\n")


def _binary_ignore(path: Path) -> None:
    path.with_name(".dockerignore").write_bytes(b"\xff\xfe")


@pytest.mark.parametrize(
    "plant, message",
    [
        (_fifo, "ctx/odd: this is a FIFO; expected a regular file"),
        (_socket, "ctx/odd: this is a socket; expected a regular file"),
        (_link_outside, r"ctx/odd: the link points to ../../secret, outside its build context"),
        (_link_to_root, "ctx/odd: the link points to /etc/passwd, outside its build context"),
        (_deep, "nested deeper than 64 folders"),
        (_not_utf8, r"ctx/caf\\udce9: the name is not UTF-8"),
        (_broken_ignore, r"ctx/.dockerignore: line 1: the pattern \[z-a\] cannot be read"),
        (_binary_ignore, "ctx/.dockerignore: .*codec can't decode"),
    ],
)
def test_what_must_not_reach_a_build_is_refused(context: Path, plant: Callable[[Path], None], message: str) -> None:
    plant(context / "odd")
    with pytest.raises(TreeError, match=message):
        _recipe_paths(context.parent)


@pytest.mark.parametrize(
    "path, message",
    [
        ("missing", "missing: No such file or directory; expected a regular file"),
        ("no/such/file", "no/such: No such file or directory; expected a folder"),
        ("ctx", "ctx: this is a folder; expected a regular file"),
        ("linked", "linked: this is a symbolic link"),
        ("linked-folder/Dockerfile", "linked-folder: Not a directory; expected a folder; links are not followed"),
        ("ctx/Dockerfile/deeper", "ctx/Dockerfile: Not a directory"),
    ],
)
def test_only_regular_files_below_the_root_are_read(context: Path, path: str, message: str) -> None:
    (context.parent / "linked").symlink_to("ctx/Dockerfile")
    (context.parent / "linked-folder").symlink_to("ctx")
    with DiskTree(context.parent) as tree, pytest.raises(TreeError, match=message):
        tree.read(path, 1024)


def test_a_file_over_the_limit_is_not_read(context: Path) -> None:
    (context / "big").write_bytes(b"x" * 2049)
    with DiskTree(context.parent) as tree:
        assert len(tree.read("ctx/big", 4096)) == 2049
        with pytest.raises(TreeError, match="ctx/big: the file is larger than 2 KiB"):
            tree.read("ctx/big", 2048)


def test_holds_tells_there_from_not_there_and_never_guesses(context: Path) -> None:
    (context.parent / "linked").symlink_to("nowhere")
    with DiskTree(context.parent) as tree:
        assert tree.holds("ctx/Dockerfile")
        assert tree.holds("linked")
        assert not tree.holds("ctx/other")
        assert not tree.holds("other/Dockerfile")
        with pytest.raises(TreeError, match="Not a directory"):
            tree.holds("linked/inside")


def test_a_name_that_is_not_utf8_is_named(context: Path) -> None:
    with DiskTree(context.parent) as tree:
        assert "Dockerfile" in tree.names("ctx")
        (context / os.fsdecode(b"caf\xe9")).touch()
        with pytest.raises(TreeError, match=r"ctx/caf\\udce9: the name is not UTF-8; rename the file"):
            tree.names("ctx")


def test_a_root_that_is_not_there_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(TreeError, match="nowhere: No such file or directory; expected the folder that holds"):
        DiskTree(tmp_path / "nowhere")


def test_a_file_swapped_for_something_else_is_noticed(context: Path) -> None:
    """Between the look and the open another process may put a FIFO in the file's place."""
    with DiskTree(context.parent) as tree:
        looked = os.stat

        def look_then_swap(name: str, *, dir_fd: int, follow_symlinks: bool) -> os.stat_result:
            status = looked(name, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
            (context / "Dockerfile").unlink()
            os.mkfifo(context / "Dockerfile")
            return status

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "stat", look_then_swap)
            with pytest.raises(TreeError, match="ctx/Dockerfile: changed while it was read"):
                tree.read("ctx/Dockerfile", 1024)
