"""The workflows as GitHub would run them: every script, in order, on a real engine and a real registry."""

import json
from dataclasses import replace
from pathlib import Path

from helpers.forge import Forge, git
from helpers.runner import PLANTED, NewRunner, Runner
from helpers.workflow_cases import matrix_of
from hubwright.model import Machine
from hubwright.workflows.derive import derive

_RELEASE = ".github/workflows/release.yml"
_LIST = "deploy/profiles/profile_list.json"
_BRANCH = "hubwright/release"
_CREATE = ["pr", "create", "--head", _BRANCH, "--title", "Offer what is proven", "--repo", "acme/hub", "--body-file"]
_EDIT = ["pr", "edit", _BRANCH, "--repo", "acme/hub", "--body-file"]


def test_a_pull_request_is_checked_and_comes_upon_no_secret(new_runner: NewRunner, forge: Forge) -> None:
    runner = new_runner("pull_request")
    assert runner.run("workflows/ci.yml") == {"plan": "success", "tests": "success", "build": "success"}, _told(runner)
    printed = {ran.name: ran.printed for ran in runner.ran}
    assert "1 to build; 1 start to prove" in printed["Show what would be built, and why"]
    assert "5 files are as the matrix says" in printed["Compare workflows and policies with the matrix"]
    assert all(f"Session {name} was successful" in printed["Check style and types"] for name in ("lint", "types"))
    assert "Session tests was successful" in printed["Run the tests"]
    assert "1 reused in" in printed["Build every image, for this machine alone"]
    # Whatever it asked for, it was given nothing, and asked nobody for anything.
    assert (runner.asked, [dict(ran.environment) for ran in runner.ran if ran.environment], forge.asked) == ([], [], [])


def test_a_workflow_that_somebody_changed_keeps_a_pull_request_from_being_merged(
    new_runner: NewRunner, forge: Forge, tmp_path: Path
) -> None:
    root = tmp_path / "notebooks"
    release = root / _RELEASE
    release.write_text(release.read_text().replace("permissions: {}", "permissions: write-all"))
    _push(root, forge)
    runner = new_runner("pull_request")
    assert runner.run("workflows/ci.yml")["plan"] == "failure"
    assert "release.yml:9: has `permissions: write-all`" in runner.ran[1].printed
    # What comes after it in its job did not run.
    assert [ran.name for ran in runner.ran if ran.job == "plan"] == [
        "Show what would be built, and why",
        "Compare workflows and policies with the matrix",
    ]


def test_a_merge_is_published_proven_and_offered_to_the_chart(
    new_runner: NewRunner, forge: Forge, tmp_path: Path
) -> None:
    first = new_runner("push")
    assert first.run("workflows/release.yml") == dict.fromkeys(("publish", "prove", "emit"), "success"), _told(first)
    printed = {ran.name: ran.printed for ran in first.ran}
    assert "1 reused in" in printed["Build what the registry does not have, and push it"]
    assert "1 proven" in printed["Rehearse what is not proven yet, and sign what is seen"]
    offered = json.loads(forge.show("acme/hub", f"{_BRANCH}:{_LIST}"))
    assert "@sha256:" in json.dumps(offered)
    (asked,) = forge.asked
    assert (asked["argv"][:-1], asked["token"]) == (_CREATE, PLANTED)
    assert "1 proven" in str(asked["body"])
    assert "/acme/notebooks/commit/" in str(asked["body"])
    _only_where_it_belongs(first)

    again = new_runner("push")
    assert again.run("workflows/release.yml") == dict.fromkeys(("publish", "prove", "emit"), "success"), _told(again)
    assert [each["argv"][:-1] for each in forge.asked[1:]] == [_EDIT]

    hub = tmp_path / "hub"
    git(hub, "fetch", "--quiet", str(forge.server / "acme/hub.git"), _BRANCH)
    git(hub, "push", "--quiet", str(forge.server / "acme/hub.git"), "FETCH_HEAD:refs/heads/main")
    merged = new_runner("push")
    assert merged.run("workflows/release.yml")["emit"] == "success", _told(merged)
    assert merged.ran[-1].printed == "the chart offers this already\n"
    assert len(forge.asked) == 2


def test_nights_and_releases_do_not_happen_elsewhere(new_runner: NewRunner, forge: Forge) -> None:
    (forge.server / "somebody").mkdir()
    (forge.server / "somebody/notebooks.git").symlink_to(forge.server / "acme/notebooks.git")
    for file in ("release.yml", "nightly.yml"):
        fork = new_runner("push")
        fork.repository = "somebody/notebooks"
        assert set(fork.run(f"workflows/{file}").values()) == {"skipped"}
        assert fork.ran == []


