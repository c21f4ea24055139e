import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hubwright.canonical import canonical_bytes
from hubwright.languages import LANGUAGES, judge_parts
from hubwright.limits import Limits


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_can_fail_and_compute(name: str) -> None:
    language = LANGUAGES[name]
    assert language.fail
    assert "1234" in language.add.format(a=1234, b=5)
    assert "6789" in language.add.format(a=1234, b=6789)
    assert not re.search(str(1234 + 6789), language.add.format(a=1234, b=6789))


@pytest.mark.parametrize(
    "name, cell, found",
    [
        ("python", "# a\nhome = 1\nn: int = 2\n  c = 3\nif d == 4: pass\ne == 5", ["home", "n"]),
        ("bash", "# a\nhome=/\nn=2\necho c=3", ["home", "n"]),
        ("r", "# a\nhome <- '/'\nmy.n = 2\nc == 3", ["home", "my.n"]),
        ("scala", "// a\nval home = 1\nvar n: Int = 2", ["home", "n"]),
        ("julia", "# a\nhome = 1\nn == 2", ["home"]),
        ("java", "// a\nfinal String home = null;\nint n = 2;", ["home", "n"]),
    ],
)
def test_parameters_are_found(name: str, cell: str, found: list[str]) -> None:
    assert re.findall(LANGUAGES[name].parameter, cell, re.MULTILINE) == found


def test_every_word_of_the_judge_is_in_its_parts() -> None:
    parts = json.loads(canonical_bytes(judge_parts()))
    assert set(parts["languages"]) == set(LANGUAGES)
    assert set(parts["languages"]["python"]) == {"fail", "add", "parameter", "prelude", "epilogue", "show"}


@pytest.mark.parametrize(
    "cell, code",
    [
        ("true", 0),
        ("rm -f *", 1),
        ("false; true", 1),
        ("false; rm -f *", 1),
        ("rm -f *; false; true", 1),
        ("rm -rf ../scratch; false; true", 1),
        ('for record in *; do ln -sf /dev/full "$record"; done; false; true', 1),
    ],
    ids=["nothing failed", "removed", "heard", "removed afterwards", "removed before", "no folder", "full disk"],
)
def test_bash_keeps_silent_about_no_failure_whose_record_is_gone(tmp_path: Path, cell: str, code: int) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    done = _run_bash(cell, scratch)

    assert done.returncode == code, done.stderr
    assert not list(tmp_path.glob("scratch/*"))


@pytest.mark.parametrize(
    "cell, code",
    [
        ("trap 'echo it failed' ERR; false; true", 1),
        ("trap - ERR; false; true", 1),
        ("unset -f _hubwright_hear; false; true", 1),
        ("_hubwright_hear() { :; }; false; true", 1),
        ("set +E; f() { false; true; }; f", 1),
        ("unset -f _hubwright_ears _hubwright_hear; false; true", 1),
        ("f() { trap 'echo it failed' ERR; }; f; false; true", 1),
        ("(trap - ERR; true)", 0),
        ("trap 'echo it ended' EXIT; set -o pipefail", 0),
    ],
)
def test_bash_keeps_silent_about_no_failure_that_a_cell_keeps_to_itself(tmp_path: Path, cell: str, code: int) -> None:
    done = _run_bash(cell, tmp_path)

    assert done.returncode == code, done.stderr


def _run_bash(cell: str, scratch: Path) -> "subprocess.CompletedProcess[bytes]":
    """Run a cell as the judge has a notebook of this one cell run."""
    bash = LANGUAGES["bash"]
    program = f"{bash.prelude}\n{cell}\n{bash.epilogue}"
    environment = {"PATH": os.defpath, "TMPDIR": str(scratch)}
    argv = ["bash", "-c", program]
    return subprocess.run(argv, cwd=scratch, env=environment, capture_output=True, check=False, timeout=60)


def test_limits_are_whole_numbers() -> None:
    assert json.loads(canonical_bytes(Limits(cell_s=1).canonical()))["cell_s"] == 1


def test_what_plans_does_not_pay_for_what_judges() -> None:
    program = (
        "import sys, hubwright.fingerprint, hubwright.notebook\n"
        "sys.exit(any(m in sys.modules for m in ('papermill', 'nbformat', 'websockets', 'jupyter_client')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
