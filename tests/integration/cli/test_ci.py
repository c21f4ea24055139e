"""Workflows as people have them written, and compared."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.workflow_cases import TEXTS

_COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
_ENVIRONMENT = {"PATH": os.environ["PATH"], "COLUMNS": "100", **_COVERAGE}
_RELEASE = ".github/workflows/release.yml"


def _ci(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "hubwright", "ci", *arguments]
    return subprocess.run(argv, cwd=root, env=_ENVIRONMENT, capture_output=True, text=True, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a repository that has nothing but its matrix."""
    (tmp_path / "matrix.yaml").write_text(TEXTS["levels"])
    return tmp_path


def test_what_is_written_is_current_and_written_once(root: Path) -> None:
    before = _ci(root, "--check")
    assert (before.returncode, before.stdout) == (46, "")
    assert f"  {_RELEASE} is missing\n" in before.stderr
    assert list(root.iterdir()) == [root / "matrix.yaml"]

    first = _ci(root)
    assert (first.returncode, first.stderr) == (0, "")
    assert f"{_RELEASE}: written\n" in first.stdout
    assert first.stdout.endswith("12 changed, 0 as they were\n")
    assert _ci(root).stdout == "0 changed, 12 as they were\n"
    check = _ci(root, "--check")
    assert (check.returncode, check.stdout, check.stderr) == (0, "12 files are as the matrix says\n", "")


def test_what_somebody_changed_is_told_and_written_anew(root: Path) -> None:
    _ci(root)
    written = (root / _RELEASE).read_text()
    (root / _RELEASE).write_text(written.replace("permissions: {}", "permissions: write-all"))
    check = _ci(root, "--check")
    assert check.returncode == 46
    assert f"{_RELEASE}:9: has `permissions: write-all`, and should have `permissions: {{}}`" in check.stderr
    assert "`hubwright ci` writes it anew" in check.stderr
    assert _ci(root).stdout == f"{_RELEASE}: written\n1 changed, 11 as they were\n"
    assert (root / _RELEASE).read_text() == written


def test_what_the_matrix_does_not_ask_for_any_more_is_removed(root: Path) -> None:
    _ci(root)
    (root / "matrix.yaml").write_text(TEXTS["no registry"])
    check = _ci(root, "--check")
    assert check.returncode == 46
    assert "docs/aws/hubwright-build.trust.json is left over" in check.stderr
    assert "docs/aws/hubwright-build.trust.json: removed\n" in _ci(root).stdout
    assert not list((root / "docs/aws").iterdir())
    assert _ci(root, "--check").stdout == "5 files are as the matrix says\n"


def test_a_matrix_that_says_nothing_of_it_is_told_what_to_write(project: Path) -> None:
    done = _ci(project)
    assert (done.returncode, "write `ci: {repository: owner/name}` into it" in done.stderr) == (2, True)
    assert not (project / ".github").exists()


def test_a_folder_that_takes_nothing_is_told(root: Path) -> None:
    (root / ".github").write_text("a file")
    done = _ci(root)
    assert (done.returncode, ".github/workflows" in done.stderr) == (9, True)
