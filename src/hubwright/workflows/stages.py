"""The two pieces that releases and nights are made of: one machine's share of publishing, and of proving."""

from hubwright.model import Ci, Matrix
from hubwright.workflows.steps import (
    CHECKOUT,
    SELECT,
    UPLOAD,
    Role,
    building_environment,
    building_secrets,
    registry_environment,
    signing_environment,
    token_permission,
    token_step,
)
from hubwright.workflows.text import HEAD, fill

_PUBLISH = """\
<<head>>
name: publish

on:
  workflow_call:
    inputs:
      select:
        description: Names of variants, with spaces between; everything, where there is none.
        type: string
        default: ""
      runs_on:
        description: Labels of the runner, as JSON.
        type: string
        required: true
    <<secrets>>

permissions: {}

jobs:
  publish:
    name: Build and push
    runs-on: ${{ fromJSON(inputs.runs_on) }}
    timeout-minutes: 350
    environment: <<role>>
    permissions:
      contents: read # to check out what is built
      <<permission>>
    steps:
      <<checkout>>
      <<token>>
      - name: Build what the registry does not have, and push it
        env:
          SELECT: ${{ inputs.select }}
          <<environment>>
        run: |
          <<select>>
          ./noxw -s build -- --until publish --registry "$REGISTRY" "$@"
"""
_PROVE = """\
<<head>>
name: prove

on:
  workflow_call:
    inputs:
      select:
        description: Names of variants, with spaces between.
        type: string
        required: true
      runs_on:
        description: Labels of the runner, as JSON.
        type: string
        required: true
      name:
        description: What this share is called among those of the run.
        type: string
        required: true
      ref:
        description: The branch to take smoke notebooks and matrix from; the commit of the run, where none is named.
        type: string
        default: ""

permissions: {}

jobs:
  prove:
    name: Rehearse and sign
    runs-on: ${{ fromJSON(inputs.runs_on) }}
    timeout-minutes: 350
    environment: <<role>>
    permissions:
      contents: read # to check out what is rehearsed
      <<permission>>
    steps:
      <<checkout>>
          ref: ${{ inputs.ref }}
      <<token>>
      - name: Rehearse what is not proven yet, and sign what is seen
        env:
          SELECT: ${{ inputs.select }}
          <<environment>>
        run: |
          <<select>>
          ./noxw -s verify -- --registry "$REGISTRY" "$@"
      - name: Keep what failed, for people to read
        if: ${{ failure() }}
        uses: <<upload>>
        with:
          name: rehearsal-${{ inputs.name }}
          path: out/
          if-no-files-found: ignore
"""


def publish(matrix: Matrix) -> str:
    """Return the workflow that builds and pushes one machine's share."""
    places = {
        "head": HEAD,
        "role": Role.BUILD.value,
        "permission": token_permission(matrix, "to become the role that may push"),
        "checkout": CHECKOUT,
        "token": token_step(matrix),
        "environment": registry_environment(matrix, Role.BUILD) + building_environment(matrix),
        "select": SELECT,
        "secrets": _secrets(matrix),
    }
    return fill(_PUBLISH, places)


def _secrets(matrix: Matrix) -> str:
    """Return the secrets that the caller lets through to the environment's: GitHub hides the others."""
    names = building_secrets(matrix)
    told = "".join(f"  {name}:\n    required: false\n" for name in names)
    return f"secrets:\n{told}" if names else ""


def prove(matrix: Matrix, ci: Ci) -> str:
    """Return the workflow that rehearses one machine's share, and signs what was seen."""
    places = {
        "head": HEAD,
        "role": Role.VERIFY.value,
        "permission": token_permission(matrix, "to become the role that may sign"),
        "checkout": CHECKOUT,
        "token": token_step(matrix),
        "environment": registry_environment(matrix, Role.VERIFY) + signing_environment(matrix.ecr, ci),
        "select": SELECT,
        "upload": UPLOAD,
    }
    return fill(_PROVE, places)
