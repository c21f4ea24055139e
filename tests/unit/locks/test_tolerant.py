"""A night's locks: what becomes of the images beside, above and below one that cannot be resolved."""

from pathlib import Path

import pytest

from fakes.apt import FakeApt
from fakes.registry import FakeRegistry
from fakes.uv import fake_uv
from hubwright.errors import PackageError, StoppedError, UnresolvableError
from hubwright.locks.desk import Tools
from hubwright.locks.roots_file import read_roots
from hubwright.locks.roots_now import AskApt
from hubwright.locks.run import Locks
from hubwright.locks.targets import find_targets
from hubwright.locks.tolerant import resolve_what_can_be
from hubwright.model import Matrix
from hubwright.roots import FOUNDATIONS_LOCK
from hubwright.tree import DiskTree
from values import matrix, variant

PYTHON = {"python": "3.13"}
# A family of three generations, and one beside it.
NAMES = ("base", "child", "deep", "other")
OF = matrix(
    variant("base", facts=PYTHON),
    variant("child", "base", facts=PYTHON),
    variant("deep", "child", facts=PYTHON),
    variant("other", "base", facts=PYTHON),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a repository that was locked yesterday, with a version of numpy that was newer."""
    root = tmp_path / "project"
    for name in NAMES:
        folder = root / "images" / name
        folder.mkdir(parents=True)
        (folder / "requirements.in").write_text(f"{name}s\n")
        (folder / "apt.txt").write_text(f"{name}-tool\n")
    for file in lock(root).files:
        (root / file.path).write_bytes(file.after)
    (root / "images/base/requirements.in").write_text("bases\nnumpy\n")
    return root


class Silent(FakeApt):
    """Nobody answers; how often that was tried is counted."""

    tries = 0

    def __init__(self, *_: object) -> None:
        Silent.tries += 1
        msg = "packages cannot be asked for: no route to the mirror"
        raise PackageError(msg)


def lock(root: Path, of: Matrix = OF, *, ask_apt: AskApt = FakeApt) -> Locks:
    registry = FakeRegistry()
    registry.unavailable = True
    tools = Tools(uv=fake_uv(root.parent, {}), ask_apt=ask_apt, open_registry=lambda _: registry, say=lambda _: None)
    path = root / FOUNDATIONS_LOCK
    roots = read_roots(path.read_bytes(), path.name) if path.exists() else {}
    with DiskTree(root) as tree:
        return resolve_what_can_be(of, find_targets(of, frozenset(of.variants), tree.holds), roots, tree, tools)


def moved(locks: Locks) -> dict[str, str]:
    return {file.path.removeprefix("images/"): file.after.decode() for file in locks.files if file.moved}


def test_where_all_can_be_had_it_is_as_ever(root: Path) -> None:
    locks = lock(root)
    assert locks.kept == ()
    # What the parent got holds for those that stand on it.
    assert set(moved(locks)) == {f"{name}/requirements.lock" for name in NAMES}
    assert all("# held numpy==1" in text for path, text in moved(locks).items() if not path.startswith("base"))


def test_all_locks_of_the_image_stay_and_the_others_go_on(root: Path) -> None:
    (root / "images/child/requirements.in").write_text("impossible\n")
    (root / "images/child/apt.txt").write_text("newer-tool\n")
    locks = lock(root)
    assert set(moved(locks)) == {f"{name}/requirements.lock" for name in ("base", "deep", "other")}
    (kept,) = locks.kept
    assert (kept.name, kept.answered) == ("child", True)
    assert kept.reason.startswith("images/child/requirements.in (Python 3.13, linux/amd64) cannot be resolved.")
    # Who stands on it is held to the lock that it keeps.
    assert "# held childs==1" in moved(locks)["deep/requirements.lock"]


def test_what_stands_on_a_parent_that_stays_is_resolved_against_what_that_keeps(root: Path) -> None:
    (root / "images/base/apt.txt").write_text("missing\n")
    (root / "images/child/requirements.in").write_text("childs\npandas\n")
    locks = lock(root)
    assert [kept.name for kept in locks.kept] == ["base"]
    # numpy could be had for the parent; but all of it stays.
    assert set(moved(locks)) == {"child/requirements.lock", "deep/requirements.lock"}
    assert "numpy" not in "".join(moved(locks).values())


def test_an_image_that_fails_only_beside_a_parent_that_stays_after_all_gets_another_try(root: Path) -> None:
    (root / "images/base/apt.txt").write_text("missing\n")
    (root / "images/base/requirements.in").write_text("bases==2\n")
    (root / "images/child/requirements.in").write_text("childs\nwants-bases-1\n")
    locks = lock(root)
    assert [kept.name for kept in locks.kept] == ["base"]
    assert "wants-bases-1==1" in moved(locks)["child/requirements.lock"]


def test_one_that_only_waited_for_another_is_not_named(root: Path) -> None:
    for name in ("base", "deep"):
        (root / f"images/{name}/requirements.in").write_text("impossible\n")
    locks = lock(root)
    assert [kept.name for kept in locks.kept] == ["base", "deep"]
    assert moved(locks) == {}


def test_a_lock_that_stays_says_what_it_now_contradicts(root: Path) -> None:
    (root / "images/child/requirements.lock").write_text("childs==1\nbases==1\n")
    (root / "images/base/requirements.in").write_text("bases==2\n")
    (root / "images/child/requirements.in").write_text("impossible\n")
    (kept,) = lock(root).kept
    assert kept.reason.endswith(". What it stands on has other versions of bases now")


def test_nobody_who_answers_is_no_verdict(root: Path) -> None:
    (root / "images/child/requirements.in").write_text("offline\n")
    (kept,) = lock(root).kept
    assert (kept.name, kept.answered) == ("child", False)
    assert "packages could not be asked for" in kept.reason


def test_a_mirror_that_is_down_leaves_all_as_it_is_and_is_asked_once(root: Path) -> None:
    Silent.tries = 0
    locks = lock(root, ask_apt=Silent)
    assert moved(locks) == {}
    assert [(kept.name, kept.answered) for kept in locks.kept] == [
        ("foundation trixie (linux/amd64)", False),
        *((name, False) for name in NAMES),
    ]
    assert Silent.tries == 1


def test_what_is_not_locked_yet_and_cannot_be_is_an_error(root: Path) -> None:
    (root / "images/child/requirements.in").write_text("impossible\n")
    (root / "images/child/apt.lock").unlink()
    with pytest.raises(UnresolvableError, match=r"images/child/requirements\.in .* cannot be resolved"):
        lock(root)
    (root / FOUNDATIONS_LOCK).unlink()
    with pytest.raises(PackageError, match="no route to the mirror"):
        lock(root, ask_apt=Silent)


def test_the_end_of_the_run_is_not_an_image_that_stays(root: Path) -> None:
    def stopped(*_: object) -> FakeApt:
        msg = "the run is ending"
        raise StoppedError(msg)

    with pytest.raises(StoppedError):
        lock(root, ask_apt=stopped)
