"""A copy of the last commit to work in, and a branch with what came of it.

The work tree, the index and the branch that somebody has checked out are never touched. All that is ever written to
the repository is objects, and at the very end one reference, which moves from one whole commit to another or not at
all; objects that a killed run leaves behind belong to nothing, and git clears them away as it does with its own.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from hubwright.errors import CheckoutError, ProcessError
from hubwright.frozen import dataclass
from hubwright.git import Git

# What a night's branch is called, and those of other nights.
PREFIX = "hubwright/nightly-"

_TRIES = 5
_NOBODY = ("Hubwright", "nightly@hubwright.invalid")


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
        asked = Git(folder, environment)
        # Where there is no git at all, that is what is said.
        asked.require_installed()
        self.top, self.prefix = Path(_about(asked, "--show-toplevel")), _about(asked, "--show-prefix")
        self._git = Git(self.top, environment)
        self.folder = Path(_about(self._git, "--path-format=absolute", "--git-common-dir"))
        self._own_folder = _about(self._git, "--absolute-git-dir")
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
        trees = self._git.said("worktree", "list", "--porcelain").decode("utf-8", "replace").splitlines()
        if f"branch refs/heads/{name}" in trees:
            msg = f"{name} is checked out, and must not move under somebody's feet; check out another branch there"
            raise CheckoutError(msg)

    def changed(self) -> tuple[str, ...]:
        """Return the paths that are not as in the last commit, from the repository's root; unknown files, too."""
        # Without the lock that git would take only to note what it saw.
        entries = self._git.words(
            "--no-optional-locks", "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=normal"
        )
        return tuple(entry[3:] for entry in entries)

    def holds(self, path: str) -> bool:
        """Return whether the last commit has a file at the path, from the repository's root."""
        return path in self.below(path)

    def below(self, path: str) -> frozenset[str]:
        """Return the files that the last commit has at or below the path, from the repository's root."""
        return frozenset(self._git.words("ls-tree", "-r", "-z", "--full-tree", "--name-only", self.head, "--", path))

    def copy(self, folder: Path) -> Copy:
        """Write the files of the last commit into the folder, as a checkout would have them."""
        made = Copy(tree=folder / "tree", index=folder / "index")
        made.tree.mkdir()
        environment = {"GIT_INDEX_FILE": str(made.index)}
        self._git.said("read-tree", self.head, environment=environment)
        self._git.said("checkout-index", "--all", "--quiet", f"--prefix={made.tree}/", environment=environment)
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
        self._git.said("add", "--force", "--", *sorted(paths), environment=environment, at=copy.tree)
        tree = self._git.line("write-tree", environment=environment)
        return tree if tree != self._git.line("rev-parse", f"{self.head}^{{tree}}") else None

    def is_known(self, tree: str) -> bool:
        """Return whether some night's branch has this very tree, here or at a remote."""
        patterns = (f"refs/heads/{PREFIX}*", f"refs/remotes/*/{PREFIX}*")
        return tree in self._git.said("for-each-ref", "--format=%(tree)", *patterns).decode().split()

    def has(self, name: str, tree: str) -> bool:
        """Return whether the branch holds the tree."""
        tip = self._commit(f"refs/heads/{name}")
        return tip is not None and self._git.line("rev-parse", f"{tip}^{{tree}}") == tree

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
            commit = self._git.line("commit-tree", *parents, "-m", message, tree, environment=self._who())
            try:
                # What has to be there until now comes last; zeros stand for nothing.
                self._git.said("update-ref", f"refs/heads/{name}", commit, tip or "0" * len(commit))
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
        said = self._git.said("for-each-ref", "--format=%(objectname)", f"refs/remotes/*/{name}").decode().split()
        return said[0] if said else None

    def _is_behind(self, one: str, other: str) -> bool:
        return self._git.answer("merge-base", "--is-ancestor", one, other) is not None

    def _who(self) -> dict[str, str]:
        """Return who commits where nobody said: git would make a name up out of the machine's."""
        told = {key: self._git.answer("config", f"user.{key}") for key in ("name", "email")}
        return {
            variable: value
            for key, value in zip(("name", "email"), _NOBODY, strict=True)
            for variable in (f"GIT_AUTHOR_{key.upper()}", f"GIT_COMMITTER_{key.upper()}")
            if not told[key] and not self._git.environment.get(variable)
        }

    def _commit(self, revision: str) -> str | None:
        return self._git.answer("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")


def _about(git: Git, *question: str) -> str:
    try:
        return git.line("rev-parse", *question)
    except ProcessError as error:
        msg = f"{git.folder} is no checkout of a git repository, and a night leaves its work as a branch. {error}"
        raise CheckoutError(msg) from error
