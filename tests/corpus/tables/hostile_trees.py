"""A valid matrix in a tree that is not: links out of it, things that are no files, files that are no notebooks."""

import os
import socket
import stat
from pathlib import Path

import pytest

from corpus.case import Arrange, Case, edit, selecting, tree

_CONTEXT = "images/base"
_DOCKERFILE = "images/base/Dockerfile"
_NOTEBOOK = "notebooks/smoke/home.ipynb"
_SMOKE = "smoke: [home]"
_CELL = '{"nbformat": 4, "metadata": {"kernelspec": {"name": "python3"}}, "cells": [{"outputs": [{"text": "x"}]}]}'


def _clear(root: Path, path: str) -> Path:
    """Remove the file or the small folder at the path, and return where it was; make what is above it."""
    place = root / path
    if place.is_dir():
        for inside in place.iterdir():
            inside.unlink()
        place.rmdir()
    else:
        place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _link(path: str, target: str) -> Arrange:
    """Put a symbolic link at the path; OUTSIDE in its target is the folder that must not be read."""
    return lambda root: _clear(root, path).symlink_to(target.replace("OUTSIDE", str(root.parent / "outside")))


def _fifo(path: str) -> Arrange:
    return lambda root: os.mkfifo(_clear(root, path))


def _device(path: str, major: int, minor: int, kind: int = stat.S_IFCHR) -> Arrange:
    def arrange(root: Path) -> None:
        try:
            os.mknod(_clear(root, path), kind | 0o600, os.makedev(major, minor))
        except PermissionError:
            pytest.skip("only root makes devices, and not in every container")

    return arrange


def _socket(path: str) -> Arrange:
    def arrange(root: Path) -> None:
        place = _clear(root, path)
        with socket.socket(socket.AF_UNIX) as server:
            # A socket's address is short; the folder's descriptor stands for the folder.
            folder = os.open(place.parent, os.O_RDONLY)
            server.bind(f"/proc/self/fd/{folder}/{place.name}")
            os.close(folder)

    return arrange


def _folder(path: str) -> Arrange:
    return lambda root: _clear(root, path).mkdir()


def _file(path: str, content: bytes | str = b"") -> Arrange:
    data = content if isinstance(content, bytes) else content.encode()

    def arrange(root: Path) -> None:
        _clear(root, path).write_bytes(data)

    return arrange


def _missing(path: str) -> Arrange:
    def arrange(root: Path) -> None:
        _clear(root, path)

    return arrange


def _sparse(path: str, size: int) -> Arrange:
    """Put a file of that size that takes no room."""

    def arrange(root: Path) -> None:
        place = _clear(root, path)
        place.touch()
        os.truncate(place, size)

    return arrange


def _moved(path: str, target: str) -> Arrange:
    """Move the folder at the path aside, and leave a link in its place."""

    def arrange(root: Path) -> None:
        (root / path).rename(root / "kept")
        _link(path, target)(root)

    return arrange


def _named(name: bytes) -> Arrange:
    return lambda root: Path(os.fsdecode(os.fsencode(root / _CONTEXT) + b"/" + name)).touch()


