"""The script that a checkout is used by: what becomes of a first run that is broken off, and of the ones after it."""

import ast
import os
import signal
import subprocess
from pathlib import Path

import pytest

from hubwright.cli.app import COMMANDS

_NOXW = Path(__file__).parents[2] / "noxw"
# Answers as python does, and sends a signal to everybody, as a terminal does, where it is to make an environment.
_PYTHON = """\
#!/bin/sh
[ "$1" = -m ] || exec python3 "$@"
trap - {signal}
kill -s {signal} 0
sleep 60
"""


def _noxw(folder: Path, signalled: str, **environment: str) -> subprocess.CompletedProcess[str]:
    python = folder / "python"
    python.write_text(_PYTHON.format(signal=signalled))
    python.chmod(0o755)
    return subprocess.run(
        # Whoever runs the tests in the background may have SIGINT ignored, and a child inherits that.
        ["env", "--default-signal=INT,HUP", "sh", _NOXW, "--list"],
        env={"PATH": os.environ["PATH"], "HUBWRIGHT_PYTHON": str(python), **environment},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_first_run_that_is_broken_off_says_nothing_of_python_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    done = _noxw(tmp_path, number.name.removeprefix("SIG"), XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 128 + number
    assert "cannot make virtual environments" not in done.stderr
    assert list((tmp_path / "hubwright").iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_a_later_one_and_not_by_one_beside_it(tmp_path: Path) -> None:
    cache = tmp_path / "hubwright"
    for name, time in {".nox.killed": 0, ".nox.beside": None, ".nox-of-somebody": 0}.items():
        (cache / name / "env").mkdir(parents=True)
        if time is not None:
            os.utime(cache / name, (time, time))
    _noxw(tmp_path, "TERM", XDG_CACHE_HOME=str(tmp_path))
    assert {path.name for path in cache.iterdir()} == {".nox.beside", ".nox-of-somebody"}


def test_a_user_without_a_home_is_told_what_is_missing(tmp_path: Path) -> None:
    done = _noxw(tmp_path, "TERM")
    assert (done.returncode, done.stderr) == (
        2,
        "noxw: neither HOME nor XDG_CACHE_HOME says where an environment can be kept\n",
    )


def test_every_command_has_a_session() -> None:
    noxfile = ast.parse((_NOXW.parent / "noxfile.py").read_text())
    sessions = {each.name for each in noxfile.body if isinstance(each, ast.FunctionDef) and each.decorator_list}
    assert sorted(COMMANDS.keys() - sessions) == []
