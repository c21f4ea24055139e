"""What follows when something was merged: publish, prove, write what a hub reads, and offer that to the chart."""

from hubwright.model import ChartFolder, Ci, Matrix
from hubwright.workflows.calls import prove_job, publish_job
from hubwright.workflows.shares import waves
from hubwright.workflows.steps import CHECKOUT, GIT, Role, registry_environment, token_permission, token_step
from hubwright.workflows.text import HEAD, fill, listed, quoted

_TEXT = """\
<<head>>
name: release

on:
  push:
    branches: [main]
  workflow_dispatch:

permissions: {}

concurrency:
  group: release
  cancel-in-progress: false

jobs:
  <<jobs>>
  emit:
    name: Write what a hub reads
    needs: <<needs>>
    if: ${{ !cancelled() && <<here>> }}
    runs-on: <<runs_on>>
    timeout-minutes: 60
    environment: <<role>>
    permissions:
      contents: read # to check out the matrix
      <<permission>>
    steps:
      <<checkout>>
      <<token>>
      <<steps>>
"""
_TO_NOBODY = """\
- name: Write what a hub reads
  env:
    <<environment>>
  run: ./noxw -s emit -- --registry "$REGISTRY"
"""
_TO_CHART = """\
- name: Fetch the chart's repository
  env:
    CHART: <<chart>>
    GH_TOKEN: ${{ secrets.CHART_TOKEN }}
  run: |
    <<git>> clone --depth 1 "$GITHUB_SERVER_URL/$CHART.git" "$RUNNER_TEMP/chart"
- name: Write what a hub reads
  env:
    FOLDER: <<folder>>
    <<environment>>
  shell: bash # which fails where the first program of a pipe does
  run: |
    ./noxw -s emit -- --registry "$REGISTRY" --out "$RUNNER_TEMP/chart/$FOLDER" | tee "$RUNNER_TEMP/offered.txt"
- name: Open the chart's pull request
  env:
    CHART: <<chart>>
    FOLDER: <<folder>>
    GH_TOKEN: ${{ secrets.CHART_TOKEN }}
    TITLE: Offer what is proven
  run: |
    cd "$RUNNER_TEMP/chart"
    git add -- "$FOLDER"
    if git diff --cached --quiet; then echo "the chart offers this already"; exit 0; fi
    {
      echo "Of $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/commit/$GITHUB_SHA, what is proven:"
      echo
      sed 's/^/    /' "$RUNNER_TEMP/offered.txt"
    } > "$RUNNER_TEMP/body.md"
    git switch --create hubwright/release
    git config user.name hubwright
    git config user.email hubwright@users.noreply.github.com
    git commit --quiet --message "$TITLE"
    <<git>> push --force origin hubwright/release
    set -- --repo "$CHART" --body-file "$RUNNER_TEMP/body.md"
    if [ "$(gh pr list --repo "$CHART" --head hubwright/release --json number --jq length)" = 0 ]; then
      gh pr create --head hubwright/release --title "$TITLE" "$@"
    else
      gh pr edit hubwright/release "$@"
    fi
"""


def release(matrix: Matrix, ci: Ci) -> str:
    """Return the workflow; each of its jobs finds in the registry what those before it left there."""
    jobs, needs = _jobs(matrix, ci)
    places = {
        "head": HEAD,
        "jobs": "\n".join([*jobs, ""]),
        "needs": listed(needs),
        "here": here(ci),
        "runs_on": listed(ci.runs_on),
        "role": Role.EMIT.value,
        "permission": token_permission(matrix, "to become the role that may only read"),
        "checkout": CHECKOUT,
        "token": token_step(matrix),
        "steps": _steps(matrix, ci.chart),
    }
    return fill(_TEXT, places)


def here(ci: Ci) -> str:
    """Return the condition that holds in this repository on its main branch, and nowhere else."""
    return f"github.repository == '{ci.repository}' && github.ref == 'refs/heads/main'"


def _jobs(matrix: Matrix, ci: Ci) -> tuple[list[str], list[str]]:
    """Return the jobs that publish and prove, and the names of those that the last one has to wait for."""
    jobs: list[str] = []
    ends: list[str] = []
    below: str | None = None
    for wave in waves(matrix, ci):
        suffix = "" if wave.level is None else f"-{wave.level}"
        published = f"publish{suffix}"
        jobs.append(publish_job(published, wave.publish, needs=below, condition=here(ci), matrix=matrix))
        ends.append(published)
        if wave.prove:
            proven = f"prove{suffix}"
            jobs.append(prove_job(proven, wave.prove, needs=published, condition=here(ci), matrix=matrix))
            ends.append(proven)
        below = published
    return jobs, ends


def _steps(matrix: Matrix, chart: ChartFolder | None) -> str:
    environment = registry_environment(matrix, Role.EMIT)
    if chart is None:
        return fill(_TO_NOBODY, {"environment": environment})
    places = {
        "chart": quoted(chart.repository),
        "folder": quoted(chart.folder),
        "git": GIT,
        "environment": environment,
    }
    return fill(_TO_CHART, places)
