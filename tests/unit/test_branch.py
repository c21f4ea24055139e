"""A night's branch, made by the real git beside whatever somebody is doing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from threading import Barrier, Thread

import pytest

from hubwright.branch import Checkout
from hubwright.errors import CheckoutError, ProcessError

NAME = "hubwright/nightly-2026-01-31"
# Names that a shell, an option parser or a pattern would make something else of.
HOSTILE = ("-rf", "a b", "*", ":(top)x", "new\nline", "'quoted\"", "é", "x,y", "$(id)")


def git(root: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(root.parent)}
    argv = ("git", "-c", "user.name=Somebody", "-c", "user.email=s@example.com", "-C", str(root), *arguments)
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a checkout with one commit, and things in it that are nobody's business."""
    root = tmp_path / "repository"
    (root / "images").mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / "images/a.lock").write_text("a==1\n")
    (root / "script").write_text("#!/bin/sh\n")
    (root / "script").chmod(0o755)
    (root / "link").symlink_to("script")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=first")
    (root / "script").write_text("somebody is at work here\n")
    (root / "unknown").write_text("nobody knows this\n")
    (root / "staged").write_text("not committed yet\n")
    git(root, "add", "staged")
    return root


def checkout(root: Path, **more: str) -> Checkout:
    plain = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(root.parent)}
    return Checkout(root, {**plain, **more})


def untouched(root: Path) -> tuple[object, ...]:
    files = {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}
    return files, (root / ".git/index").read_bytes(), git(root, "rev-parse", "HEAD"), git(root, "symbolic-ref", "HEAD")


def night(here: Checkout, folder: Path, text: str, path: str = "images/a.lock") -> tuple[str, str]:
    """Write the text in a copy, and return the tree and the commit that the branch has then."""
    folder.mkdir()
    copy = here.copy(folder)
    (copy.tree / path).write_text(text)
    tree = here.tree_of(copy, [path])
    assert tree
    return tree, here.propose(NAME, tree, "Move a\n\nto another version")


def test_what_moved_is_one_commit_on_the_last_one_and_nothing_else_is_touched(root: Path, tmp_path: Path) -> None:
    before = untouched(root)
    here = checkout(root)
    tree, commit = night(here, tmp_path / "work", "a==2\n")
    assert untouched(root) == before
    assert git(root, "rev-parse", NAME) == commit
    assert git(root, "rev-parse", f"{commit}^", f"{commit}^{{tree}}").split() == [here.head, tree]
    assert git(root, "diff", "--name-only", "HEAD", commit) == "images/a.lock"
    assert git(root, "show", f"{commit}:images/a.lock") == "a==2"
    assert git(root, "log", "-1", "--format=%s|%b|%an|%ce", commit).split("|") == [
        "Move a",
        "to another version\n",
        "Hubwright",
        "nightly@hubwright.invalid",
    ]
    # Modes and links are as they were.
    assert git(root, "ls-tree", commit, "script", "link").split()[::4] == ["100755", "120000"][::-1]


