"""The repository as it lies on disk, read without ever leaving it.

Every path is opened piece by piece below the root and no link is followed, so that neither `..` nor a link
nor a race can lead outside. What is hashed is what was opened.
"""

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from hubwright.dockerignore import IgnoreRules
from hubwright.errors import TreeError
from hubwright.opening import open_file, open_folder
from hubwright.planned import Entry, EntryKind, Recipe
from hubwright.repository import MAX_DOCKERFILE, ignore_rules
from hubwright.words import escape

_CHUNK = 1 << 20
_MAX_DEPTH = 64


class DiskTree:
    """A folder whose files can be read by paths relative to it; use it as a context manager."""

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            self._root_fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            msg = f"{root}: {error.strerror}; expected the folder that holds the matrix"
            raise TreeError(msg) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._root_fd)

    def read(self, path: str, limit: int) -> bytes:
        """Return the bytes of a regular file of at most `limit` bytes."""
        with self._file(path) as fd:
            if os.fstat(fd).st_size > limit:
                msg = f"{path}: the file is larger than {limit // 1024} KiB, the most that is read of such a file"
                raise TreeError(msg)
            with os.fdopen(os.dup(fd), "rb") as file:
                return file.read(limit)

    def holds(self, path: str) -> bool:
        """Say whether anything stands at the path, be it a file or not."""
        parent, _, name = path.rpartition("/")
        try:
            with self._folder(parent) as fd:
                os.stat(name, dir_fd=fd, follow_symlinks=False)
        except FileNotFoundError:
            return False
        except TreeError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return False
            raise
        return True

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of what stands in the folder, sorted; nothing where there is no such folder."""
        if not self.holds(folder):
            return ()
        with self._folder(folder) as fd:
            found = os.listdir(fd)  # noqa: PTH208 - a path has no file descriptors
        return tuple(sorted(_utf8(f"{folder}/", name) for name in found))

    def recipe(self, folder: str, dockerfile: str) -> Recipe:
        """Return what the folder gives to a build: the Dockerfile and the context that BuildKit would see."""
        dockerfile_path = f"{folder}/{dockerfile}"
        content = self.read(dockerfile_path, MAX_DOCKERFILE)
        with self._folder(folder) as fd:
            rules = ignore_rules(self, folder, dockerfile)
            entries = sorted(_Walk(folder, rules).entries(fd, "", 0), key=lambda entry: entry.path)
        return Recipe(dockerfile_sha256=hashlib.sha256(content).hexdigest(), context=tuple(entries))

    @contextmanager
    def _file(self, path: str) -> Iterator[int]:
        parent, _, name = path.rpartition("/")
        with self._folder(parent) as parent_fd:
            fd = open_file(name, path, at=parent_fd)
        try:
            yield fd
        finally:
            os.close(fd)

    @contextmanager
    def _folder(self, path: str) -> Iterator[int]:
        fd = os.dup(self._root_fd)
        try:
            for piece in path.split("/") if path else ():
                if piece == os.pardir:
                    msg = f"{path}: expected a folder below {self.root}; this leads out of it"
                    raise TreeError(msg)
                deeper = open_folder(piece, path, at=fd, expected="a folder; links are not followed")
                os.close(fd)
                fd = deeper
            yield fd
        finally:
            os.close(fd)


class _Walk:
    """One pass over a context, in whatever order the folder gives; the caller sorts."""

    def __init__(self, folder: str, rules: IgnoreRules) -> None:
        self._folder = folder
        self._rules = rules

    def entries(self, fd: int, prefix: str, depth: int) -> Iterator[Entry]:
        if depth > _MAX_DEPTH:
            msg = f"{self._folder}/{prefix}: nested deeper than {_MAX_DEPTH} folders"
            raise TreeError(msg)
        with os.scandir(fd) as found:
            for item in found:
                path = prefix + _utf8(f"{self._folder}/{prefix}", item.name)
                excluded = self._rules.excludes(path)
                if item.is_dir(follow_symlinks=False):
                    yield from self._below(fd, item.name, path, depth, excluded=excluded)
                elif excluded:
                    continue
                elif item.is_symlink():
                    yield self._link(fd, item.name, path)
                else:
                    yield self._file(fd, item.name, path)

    def _below(self, fd: int, name: str, path: str, depth: int, *, excluded: bool) -> Iterator[Entry]:
        if excluded and not self._rules.has_exceptions:
            return
        deeper = open_folder(name, f"{self._folder}/{path}", at=fd, expected="a folder that can be read")
        try:
            inside = list(self.entries(deeper, f"{path}/", depth + 1))
        finally:
            os.close(deeper)
        # An excluded folder still reaches the build where something in it was taken back.
        if inside or not excluded:
            yield Entry(path=path, kind=EntryKind.FOLDER, value="", executable=False)
        yield from inside

    def _link(self, fd: int, name: str, path: str) -> Entry:
        target = os.readlink(name, dir_fd=fd)
        landing = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if landing == ".." or landing.startswith(("/", "../")):
            msg = (
                f"{self._folder}/{escape(path)}: the link points to {escape(target)}, outside its build context; "
                "make such a link in the Dockerfile"
            )
            raise TreeError(msg)
        return Entry(path=path, kind=EntryKind.LINK, value=_utf8(f"{self._folder}/{path}", target), executable=False)

    def _file(self, fd: int, name: str, path: str) -> Entry:
        file_fd = open_file(name, f"{self._folder}/{path}", at=fd)
        try:
            executable = bool(os.fstat(file_fd).st_mode & stat.S_IXUSR)
            digest = hashlib.sha256()
            while chunk := os.read(file_fd, _CHUNK):
                digest.update(chunk)
        finally:
            os.close(file_fd)
        return Entry(path=path, kind=EntryKind.FILE, value=digest.hexdigest(), executable=executable)


def _utf8(folder: str, name: str) -> str:
    """Return the name as UTF-8 has it, whatever the locale made of its bytes."""
    try:
        return os.fsencode(name).decode("utf-8")
    except UnicodeDecodeError as error:
        msg = f"{escape(folder)}{escape(name)}: the name is not UTF-8; rename the file"
        raise TreeError(msg) from error
