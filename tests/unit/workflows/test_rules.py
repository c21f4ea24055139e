"""What holds for every workflow that is derived, whatever the matrix says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given

from helpers.workflow_cases import ROOT, TEXTS, derived, matrix_of
from hubwright.pipeline import planning
from hubwright.report.plan import plan_json
from hubwright.tree import DiskTree
from hubwright.workflows.derive import derive
from matrix_text import write
from strategies import STEADY_FEW, matrices

_PINNED = re.compile(r"[a-z-]+/[a-z-]+@[0-9a-f]{40}")
_ROLES = {"hubwright-build", "hubwright-verify", "hubwright-emit"}
CASES = pytest.mark.parametrize("case", TEXTS)


def _workflows(case: str) -> dict[str, dict[Any, Any]]:
    """Return the workflows by the name of their file; YAML 1.1 reads the key `on` as true."""
    return {
        path.rpartition("/")[2]: yaml.safe_load(text)
        for path, text in derived(case).items()
        if path.startswith(".github/workflows/")
    }


def _jobs(case: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for file, workflow in _workflows(case).items():
        for name, job in workflow["jobs"].items():
            yield file, name, job


def _steps(case: str) -> Iterator[dict[str, Any]]:
    for _, _, job in _jobs(case):
        yield from job.get("steps", ())
    action = derived(case).get(".github/actions/aws-token/action.yml")
    yield from yaml.safe_load(action)["runs"]["steps"] if action else ()


@CASES
def test_no_workflow_may_do_anything_and_each_job_says_what_it_may(case: str) -> None:
    assert {json.dumps(workflow["permissions"]) for workflow in _workflows(case).values()} == {"{}"}
    assert all(job["permissions"]["contents"] in {"read", "write"} for _, _, job in _jobs(case))


@CASES
def test_nothing_is_ever_put_into_a_script(case: str) -> None:
    assert not [step["run"] for step in _steps(case) if "${{" in step.get("run", "")]


@CASES
def test_actions_are_this_repository_s_own_or_pinned_to_a_commit(case: str) -> None:
    used = {step["uses"] for step in _steps(case) if "uses" in step}
    used |= {job["uses"] for _, _, job in _jobs(case) if "uses" in job}
    foreign = {each for each in used if not each.startswith("$/.github/")}
    assert all(_PINNED.fullmatch(each) for each in foreign)
    assert {each.partition("@")[0] for each in foreign} == {"actions/checkout", "actions/upload-artifact"}


@CASES
def test_what_is_checked_out_keeps_no_token(case: str) -> None:
    checkouts = [step for step in _steps(case) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@CASES
def test_what_anybody_can_start_has_nothing_that_is_secret(case: str) -> None:
    open_to_all = {file: each for file, each in _workflows(case).items() if "pull_request" in (each[True] or {})}
    assert list(open_to_all) == ["ci.yml"]
    text = derived(case)[".github/workflows/ci.yml"]
    for never in ("secrets.", "github.token", "id-token", "environment:", "self-hosted", "pull_request_target", "$/"):
        assert never not in text
    for job in open_to_all["ci.yml"]["jobs"].values():
        assert (job["permissions"], job["runs-on"]) == ({"contents": "read"}, "ubuntu-24.04")


@CASES
def test_no_event_runs_a_stranger_s_code_with_our_rights(case: str) -> None:
    events = {event for workflow in _workflows(case).values() for event in workflow[True]}
    assert events == {"pull_request", "push", "workflow_dispatch", "schedule", "workflow_call"}


@CASES
def test_a_secret_and_a_token_of_aws_are_only_in_an_environment(case: str) -> None:
    for _, _, job in _jobs(case):
        # A caller lets them through by name: what the called job gets is its environment's.
        passed_on = job.pop("secrets", {})
        assert passed_on == {name: f"${{{{ secrets.{name} }}}}" for name in passed_on}
        asks = "secrets." in json.dumps(job) or ("steps" in job and "id-token" in job["permissions"])
        assert not asks or job["environment"] in _ROLES


@CASES
def test_each_job_ends_and_nothing_is_cached(case: str) -> None:
    assert all("timeout-minutes" in job for _, _, job in _jobs(case) if "steps" in job)
    assert not [path for path, text in derived(case).items() if "actions/cache" in text or "download-artifact" in text]


@CASES
def test_nights_and_releases_happen_in_one_repository_alone(case: str) -> None:
    here = "github.repository == 'acme/notebooks' && github.ref == 'refs/heads/main'"
    for file, name, job in _jobs(case):
        if file == "release.yml" or name == "night":
            assert here in job["if"]


@CASES
def test_every_caller_gives_what_the_piece_asks_for_and_no_more(case: str) -> None:
    pieces = _workflows(case)
    for _, _, job in _jobs(case):
        if "uses" in job:
            piece = pieces[job["uses"].rpartition("/")[2]]
            inputs = piece[True]["workflow_call"]["inputs"]
            assert {name for name, each in inputs.items() if each.get("required")} <= set(job["with"]) <= set(inputs)
            assert set(job.get("secrets", ())) == set(piece[True]["workflow_call"].get("secrets", ()))
            (called,) = piece["jobs"].values()
            assert job["permissions"] == called["permissions"]


@CASES
def test_every_need_is_a_job_and_the_last_one_waits_for_all(case: str) -> None:
    jobs = _workflows(case)["release.yml"]["jobs"]
    for job in jobs.values():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= set(jobs)
    assert {*jobs["emit"]["needs"], "emit"} == set(jobs)


@CASES
def test_each_role_is_asked_for_in_its_own_environment(case: str) -> None:
    for _, _, job in _jobs(case):
        arns = set(re.findall(r"arn:aws:iam::[0-9]+:role/([a-z-]+)", json.dumps(job)))
        assert arns <= {job.get("environment")}


def test_words_for_people_do_not_reach_a_workflow() -> None:
    assert not [path for path, text in derived("levels").items() if "Shown" in text or "exit 1" in text]


def test_builds_are_given_the_sources_and_secrets_that_the_matrix_does_not_tell() -> None:
    wanted = {"HUBWRIGHT_SECRET_LICENCE", "HUBWRIGHT_SOURCE_VENDOR", "HUBWRIGHT_SOURCE_VENDOR_APT"}
    for file, role in {"publish.yml": "hubwright-build", "nightly.yml": "hubwright-verify"}.items():
        job = next(iter(_workflows("levels")[file]["jobs"].values()))
        given = {name: value for step in job["steps"] for name, value in step.get("env", {}).items()}
        assert {name for name in given if name.startswith(("HUBWRIGHT_SECRET", "HUBWRIGHT_SOURCE"))} == wanted
        assert all(given[name] == f"${{{{ secrets.{name} }}}}" for name in wanted)
        assert job["environment"] == role


def test_jobs_are_the_levels_of_the_plan() -> None:
    text = (ROOT / "matrix.yaml").read_text("utf-8").replace("ci:\n", "ci:\n  machine: levels\n")
    with DiskTree(ROOT) as tree:
        nodes = json.loads(plan_json(planning.plan(tree, "matrix.yaml", ())))["nodes"]
    release = yaml.safe_load(derive(*matrix_of(text))[".github/workflows/release.yml"] or "")
    for level in {node["level"] for node in nodes}:
        publish, prove = release["jobs"][f"publish-{level}"], release["jobs"][f"prove-{level}"]
        planned = {node["variant"]: node["runs_on"] or ["ubuntu-24.04"] for node in nodes if node["level"] == level}
        assert [share["select"] for share in publish["strategy"]["matrix"]["include"]] == list(planned)
        shares = prove["strategy"]["matrix"]["include"]
        assert {share["select"]: json.loads(share["runs_on"]) for share in shares} == planned
        assert publish.get("needs") == (f"publish-{level - 1}" if level else None)
        assert prove["needs"] == f"publish-{level}"
    assert "publish-2" not in release["jobs"]


@STEADY_FEW
@given(matrices().filter(lambda instance: "ci" in instance))
def test_whatever_a_matrix_names_arrives_as_it_is_written(instance: dict[str, Any]) -> None:
    matrix, ci = matrix_of(write(instance).text)
    made = {path: yaml.safe_load(text) for path, text in derive(matrix, ci).items() if text is not None}
    jobs = made[".github/workflows/release.yml"]["jobs"]
    assert jobs["emit"]["runs-on"] == list(ci.runs_on)
    shares = jobs["prove"]["strategy"]["matrix"]["include"]
    offered = {offer.variant for profile in matrix.profiles for offer in profile.offers}
    assert {name for share in shares for name in share["select"].split()} == offered
    wanted = {variant.runs_on or ci.runs_on for variant in matrix.variants.values() if variant.name in offered}
    assert {tuple(json.loads(share["runs_on"])) for share in shares} == wanted
    given_folders = {step["env"]["FOLDER"] for step in jobs["emit"]["steps"] if "FOLDER" in step.get("env", {})}
    assert given_folders == ({ci.chart.folder} if ci.chart else set())
