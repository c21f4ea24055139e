"""A copy of the last commit to work in, and a branch with what came of it.

The work tree, the index and the branch that somebody has checked out are never touched. All that is ever written to
the repository is objects, and at the very end one reference, which moves from one whole commit to another or not at
all; objects that a killed run leaves behind belong to nothing, and git clears them away as it does with its own.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hubwright.errors import CheckoutError, ProcessError
from hubwright.process import run

# What a night's branch is called, and those of other nights.
PREFIX = "hubwright/nightly-"

_TIMEOUT_S = 300.0
_TRIES = 5
_NOBODY = ("Hubwright", "nightly@hubwright.invalid")
# Where git works is for us to say; whoever runs us from a hook or an alias has said otherwise.
_PLACES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)
# Nothing of the user's runs, and nothing is left out.
_SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.sparseCheckout=false")


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """The files of a commit in a folder of their own, and an index that is about them."""

    tree: Path
    index: Path


class Checkout:
    """The git repository that a folder lies in; CheckoutError where there is none, or nothing was ever committed.

    `head` is the commit that is checked out, and `prefix` where the folder lies below the root, `` or `a/b/`.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._environment = {name: value for name, value in environment.items() if name not in _PLACES}
        # Where there is no git at all, that is what is said.
        run(("git", "--version"), environment=self._environment, timeout_s=_TIMEOUT_S)
        self.top = folder
        self.top, self.prefix = Path(self._about("--show-toplevel")), self._about("--show-prefix")
        self.folder = Path(self._about("--path-format=absolute", "--git-common-dir"))
        self._own_folder = self._about("--absolute-git-dir")
        head = self._commit("HEAD")
        if head is None:
            msg = f"{self.top} has no commit yet, and a night starts from the last one; commit what is there"
            raise CheckoutError(msg)
        self.head = head

    def require_free(self, name: str) -> None:
        """Raise CheckoutError where a branch of this name cannot be made, or must not be moved."""
        above = name.partition("/")[0]
        if self._commit(f"refs/heads/{above}"):
            msg = f"there is a branch {above}, so git can have no branch {name}; rename it: git branch -m {above} ..."
            raise CheckoutError(msg)
        trees = self._git("worktree", "list", "--porcelain").decode("utf-8", "replace").splitlines()
        if f"branch refs/heads/{name}" in trees:
            msg = f"{name} is checked out, and must not move under somebody's feet; check out another branch there"
            raise CheckoutError(msg)

    def changed(self) -> tuple[str, ...]:
        """Return the paths that are not as in the last commit, from the repository's root; unknown files, too."""
        # Without the lock that git would take only to note what it saw.
        said = self._git(
            "--no-optional-locks", "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=normal"
        )
        return tuple(entry[3:] for entry in _words(said))

    def holds(self, path: str) -> bool:
        """Return whether the last commit has a file at the path, from the repository's root."""
        return path in self.below(path)

    def below(self, path: str) -> frozenset[str]:
        """Return the files that the last commit has at or below the path, from the repository's root."""
        said = self._git("ls-tree", "-r", "-z", "--full-tree", "--name-only", self.head, "--", path)
        return frozenset(_words(said))

    def copy(self, folder: Path) -> Copy:
        """Write the files of the last commit into the folder, as a checkout would have them."""
        made = Copy(tree=folder / "tree", index=folder / "index")
        made.tree.mkdir()
        environment = {"GIT_INDEX_FILE": str(made.index)}
        self._git("read-tree", self.head, environment=environment)
        self._git("checkout-index", "--all", "--quiet", f"--prefix={made.tree}/", environment=environment)
        return made

    def tree_of(self, copy: Copy, paths: Iterable[str]) -> str | None:
        """Return the tree of the last commit with these files as they are in the copy; None where it is that commit's.

        At least one file has to be named.
        """
        environment = {
            "GIT_INDEX_FILE": str(copy.index),
            "GIT_DIR": self._own_folder,
            "GIT_WORK_TREE": str(copy.tree),
        }
        # What a repository ignores it may still have committed.
        self._git("add", "--force", "--", *sorted(paths), environment=environment, at=copy.tree)
        tree = self._line("write-tree", environment=environment)
        return tree if tree != self._line("rev-parse", f"{self.head}^{{tree}}") else None

    def is_known(self, tree: str) -> bool:
        """Return whether some night's branch has this very tree, here or at a remote."""
        patterns = (f"refs/heads/{PREFIX}*", f"refs/remotes/*/{PREFIX}*")
        return tree in self._git("for-each-ref", "--format=%(tree)", *patterns).decode().split()

    def has(self, name: str, tree: str) -> bool:
        """Return whether the branch holds the tree."""
        tip = self._commit(f"refs/heads/{name}")
        return tip is not None and self._line("rev-parse", f"{tip}^{{tree}}") == tree

    def propose(self, name: str, tree: str, message: str) -> str:
        """Have the branch hold the tree, and return its commit: a new one, unless it held that already.

        A branch that is there, here or at a remote, goes on from where it is. Whoever moves it at the same time is not
        overrun.
        """
        failure: ProcessError | None = None
        for _ in range(_TRIES):
            tip = self._commit(f"refs/heads/{name}")
            if tip and self.has(name, tree):
                return tip
            parents = [word for parent in self._parents(tip or self._at_a_remote(name)) for word in ("-p", parent)]
            commit = self._line("commit-tree", *parents, "-m", message, tree, environment=self._who())
            try:
                # What has to be there until now comes last; zeros stand for nothing.
                self._git("update-ref", f"refs/heads/{name}", commit, tip or "0" * len(commit))
            except ProcessError as error:
                failure = error
            else:
                return commit
        msg = f"the branch {name} cannot be written: {failure}"
        raise CheckoutError(msg)

    def _parents(self, tip: str | None) -> tuple[str, ...]:
        """Return what the next commit of a branch follows, which is at `tip` now, or not there."""
        if tip is None or self._is_behind(tip, self.head):
            return (self.head,)
        return (tip,) if self._is_behind(self.head, tip) else (tip, self.head)

    def _at_a_remote(self, name: str) -> str | None:
        said = self._git("for-each-ref", "--format=%(objectname)", f"refs/remotes/*/{name}").decode().split()
        return said[0] if said else None

    def _is_behind(self, one: str, other: str) -> bool:
        done = self._run("merge-base", "--is-ancestor", one, other, allowed=frozenset({0, 1}))
        return done[0] == 0

    def _who(self) -> dict[str, str]:
        """Return who commits where nobody said: git would make a name up out of the machine's."""
        asked = {key: self._run("config", f"user.{key}", allowed=frozenset({0, 1}))[1] for key in ("name", "email")}
        return {
            variable: value
            for key, value in zip(("name", "email"), _NOBODY, strict=True)
            for variable in (f"GIT_AUTHOR_{key.upper()}", f"GIT_COMMITTER_{key.upper()}")
            if not asked[key].strip() and not self._environment.get(variable)
        }

    def _commit(self, revision: str) -> str | None:
        code, said = self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", allowed=frozenset({0, 1}))
        return said.decode().strip() if code == 0 else None

    def _about(self, *question: str) -> str:
        try:
            return self._line("rev-parse", *question)
        except ProcessError as error:
            msg = f"{self.top} is no checkout of a git repository, and a night leaves its work as a branch. {error}"
            raise CheckoutError(msg) from error

    def _line(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        return os.fsdecode(self._git(*arguments, environment=environment)).removesuffix("\n")

    def _git(self, *arguments: str, environment: Mapping[str, str] | None = None, at: Path | None = None) -> bytes:
        return self._run(*arguments, environment=environment, at=at)[1]

    def _run(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        at: Path | None = None,
        allowed: Collection[int] = (0,),
    ) -> tuple[int, bytes]:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        argv = ("git", "--no-pager", "--literal-pathspecs", *settings, "-C", str(at or self.top), *arguments)
        done = run(
            argv,
            environment={**self._environment, "LC_ALL": "C", **(environment or {})},
            timeout_s=_TIMEOUT_S,
            allowed_exit_codes=frozenset(allowed),
        )
        return done.exit_code, done.stdout


def _words(said: bytes) -> list[str]:
    return [os.fsdecode(word) for word in said.split(b"\0") if word]
