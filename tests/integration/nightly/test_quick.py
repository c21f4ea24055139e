"""Nights that find every image there and proven: what they leave, what they refuse, what is left of those killed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.content import push_outside_image
from helpers.mortals import PROCESSES, mortals
from helpers.rehearsal import host_installer
from helpers.showroom import LAB, Showroom, furnish, image_body
from hubwright.engines.waiting import until
from hubwright.locks.roots_file import write_roots
from hubwright.matrix.charts import CHARTS
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.registries.interface import OCI_MANIFEST
from hubwright.rehearse.hub.environment import hub_python
from hubwright.roots import FOUNDATIONS_LOCK, PulledRoot

VARIANTS = ("base", "spark-spark4.0.1", "spark-spark4.1.1")
_SOON_S = 30
# Every moment would take minutes; these are spread over the whole night.
_STRIDE = 5


@pytest.fixture
def showroom(stock: Path, shared: Path, tmp_path: Path) -> Iterator[Showroom]:
    """Give a repository under git, locked to an outside image that has moved since; all images are there and proven."""
    hub_python(CHARTS["4.4.0"], cache=shared / "consumers", installer=host_installer())
    cache = furnish(tmp_path, stock, shared / "consumers/hubs")
    own = cache / "hubwright"
    registry = EmbeddedRegistry(program=install_program(own, os.environ), data=own / "registry")
    made = Showroom(root=tmp_path / "repository", cache=cache, host=registry.start()).write(LAB)
    try:
        _lock(made, push_outside_image(made.registry, "outside", "1"))
        _prove(made, "old", days_ago=7)
        git(made, "init", "--quiet", "--initial-branch=main")
        (made.root / ".gitignore").write_text("out/\n")
        commit(made)
        _lock(made, _move(made))
        _prove(made, "new")
        git(made, "checkout", "--quiet", "--", ".")
        yield made
    finally:
        registry.stop()


def _lock(showroom: Showroom, digest: str) -> None:
    reference = f"{showroom.host}/outside:1"
    matrix = showroom.root / "matrix.yaml"
    matrix.write_text(matrix.read_text().replace("registry.example/outside:1", reference))
    root = PulledRoot(reference=reference, digest=digest)
    (showroom.root / FOUNDATIONS_LOCK).write_bytes(write_roots({("outside", "linux/amd64"): root}))


def _move(showroom: Showroom) -> str:
    """Put another image under the outside image's tag."""
    body, config = image_body("none", b"of another day")
    for blob in (config, b"of another day"):
        showroom.registry.push_blob("outside", blob)
    return showroom.registry.put_manifest("outside", "1", body, OCI_MANIFEST).descriptor.digest


def _prove(showroom: Showroom, content: str, *, days_ago: float = 0) -> None:
    for variant in VARIANTS:
        image = showroom.push(variant, f"{content} {variant}")
        if variant == "base":
            showroom.prove("lab", image, days_ago=days_ago)


