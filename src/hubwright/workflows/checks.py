"""What is asked of every pull request, whoever opens it: no secret is in reach, and nothing leaves the machine."""

from hubwright.workflows.steps import CHECKOUT, HOSTED
from hubwright.workflows.text import HEAD, fill

# The whole history: what says why an image moved compares it with what was.
_WITH_HISTORY = CHECKOUT + "    fetch-depth: 0\n"
_TEXT = """\
<<head>>
name: ci

on:
  pull_request:
  push:
    branches: [main]
  workflow_dispatch: # the night starts this for its own pull request: GitHub starts nothing for what a workflow opened

permissions: {}

concurrency:
  group: ci-${{ github.ref }}
  cancel-in-progress: true

jobs:
  plan:
    name: What would be built, and whether what is derived is current
    runs-on: <<hosted>>
    timeout-minutes: 15
    permissions:
      contents: read # to check out the commit under test
    steps:
      <<checkout>>
      - name: Show what would be built, and why
        run: ./noxw -s plan
      - name: Compare workflows and policies with the matrix
        run: ./noxw -s ci -- --check
      - name: Check style and types
        run: ./noxw -s lint types

  tests:
    name: Every check of the README's test command
    runs-on: <<hosted>>
    timeout-minutes: 90
    permissions:
      contents: read # to check out the commit under test
    steps:
      <<checkout>>
      # The tests set up an engine of their own, which takes root.
      - name: Run the tests
        run: sudo .ci/run

  build:
    name: Build every image, for this machine alone
    runs-on: <<hosted>>
    timeout-minutes: 180
    permissions:
      contents: read # to check out the commit under test
    steps:
      <<checkout>>
      - name: Build every image, for this machine alone
        run: ./noxw -s build -- --until publish --registry embedded
"""


def checks() -> str:
    """Return the workflow; it is the same for every matrix."""
    return fill(_TEXT, {"head": HEAD, "hosted": HOSTED, "checkout": _WITH_HISTORY})