def test_the_copy_is_the_last_commit(root: Path, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    copy = checkout(root).copy(tmp_path / "work")
    assert {path.name for path in copy.tree.iterdir()} == {"images", "script", "link"}
    assert (copy.tree / "script").read_text() == "#!/bin/sh\n"
    assert os.access(copy.tree / "script", os.X_OK)
    assert (copy.tree / "link").readlink() == Path("script")


def test_a_second_night_goes_on_and_the_same_again_does_nothing(root: Path, tmp_path: Path) -> None:
    here = checkout(root)
    tree, first = night(here, tmp_path / "first", "a==2\n")
    assert here.is_known(tree)
    assert here.has(NAME, tree)
    assert night(here, tmp_path / "same", "a==2\n") == (tree, first)
    _, second = night(here, tmp_path / "second", "a==3\n")
    assert git(root, "rev-parse", NAME, f"{NAME}^").split() == [second, first]
    assert not here.has("hubwright/nightly-2026-02-01", tree)


def test_what_the_last_commit_has_and_what_another_night_proposes_is_no_news(root: Path, tmp_path: Path) -> None:
    here = checkout(root)
    (tmp_path / "same").mkdir()
    assert here.tree_of(here.copy(tmp_path / "same"), ["images/a.lock"]) is None
    tree, commit = night(here, tmp_path / "work", "a==2\n")
    git(root, "update-ref", "refs/remotes/origin/hubwright/nightly-2026-01-30", commit)
    git(root, "update-ref", "-d", f"refs/heads/{NAME}")
    assert here.is_known(tree)
    git(root, "update-ref", "-d", "refs/remotes/origin/hubwright/nightly-2026-01-30")
    assert not here.is_known(tree)


def test_a_branch_that_others_went_on_from_or_past_is_joined(root: Path, tmp_path: Path) -> None:
    _, first = night(checkout(root), tmp_path / "first", "a==2\n")
    # It was merged: the branch goes on from there.
    git(root, "commit", "--quiet", "--message=staged")
    merged = git(root, "commit-tree", "-p", "HEAD", "-p", first, "-m", "merge", f"{first}^{{tree}}")
    git(root, "update-ref", "refs/heads/main", merged)
    _, second = night(checkout(root), tmp_path / "second", "a==3\n")
    assert git(root, "log", "-1", "--format=%P", second) == merged
    # Somebody committed beside it: both are followed.
    beside = git(root, "commit-tree", "-p", merged, "-m", "beside", f"{merged}^{{tree}}")
    git(root, "update-ref", "refs/heads/main", beside)
    _, third = night(checkout(root), tmp_path / "third", "a==4\n")
    assert git(root, "log", "-1", "--format=%P", third).split() == [second, beside]


def test_a_branch_that_only_a_remote_has_is_followed(root: Path, tmp_path: Path) -> None:
    _, first = night(checkout(root), tmp_path / "first", "a==2\n")
    git(root, "update-ref", f"refs/remotes/origin/{NAME}", first)
    git(root, "update-ref", "-d", f"refs/heads/{NAME}")
    _, second = night(checkout(root), tmp_path / "second", "a==3\n")
    assert git(root, "rev-parse", NAME, f"{NAME}^").split() == [second, first]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_file_is_called_it_is_that_file(root: Path, tmp_path: Path, name: str) -> None:
    path = f"images/{name}.lock"
    here = checkout(root)
    _, commit = night(here, tmp_path / "work", "b==1\n", path)
    listed = git(root, "-c", "core.quotePath=false", "diff", "-z", "--name-only", here.head, commit)
    assert listed.split("\0") == [path, ""]
    git(root, "update-ref", "refs/heads/main", commit)
    assert checkout(root).holds(path)
    assert not checkout(root).holds(f"{path}.other")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_repository_may_lie_anywhere(root: Path, tmp_path: Path, name: str) -> None:
    moved = root.rename(tmp_path / name)
    here = checkout(moved / "images")
    assert (here.top, here.prefix) == (moved, "images/")
    _, commit = night(here, tmp_path / "work", "a==2\n")
    assert git(moved, "rev-parse", NAME) == commit


def test_the_changes_of_somebody_are_seen_and_seeing_them_writes_nothing(root: Path) -> None:
    before = untouched(root)
    assert set(checkout(root).changed()) == {"script", "staged", "unknown"}
    assert untouched(root) == before


def test_who_commits_is_who_git_says(root: Path, tmp_path: Path) -> None:
    git(root, "config", "user.name", "Configured")
    _, commit = night(checkout(root, GIT_AUTHOR_EMAIL="told@example.com"), tmp_path / "work", "a==2\n")
    said = git(root, "log", "-1", "--format=%an|%ae|%cn|%ce", commit)
    assert said == "Configured|told@example.com|Configured|nightly@hubwright.invalid"


def test_who_commits_may_be_spelled_in_any_encoding(root: Path, tmp_path: Path) -> None:
    git(root, "config", "user.name", os.fsdecode(b"J\xfcrgen"))
    _, commit = night(checkout(root), tmp_path / "work", "a==2\n")
    assert git(root, "rev-parse", NAME) == commit


def test_where_git_was_told_to_work_does_not_matter(root: Path, tmp_path: Path) -> None:
    places = {"GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/nowhere", "GIT_INDEX_FILE": str(root / ".git/index")}
    before = untouched(root)
    night(checkout(root, **places), tmp_path / "work", "a==2\n")
    assert untouched(root) == before


def test_nothing_of_the_users_runs(root: Path, tmp_path: Path) -> None:
    hook = root / ".git/hooks/reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    night(checkout(root), tmp_path / "work", "a==2\n")
    assert not (tmp_path / "ran").exists()


def test_a_linked_work_tree_is_a_checkout_like_any_other(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked"))
    here = checkout(tmp_path / "linked")
    assert here.folder == checkout(root).folder
    _, commit = night(here, tmp_path / "work", "a==2\n")
    assert git(root, "rev-parse", NAME) == commit
    assert git(tmp_path / "linked", "status", "--porcelain") == ""


def _outside(root: Path) -> Checkout:
    return checkout(root.parent)


def _without_git(root: Path) -> Checkout:
    return Checkout(root, {"PATH": "/nowhere"})


def _without_commit(root: Path) -> Checkout:
    git(root, "update-ref", "-d", "refs/heads/main")
    return checkout(root)


@pytest.mark.parametrize(
    "opened, error, message",
    [
        (_outside, CheckoutError, "is no checkout of a git repository, and a night leaves its work as a branch"),
        (_without_git, ProcessError, "Is git installed and on PATH"),
        (_without_commit, CheckoutError, "has no commit yet, and a night starts from the last one; commit what"),
    ],
)
def test_where_no_night_can_start_says_why(
    root: Path, opened: Callable[[Path], Checkout], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        opened(root)


def test_a_branch_that_would_be_in_the_way_is_told_before_anything_is_done(root: Path, tmp_path: Path) -> None:
    checkout(root).require_free(NAME)
    git(root, "branch", "hubwright")
    with pytest.raises(CheckoutError, match="there is a branch hubwright, so git can have no branch"):
        checkout(root).require_free(NAME)
    git(root, "branch", "-m", "hubwright", NAME)
    checkout(root).require_free(NAME)
    git(root, "worktree", "add", "--quiet", str(tmp_path / "linked"), NAME)
    with pytest.raises(CheckoutError, match="is checked out, and must not move"):
        checkout(root).require_free(NAME)


def test_a_branch_that_cannot_be_written_is_told(root: Path, tmp_path: Path) -> None:
    git(root, "branch", "hubwright")
    with pytest.raises(CheckoutError, match=f"the branch {NAME} cannot be written: "):
        night(checkout(root), tmp_path / "work", "a==2\n")


def test_nights_at_the_same_time_lose_nothing(root: Path, tmp_path: Path) -> None:
    """Eight of them move one branch; each finds its own commit on it in the end."""
    barrier = Barrier(8, timeout=60)
    commits: list[str] = []

    def one(number: int) -> None:
        here = checkout(root)
        (tmp_path / str(number)).mkdir()
        copy = here.copy(tmp_path / str(number))
        (copy.tree / "images/a.lock").write_text(f"a==2.{number}\n")
        tree = here.tree_of(copy, ["images/a.lock"])
        assert tree
        barrier.wait()
        # Whoever gave way to others too often says so.
        with suppress(CheckoutError):
            commits.append(here.propose(NAME, tree, f"Night {number}"))

    threads = [Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert commits
    assert set(git(root, "rev-list", NAME, "^main").split()) == set(commits)


def test_wherever_it_is_killed_nothing_is_wrong_and_the_next_one_does_it(root: Path, tmp_path: Path) -> None:
    before = untouched(root)
    for moment in count(1):
        folder = tmp_path / f"killed {moment}"
        if not _killed_at(moment, partial(_one_night, root, folder)):
            break
        assert untouched(root) == before, f"moment {moment}"
        assert not list((root / ".git").rglob("*.lock")), f"moment {moment}"
        git(root, "fsck", "--strict")
        _, commit = night(checkout(root), tmp_path / f"again {moment}", "a==2\n")
        assert git(root, "rev-parse", NAME) == commit
        git(root, "update-ref", "-d", f"refs/heads/{NAME}")
    assert moment > 20


def _one_night(root: Path, folder: Path) -> None:
    night(checkout(root), folder, "a==2\n")


def _killed_at(moment: int, work: Callable[[], object]) -> bool:
    """Return whether the work was killed right before the process with this number, counted from 1."""
    child = os.fork()
    if child == 0:
        started = count(1)

        def hear(event: str, _: object) -> None:
            if event == "subprocess.Popen" and next(started) == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hear)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