def git(showroom: Showroom, *arguments: str) -> str:
    argv = ("git", "-c", "user.name=Somebody", "-c", "user.email=s@example.com", *arguments)
    done = subprocess.run(argv, cwd=showroom.root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(showroom: Showroom) -> None:
    git(showroom, "add", "--all")
    git(showroom, "commit", "--quiet", "--message=All that is there")


def branches(showroom: Showroom) -> list[str]:
    return git(showroom, "for-each-ref", "--format=%(refname:short)", "refs/heads/hubwright/").split()


def state(showroom: Showroom) -> tuple[str, bytes]:
    """Return all of the checkout that a night must not touch."""
    said = git(showroom, "rev-parse", "HEAD") + git(showroom, "--no-optional-locks", "status", "--porcelain")
    return said, (showroom.root / ".git/index").read_bytes()


def left(showroom: Showroom) -> list[Path]:
    """Return what is left of copies."""
    return list((showroom.cache / "hubwright/nights").glob("hubwright-vanishing-*"))


def test_what_moved_is_a_branch_with_a_text_and_the_second_night_is_nothing(showroom: Showroom) -> None:
    before = state(showroom)
    done = showroom.run("nightly")
    assert done.returncode == 0, done.stderr
    (name,) = branches(showroom)
    assert git(showroom, "diff", "--name-only", "HEAD", name) == FOUNDATIONS_LOCK
    text = (showroom.root / "out/nightly.md").read_text()
    assert text.startswith("**Fine.** All that is offered is of today: 1 start.\n")
    assert "- `lab` (`base`): " in text
    assert (showroom.root / "out/profiles.yaml").exists()

    again = showroom.run("nightly")
    assert again.returncode == 0, again.stderr
    assert "\nnothing moved: resolving took " in again.stdout
    assert branches(showroom) == [name]
    assert not (showroom.root / "out/nightly.md").exists()
    assert state(showroom) == before
    assert left(showroom) == []


def test_files_for_a_hub_that_are_committed_move_with_the_branch(showroom: Showroom) -> None:
    (showroom.root / ".gitignore").write_text("out/*\n!out/profile*\n")
    (showroom.root / "out").mkdir()
    (showroom.root / "out/profiles.yaml").write_text("what was offered before\n")
    commit(showroom)
    before = state(showroom)
    done = showroom.run("nightly")
    assert done.returncode == 0, done.stderr
    (name,) = branches(showroom)
    changed = git(showroom, "diff", "--name-only", "HEAD", name).split()
    assert changed == [FOUNDATIONS_LOCK, "out/profile_list.json", "out/profiles.yaml"]
    assert "profileList:" in git(showroom, "show", f"{name}:out/profiles.yaml")
    assert state(showroom) == before
    # What nobody commits lies where it always does.
    reports = {"report.html", "report.json", "report.md", "junit.xml"}
    there = {path.name for path in (showroom.root / "out").iterdir()}
    assert there == {"nightly.md", "profiles.yaml", "run.json", *reports}


def _changed_lock(showroom: Showroom) -> None:
    (showroom.root / FOUNDATIONS_LOCK).write_text("# somebody is at it\n")


def _branch_in_the_way(showroom: Showroom) -> None:
    git(showroom, "branch", "hubwright")


def _matrix_not_committed(showroom: Showroom) -> None:
    git(showroom, "rm", "--quiet", "--cached", "matrix.yaml")
    git(showroom, "commit", "--quiet", "--message=without")


def _no_repository(showroom: Showroom) -> None:
    shutil.rmtree(showroom.root / ".git")


@pytest.mark.parametrize(
    "spoil, told",
    [
        (_changed_lock, "not committed: foundations.lock. A night starts from the last commit and writes these anew"),
        (_branch_in_the_way, "there is a branch hubwright, so git can have no branch hubwright/nightly-"),
        (_matrix_not_committed, "the last commit has no matrix.yaml, and a night starts from that; commit it"),
        (_no_repository, "is no checkout of a git repository"),
    ],
)
def test_a_checkout_that_no_night_can_start_from_is_refused_before_anybody_is_asked(
    tmp_path: Path, spoil: Callable[[Showroom], None], told: str
) -> None:
    (tmp_path / "cache").mkdir()
    nobody = Showroom(root=tmp_path / "repository", cache=tmp_path / "cache", host="127.0.0.1:1").write(LAB)
    git(nobody, "init", "--quiet", "--initial-branch=main")
    commit(nobody)
    spoil(nobody)
    done = nobody.run("nightly")
    assert (done.returncode, done.stdout) == (64, "")
    assert told in done.stderr
    assert not (nobody.root / "out").exists()
    assert left(nobody) == []


def test_two_nights_at_once_make_one_branch(showroom: Showroom) -> None:
    argv = [sys.executable, "-m", "hubwright", "nightly"]
    both = [
        subprocess.Popen(
            argv, cwd=showroom.root, env=showroom.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(2)
    ]
    said = [process.communicate()[0].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    (name,) = branches(showroom)
    assert git(showroom, "rev-list", "--count", f"HEAD..{name}") == "1"
    assert sorted("nothing moved" in each for each in said) == [False, True]


def test_wherever_a_night_is_killed_the_next_one_finds_nothing_wrong(showroom: Showroom, tmp_path: Path) -> None:
    before = state(showroom)
    with mortals(tmp_path / "runs.log") as runs:
        for moment in range(1, 1000, _STRIDE):
            if not runs.die("command", showroom, moment, of=PROCESSES, argv=["nightly"]):
                break
            assert state(showroom) == before, f"moment {moment}"
            assert until(lambda: not left(showroom), timeout_s=_SOON_S), f"moment {moment}"
        assert moment > 3 * _STRIDE
    (name,) = branches(showroom)
    assert git(showroom, "diff", "--name-only", "HEAD", name) == FOUNDATIONS_LOCK
    assert (showroom.root / "out/nightly.md").read_text().startswith("**Fine.**")
    assert until(lambda: not list((showroom.cache / "tmp").iterdir()), timeout_s=_SOON_S)
