"""What happens every night: what moved upstream is locked, built, rehearsed, and brought before people."""

from hubwright.model import Ci, Matrix
from hubwright.workflows.calls import prove_job
from hubwright.workflows.release import here
from hubwright.workflows.shares import special
from hubwright.workflows.steps import (
    CHECKOUT,
    GIT,
    UPLOAD,
    Role,
    building_environment,
    registry_environment,
    signing_environment,
    token_permission,
    token_step,
)
from hubwright.workflows.text import HEAD, fill, listed

_TEXT = """\
<<head>>
name: nightly

on:
  schedule:
    - cron: "17 2 * * *"
  workflow_dispatch:

permissions: {}

concurrency:
  group: nightly
  cancel-in-progress: false

jobs:
  night:
    name: Lock, build, rehearse, prove
    if: ${{ <<here>> }}
    runs-on: <<runs_on>>
    timeout-minutes: 350
    # Whoever signs may push as well: a proof lies beside its image.
    environment: <<role>>
    permissions:
      actions: write # to start the checks of the night's pull request
      contents: write # to push the night's branch
      pull-requests: write # to open the night's pull request
      <<permission>>
    outputs:
      branch: ${{ steps.branch.outputs.branch }}
    steps:
      <<checkout>>
          fetch-depth: 0
      <<token>>
      - name: Go through the night
        env:
          <<environment>>
        run: ./noxw -s nightly -- --registry "$REGISTRY"
      - name: Show the report
        if: ${{ !cancelled() }}
        run: if [ -f out/report.md ]; then head -c 1000000 out/report.md >> "$GITHUB_STEP_SUMMARY"; fi
      - name: Keep the report, for people to read
        if: ${{ !cancelled() }}
        uses: <<upload>>
        with:
          name: report
          path: |
            out/nightly.md
            out/report.html
            out/report.json
            out/report.md
            out/junit.xml
          if-no-files-found: ignore
      - name: Push the night's branch, and open its pull request
        id: branch
        if: ${{ !cancelled() }}
        env:
          GH_TOKEN: ${{ github.token }}
        run: |
          branch=$(git branch --list --sort=-refname --format='%(refname:short)' 'hubwright/nightly-*' | head -n 1)
          if [ -z "$branch" ]; then echo "nothing moved"; exit 0; fi
          <<git>> push --force "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git" "$branch"
          if [ "$(gh pr list --head "$branch" --json number --jq length)" = 0 ]; then
            gh pr create --head "$branch" --title "${branch#hubwright/}" --body-file out/nightly.md
          else
            gh pr edit "$branch" --body-file out/nightly.md
          fi
          gh workflow run ci.yml --ref "$branch"
          echo "branch=$branch" >> "$GITHUB_OUTPUT"

  <<hardware>>
"""
_BRANCH = "needs.night.outputs.branch"


def night(matrix: Matrix, ci: Ci) -> str:
    """Return the workflow: one machine goes through everything, and runners of their own prove what needs them."""
    registry = registry_environment(matrix, Role.VERIFY)
    places = {
        "head": HEAD,
        "here": here(ci),
        "runs_on": listed(ci.runs_on),
        "role": Role.VERIFY.value,
        "permission": token_permission(matrix, "to become the role that may push and sign"),
        "checkout": CHECKOUT,
        "token": token_step(matrix),
        "environment": registry + signing_environment(matrix.ecr, ci) + building_environment(matrix),
        "upload": UPLOAD,
        "git": GIT,
        "hardware": _hardware(matrix, ci),
    }
    return fill(_TEXT, places).rstrip() + "\n"


def _hardware(matrix: Matrix, ci: Ci) -> str:
    shares = special(matrix, ci)
    if not shares:
        return ""
    condition = f"{_BRANCH} != ''"
    return prove_job("hardware", shares, needs="night", condition=condition, matrix=matrix, ref=f"${{{{ {_BRANCH} }}}}")
