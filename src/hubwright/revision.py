"""The repository as it stood at a revision, read from git's objects; nothing is checked out."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from hubwright.errors import ProcessError, RevisionError, TreeError
from hubwright.frozen import dataclass
from hubwright.git import Git
from hubwright.planned import Entry, EntryKind, Recipe
from hubwright.repository import MAX_DOCKERFILE, ignore_rules
from hubwright.words import escape

_EXECUTABLE, _LINK, _SUBMODULE = "100755", "120000", "160000"


@dataclass(frozen=True, slots=True)
class _Object:
    mode: str
    name: str


class GitTree:
    """A revision's files by their path below the matrix's folder."""

    def __init__(self, root: Path, revision: str, environment: Mapping[str, str]) -> None:
        self._git = Git(root, environment)
        try:
            commit = self._git.answer("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
            prefix = self._git.line("rev-parse", "--show-prefix")
        except ProcessError as error:
            msg = f"git cannot be asked for {revision} in {root}: {error}"
            raise RevisionError(msg) from error
        if commit is None:
            msg = f"{revision} is no revision of {root}; expected a commit, tag or branch that git knows"
            raise RevisionError(msg)
        self.commit = commit
        self._objects = dict(self._list(f"{self.commit}:{prefix}"))

    def read(self, path: str, limit: int) -> bytes:
        found = self._objects.get(path)
        if found is None or found.mode in {_LINK, _SUBMODULE}:
            msg = f"{path}: expected a regular file at revision {self.commit[:12]}"
            raise TreeError(msg)
        # --filters: line endings and the like as a checkout would have them.
        content = self._git.said("cat-file", "--filters", f"--path={path}", found.name)
        if len(content) > limit:
            msg = f"{path}: the file is larger than {limit // 1024} KiB at revision {self.commit[:12]}"
            raise TreeError(msg)
        return content

    def holds(self, path: str) -> bool:
        return path in self._objects

    def names(self, folder: str) -> tuple[str, ...]:
        below = {path.removeprefix(f"{folder}/") for path in self._objects if path.startswith(f"{folder}/")}
        return tuple(sorted({path.partition("/")[0] for path in below}))

    def recipe(self, folder: str, dockerfile: str) -> Recipe:
        content = self.read(f"{folder}/{dockerfile}", MAX_DOCKERFILE)
        rules = ignore_rules(self, folder, dockerfile)
        inside = [path for path in self._objects if path.startswith(f"{folder}/")]
        below = {self._utf8(path, path).removeprefix(f"{folder}/") for path in inside}
        wanted = {path for path in below if not rules.excludes(path)}
        folders = {above for path in below for above in _above(path)}
        kept = {above for path in wanted for above in _above(path)}
        entries = [self._entry(folder, path) for path in wanted]
        entries += [
            Entry(path=path, kind=EntryKind.FOLDER, value="", executable=False)
            for path in folders
            if path in kept or not rules.excludes(path)
        ]
        context = tuple(sorted(entries, key=lambda entry: entry.path))
        return Recipe(dockerfile_sha256=hashlib.sha256(content).hexdigest(), context=context)

    def _entry(self, folder: str, path: str) -> Entry:
        found = self._objects[f"{folder}/{path}"]
        if found.mode == _SUBMODULE:
            return Entry(path=path, kind=EntryKind.FOLDER, value="", executable=False)
        if found.mode == _LINK:
            target = self._git.said("cat-file", "blob", found.name).decode("utf-8", "surrogateescape")
            value = self._utf8(target, f"{folder}/{path}")
            return Entry(path=path, kind=EntryKind.LINK, value=value, executable=False)
        content = self._git.said("cat-file", "--filters", f"--path={folder}/{path}", found.name)
        digest = hashlib.sha256(content).hexdigest()
        return Entry(path=path, kind=EntryKind.FILE, value=digest, executable=found.mode == _EXECUTABLE)

    def _utf8(self, name: str, path: str) -> str:
        """Return the name, a path or what a link at the path leads to; a checkout's would be refused as well."""
        try:
            name.encode("utf-8")
        except UnicodeEncodeError as error:
            msg = f"{escape(path)}: the name is not UTF-8 at revision {self.commit[:12]}"
            raise TreeError(msg) from error
        return name

    def _list(self, treeish: str) -> Iterator[tuple[str, _Object]]:
        for line in self._git.said("ls-tree", "-r", "-z", "--full-tree", treeish).split(b"\0"):
            if line:
                meta, _, path = line.partition(b"\t")
                mode, _, name = meta.decode().split(" ")
                yield path.decode("utf-8", "surrogateescape"), _Object(mode, name)


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]
