"""What other programs say of the workflows that are derived: the schema of GitHub's, and a strict auditor."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from helpers.workflow_cases import TEXTS, derived

_BIN = Path(sys.executable).parent
# One of everything that must not be.
_BAD = """\
name: bad
on: pull_request_target
permissions: write-all
jobs:
  bad:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: {ref: "${{ github.event.pull_request.head.sha }}"}
      - uses: actions/cache@v4
      - run: echo ${{ github.event.pull_request.title }}
        env: {TOKEN: "${{ secrets.TOKEN }}"}
"""


def _write(case: str, root: Path) -> Path:
    for path, text in derived(case).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root / ".github"


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(_BIN / program), *arguments], capture_output=True, text=True, check=False)


def _audit(folder: Path) -> subprocess.CompletedProcess[str]:
    return _run("zizmor", "--offline", "--persona=pedantic", "--no-ignores", "--format=plain", str(folder))


@pytest.mark.parametrize("case", TEXTS)
def test_the_auditor_finds_nothing(case: str, tmp_path: Path) -> None:
    done = _audit(_write(case, tmp_path))
    assert (done.returncode, "No findings to report" in done.stdout) == (0, True), done.stdout


def test_the_auditor_would_find_something(tmp_path: Path) -> None:
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/bad.yml").write_text(_BAD)
    done = _audit(tmp_path / ".github")
    assert done.returncode != 0
    for finding in ("template-injection", "unpinned-uses", "excessive-permissions", "dangerous-triggers", "artipacked"):
        assert f"[{finding}]" in done.stdout


@pytest.mark.parametrize("case", TEXTS)
def test_the_schema_of_workflows_holds(case: str, tmp_path: Path) -> None:
    assert _breaks("github-workflows", _write(case, tmp_path).glob("workflows/*.yml")) == ""


def test_the_schema_of_actions_holds(tmp_path: Path) -> None:
    assert _breaks("github-actions", _write("levels", tmp_path).glob("actions/*/action.yml")) == ""


def test_the_schema_would_not_hold_for_everything(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(_BAD.replace("runs-on", "run-on"))
    assert "run-on" in _breaks("github-workflows", [tmp_path / "bad.yml"])


def _breaks(schema: str, files: Iterable[Path]) -> str:
    done = _run("check-jsonschema", "--verbose", "--builtin-schema", f"vendor.{schema}", *sorted(map(str, files)))
    return "" if done.returncode == 0 else done.stdout