def _deep(levels: int) -> Arrange:
    """Nest folders below the context, one in another, however long the path gets."""

    def arrange(root: Path) -> None:
        folder = os.open(root / _CONTEXT, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir("d", dir_fd=folder)
            deeper = os.open("d", os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = deeper
        os.close(folder)

    return arrange


_LINKS = (
    tree("link-matrix", _link("matrix.yaml", "OUTSIDE/matrix.yaml"), "matrix.yaml: this is a symbolic link"),
    tree(
        "link-matrix-relative", _link("matrix.yaml", "../outside/matrix.yaml"), "matrix.yaml: this is a symbolic link"
    ),
    tree("link-matrix-nowhere", _link("matrix.yaml", "nowhere"), "matrix.yaml: this is a symbolic link"),
    tree("link-matrix-to-itself", _link("matrix.yaml", "matrix.yaml"), "matrix.yaml: this is a symbolic link"),
    tree("link-matrix-to-stdin", _link("matrix.yaml", "/dev/stdin"), "matrix.yaml: this is a symbolic link"),
    tree(
        "link-dockerfile", _link(_DOCKERFILE, "OUTSIDE/Dockerfile"), "images/base/Dockerfile: this is a symbolic link"
    ),
    tree("link-dockerfile-inside", _link(_DOCKERFILE, "../../matrix.yaml"), "this is a symbolic link"),
    tree("link-dockerfile-to-itself", _link(_DOCKERFILE, "Dockerfile"), "this is a symbolic link"),
    tree("link-context", _link(_CONTEXT, "OUTSIDE"), "images/base: Not a directory; expected a folder; links are not"),
    tree("link-context-inside", _link(_CONTEXT, "../notebooks"), "links are not followed"),
    tree("link-context-to-itself", _link(_CONTEXT, "base"), "links are not followed"),
    tree(
        "link-above-the-context",
        _moved("images", "kept"),
        "links are not followed",
    ),
    tree(
        "link-above-the-notebooks",
        _moved("notebooks", "OUTSIDE"),
        "links are not followed",
        fields=_SMOKE,
    ),
    tree("link-notebook", _link(_NOTEBOOK, "OUTSIDE/home.ipynb"), "home.ipynb: this is a symbolic link", fields=_SMOKE),
    tree("link-notebook-inside", _link(_NOTEBOOK, "../../matrix.yaml"), "this is a symbolic link", fields=_SMOKE),
    tree("link-in-the-context-absolute", _link(f"{_CONTEXT}/a", "OUTSIDE/secret"), "outside its build context"),
    tree("link-in-the-context-up", _link(f"{_CONTEXT}/a", "../../../outside/secret"), "outside its build context"),
    tree("link-in-the-context-to-the-repository", _link(f"{_CONTEXT}/a", "../../matrix.yaml"), "outside its build"),
    tree("link-in-the-context-to-above", _link(f"{_CONTEXT}/a", ".."), "outside its build context"),
    tree("link-in-the-context-round-about", _link(f"{_CONTEXT}/a", "b/../../../secret"), "outside its build context"),
    tree("link-in-the-context-to-proc", _link(f"{_CONTEXT}/a", "/proc/self/environ"), "outside its build context"),
    tree("link-in-the-context-with-an-escape", _link(f"{_CONTEXT}/a", "/\x1b[2K"), "points to /\\x1b[2K, outside"),
    tree("link-in-the-context-not-utf-8", _link(f"{_CONTEXT}/a", "\udcff"), "the name is not UTF-8"),
    tree("link-ignore-file", _link(f"{_CONTEXT}/.dockerignore", "OUTSIDE/secret"), ".dockerignore: this is a symbolic"),
    tree(
        "link-ignore-file-of-the-dockerfile", _link(f"{_DOCKERFILE}.dockerignore", "OUTSIDE/secret"), "a symbolic link"
    ),
)

_KINDS = (
    tree("fifo-matrix", _fifo("matrix.yaml"), "matrix.yaml: this is a FIFO; expected a regular file"),
    tree("fifo-dockerfile", _fifo(_DOCKERFILE), "images/base/Dockerfile: this is a FIFO"),
    tree("fifo-notebook", _fifo(_NOTEBOOK), "home.ipynb: this is a FIFO", fields=_SMOKE),
    tree("fifo-context", _fifo(_CONTEXT), "images/base: Not a directory; expected a folder"),
    tree("fifo-in-the-context", _fifo(f"{_CONTEXT}/a"), "images/base/a: this is a FIFO"),
    tree("fifo-ignore-file", _fifo(f"{_CONTEXT}/.dockerignore"), "images/base/.dockerignore: this is a FIFO"),
    tree("socket-matrix", _socket("matrix.yaml"), "matrix.yaml: this is a socket"),
    tree("socket-dockerfile", _socket(_DOCKERFILE), "images/base/Dockerfile: this is a socket"),
    tree("socket-notebook", _socket(_NOTEBOOK), "home.ipynb: this is a socket", fields=_SMOKE),
    tree("socket-in-the-context", _socket(f"{_CONTEXT}/a"), "images/base/a: this is a socket"),
    tree("folder-matrix", _folder("matrix.yaml"), "matrix.yaml: this is a folder; expected a regular file"),
    tree("folder-dockerfile", _folder(_DOCKERFILE), "images/base/Dockerfile: this is a folder"),
    tree("folder-notebook", _folder(_NOTEBOOK), "home.ipynb: this is a folder", fields=_SMOKE),
    tree("folder-ignore-file", _folder(f"{_CONTEXT}/.dockerignore"), "images/base/.dockerignore: this is a folder"),
    tree("file-context", _file(_CONTEXT), "images/base: Not a directory; expected a folder"),
    tree("missing-matrix", _missing("matrix.yaml"), "matrix.yaml: No such file or directory; expected a regular file"),
    tree("missing-dockerfile", _missing(_DOCKERFILE), "images/base/Dockerfile: No such file or directory"),
    tree("missing-context", _missing(_CONTEXT), "images/base: No such file or directory; expected a folder"),
    tree("missing-notebook", _missing(_NOTEBOOK), "home.ipynb: No such file or directory", fields=_SMOKE),
)
_DEVICES = (
    tree("device-matrix-endless", _device("matrix.yaml", 1, 5), "matrix.yaml: this is a device"),
    tree("device-dockerfile-endless", _device(_DOCKERFILE, 1, 5), "images/base/Dockerfile: this is a device"),
    tree("device-notebook-empty", _device(_NOTEBOOK, 1, 3), "home.ipynb: this is a device", fields=_SMOKE),
    tree("device-in-the-context", _device(f"{_CONTEXT}/a", 1, 9), "images/base/a: this is a device"),
    tree(
        "device-in-the-context-of-blocks",
        _device(f"{_CONTEXT}/a", 7, 250, stat.S_IFBLK),
        "images/base/a: this is a device",
    ),
)

_CONTEXTS = (
    tree("context-too-deep", _deep(70), "nested deeper than 64 folders"),
    tree("context-far-too-deep", _deep(300), "nested deeper than 64 folders"),
    tree("context-name-not-utf-8", _named(b"caf\xe9"), "the name is not UTF-8; rename the file"),
    tree("context-name-of-surrogates", _named(b"\xed\xa0\x80"), "the name is not UTF-8"),
    tree("context-dockerfile-too-large", _sparse(_DOCKERFILE, 1 << 31), "the file is larger than 1024 KiB"),
    tree("ignore-file-too-large", _sparse(f"{_CONTEXT}/.dockerignore", 1 << 31), "the file is larger than 1024 KiB"),
    tree("ignore-file-not-utf-8", _file(f"{_CONTEXT}/.dockerignore", b"\xff"), ".dockerignore: "),
    tree("ignore-file-with-a-broken-range", _file(f"{_CONTEXT}/.dockerignore", "a\n[z-a]\n"), "line 2: the pattern"),
    tree("matrix-too-large", _sparse("matrix.yaml", 1 << 40), "matrix.yaml: the file is larger than 1024 KiB"),
    tree("dockerfile-below-a-file", _file(f"{_CONTEXT}/a"), "images/base/a: Not a directory", fields="dockerfile: a/b"),
    tree("folder-below-a-file", _missing("x"), "matrix.yaml/a: Not a directory", fields="folder: matrix.yaml/a"),
)

_NOTEBOOKS = (
    tree("notebook-huge", _sparse(_NOTEBOOK, 500 << 20), "the file is larger than 4096 KiB", fields=_SMOKE),
    tree("notebook-empty", _file(_NOTEBOOK), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-not-json", _file(_NOTEBOOK, "import os\n"), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-yaml", _file(_NOTEBOOK, "cells: []\n"), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-not-utf-8", _file(_NOTEBOOK, b'{"a": "\xff"}'), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-nul", _file(_NOTEBOOK, b"\0" * 1_000), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-list", _file(_NOTEBOOK, "[]"), "this is no such notebook", fields=_SMOKE),
    tree("notebook-null", _file(_NOTEBOOK, "null"), "this is no such notebook", fields=_SMOKE),
    tree(
        "notebook-of-format-3", _file(_NOTEBOOK, '{"nbformat": 3, "worksheets": []}'), "no such notebook", fields=_SMOKE
    ),
    tree(
        "notebook-without-a-kernel",
        _file(_NOTEBOOK, '{"nbformat": 4, "cells": [], "metadata": {}}'),
        "names its kernel",
        fields=_SMOKE,
    ),
    tree("notebook-with-outputs", _file(_NOTEBOOK, _CELL), "cell 1 has outputs", fields=_SMOKE),
    tree("notebook-deep-lists", _file(_NOTEBOOK, "[" * 200_000), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-deep-objects", _file(_NOTEBOOK, '{"a":' * 200_000), "expected a notebook of", fields=_SMOKE),
    tree("notebook-of-a-huge-number", _file(_NOTEBOOK, "1" * 1_000_000), "expected a notebook of", fields=_SMOKE),
    tree("notebook-of-many-lists", _file(_NOTEBOOK, f"[{'[],' * 1_300_000}[]]"), "no such notebook", fields=_SMOKE),
    tree("notebook-with-an-escape", _file(_NOTEBOOK, "\x1b[2Kx"), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-cut-short", _file(_NOTEBOOK, _CELL[:-5]), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-with-a-bom", _file(_NOTEBOOK, f"\ufeff{_CELL}"), "expected a notebook of format 4", fields=_SMOKE),
    tree("notebook-in-utf-16", _file(_NOTEBOOK, _CELL.encode("utf-16")), "codec can't decode", fields=_SMOKE),
    tree("notebook-of-nan", _file(_NOTEBOOK, "NaN"), "expected a notebook of format 4", fields=_SMOKE),
    tree(
        "notebook-with-cells-of-text",
        _file(_NOTEBOOK, _CELL.replace('{"outputs": [{"text": "x"}]}', '"x"')),
        "cell 1 is no cell",
        fields=_SMOKE,
    ),
    tree(
        "notebook-with-widgets",
        _file(
            _NOTEBOOK, _CELL.replace("{", '{"metadata": {"widgets": {}}, ', 1).replace('"metadata": {"k', '"m": {"k')
        ),
        "it holds the state of widgets",
        fields=_SMOKE,
    ),
    tree(
        "notebook-with-a-key-twice",
        _file(_NOTEBOOK, _CELL.replace('"cells"', '"cells": [], "cells"')),
        "expected a notebook of format 4",
        fields=_SMOKE,
    ),
)

_SELECTIONS = (
    selecting("select-nothing", "nothing", "nothing matches no image or variant"),
    selecting("select-misspelt", "bsae", "Did you mean base?"),
    selecting("select-empty", "", "matches no image or variant"),
    selecting("select-option", "--privileged", "--privileged matches no image or variant"),
    selecting("select-escape", "\x1b[2K", "\\x1b[2K matches no image or variant"),
    selecting("select-bidi", "\u202eesab", "\\u202eesab matches no image or variant"),
    selecting("select-newline", "base\n", "base\\n matches no image or variant"),
    selecting("select-path", "../outside/*", "../outside/* matches no image or variant"),
    selecting("select-stars", "*a" * 60 + "b", "matches no image or variant"),
    selecting("select-brackets", "[" * 5_000, "matches no image or variant"),
    selecting("select-not-utf-8", "\udcff", "\\udcff matches no image or variant"),
)

_AFTER_THE_SCHEMA: tuple[Case, ...] = (
    edit("tree-is-not-read-before-the-matrix-is-right", "image: base", "image: ‸bsae", "Did you mean base?"),
)

CASES = (*_LINKS, *_KINDS, *_DEVICES, *_CONTEXTS, *_NOTEBOOKS, *_SELECTIONS, *_AFTER_THE_SCHEMA)