def test_level_by_level_one_failure_keeps_nobody_else_from_being_offered(
    new_runner: NewRunner, forge: Forge, tmp_path: Path
) -> None:
    root = tmp_path / "notebooks"
    (root / "images/broken").mkdir()
    (root / "images/broken/Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN exit 3\n")
    text = (root / "matrix.yaml").read_text().replace("profiles:\n", "  broken: {from: base}\nprofiles:\n", 1)
    text = text.replace("ci:\n", "  - {slug: broken, display_name: Broken, image: broken}\nci:\n")
    (root / "matrix.yaml").write_text(text)
    matrix, ci = matrix_of(text)
    # A matrix may not say so: these machines share a registry because they are one.
    (root / _RELEASE).write_text(derive(matrix, replace(ci, machine=Machine.LEVELS))[_RELEASE] or "")
    _push(root, forge)
    runner = new_runner("push")
    assert runner.run("workflows/release.yml") == {
        "publish-0": "success",
        "prove-0": "success",
        "publish-1": "failure",
        "prove-1": "success",
        "emit": "success",
    }, _told(runner)
    scripts = [ran for ran in runner.ran if "SELECT" in ran.environment]
    assert [(ran.job, ran.environment["SELECT"]) for ran in scripts] == [
        ("publish", "base"),
        ("prove", "base"),
        ("publish", "broken"),
        ("prove", "broken"),
    ]
    assert "RUN exit 3" in scripts[2].printed
    offered = [each["slug"] for each in json.loads(forge.show("acme/hub", f"{_BRANCH}:{_LIST}"))]
    assert offered == ["jupyterlab"]


def test_the_night_s_branch_becomes_a_pull_request(new_runner: NewRunner, forge: Forge) -> None:
    branch, text = "hubwright/nightly-2026-11-21", "What moved: `$(touch /tmp/never)` ${{ secrets.CHART_TOKEN }}\n"

    def prepare(root: Path) -> None:
        for day in ("2026-11-20", "2026-11-21"):
            git(root, "branch", f"hubwright/nightly-{day}")
        (root / "out").mkdir()
        (root / "out/nightly.md").write_text(text)

    runner = new_runner("schedule")
    name = "Push the night's branch, and open its pull request"
    for _ in range(2):
        assert runner.step("workflows/nightly.yml", "night", name, prepare).code == 0, _told(runner)
    body = ["--body-file", "out/nightly.md"]
    assert [each["argv"] for each in forge.asked] == [
        ["pr", "create", "--head", branch, "--title", "nightly-2026-11-21", *body],
        ["workflow", "run", "ci.yml", "--ref", branch],
        ["pr", "edit", branch, *body],
        ["workflow", "run", "ci.yml", "--ref", branch],
    ]
    assert [each["body"] for each in forge.asked] == [text, None, text, None]
    heads = git(forge.server / "acme/notebooks.git", "branch", "--format=%(refname:short)").split()
    assert heads == [branch, "main"]


def test_a_night_in_which_nothing_moved_asks_for_nothing(new_runner: NewRunner, forge: Forge) -> None:
    runner = new_runner("schedule")
    name = "Push the night's branch, and open its pull request"
    ran = runner.step("workflows/nightly.yml", "night", name, lambda _: None)
    assert (ran.code, ran.printed, forge.asked) == (0, "nothing moved\n", [])
    report = runner.step("workflows/nightly.yml", "night", "Show the report", lambda _: None)
    assert (report.code, runner.summary) == (0, "")


def test_a_whole_night_ends_with_a_branch_exactly_where_something_moved(new_runner: NewRunner, forge: Forge) -> None:
    """The mirrors are real, so something may have moved since the locks were made."""
    runner = new_runner("schedule")
    assert runner.run("workflows/nightly.yml") == {"night": "success"}, _told(runner)
    printed = {ran.name: ran.printed for ran in runner.ran}
    moved = "nothing moved: resolving took" not in printed["Go through the night"]
    assert runner.summary.startswith("**Fine: the start is offered and proven")
    heads = git(forge.server / "acme/notebooks.git", "branch", "--format=%(refname:short)").split()
    assert [head.partition("-")[0] for head in heads] == (["hubwright/nightly"] if moved else []) + ["main"]
    assert bool(forge.asked) == moved


def test_the_report_is_shown_with_the_run(new_runner: NewRunner) -> None:
    def prepare(root: Path) -> None:
        (root / "out").mkdir()
        (root / "out/report.md").write_text("# The night\n")

    runner = new_runner("schedule")
    assert runner.step("workflows/nightly.yml", "night", "Show the report", prepare).code == 0
    assert runner.summary == "# The night\n"


def _push(root: Path, forge: Forge) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Change something")
    git(root, "push", "--quiet", str(forge.server / "acme/notebooks.git"), "HEAD:refs/heads/main")


def _only_where_it_belongs(runner: Runner) -> None:
    """Look that the one secret went to the two steps that speak with the chart's repository, and was not printed."""
    given = [ran.name for ran in runner.ran if PLANTED in ran.environment.values()]
    assert given == ["Fetch the chart's repository", "Open the chart's pull request"]
    assert not [ran.name for ran in runner.ran if PLANTED in ran.printed]


def _told(runner: Runner) -> str:
    return "\n".join(f"{ran.job}, {ran.name}: {ran.code}\n{ran.printed}" for ran in runner.ran)
