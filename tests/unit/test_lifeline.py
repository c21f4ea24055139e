"""Programs that end with us; whoever is killed here is a real process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hubwright.errors import ProcessError
from hubwright.lifeline import companion

PATH = {"PATH": os.environ["PATH"]}
_DEADLINE_S = 30.0
_OWNER = """
import os, signal, sys
from pathlib import Path
from hubwright.lifeline import companion
with companion(("sh", "-c", sys.argv[1], "sh", sys.argv[2]), environment=os.environ, grace_s=60):
    print("up", flush=True)
    signal.pause()
"""
_TELLS_ITS_END = 'echo begun > "$1"; read -r end; echo ended > "$1"'


def _until(predicate: Callable[[], bool]) -> None:
    expires = time.monotonic() + _DEADLINE_S
    while not predicate():
        assert time.monotonic() < expires
        time.sleep(0.005)


def _says(path: Path, word: str) -> bool:
    return path.exists() and path.read_text() == f"{word}\n"


def test_its_input_ends_with_the_block_and_it_may_finish(tmp_path: Path) -> None:
    said = tmp_path / "said"
    with companion(("sh", "-c", _TELLS_ITS_END, "sh", str(said)), environment=PATH, grace_s=_DEADLINE_S) as started:
        _until(lambda: _says(said, "begun"))
        assert started.exit_code() is None
    assert _says(said, "ended")


def test_whatever_does_not_finish_is_killed_with_its_children(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "sleep 600 & echo $!; exec sleep 600"
    with companion(("sh", "-c", script), environment=PATH, log=log, grace_s=0.01) as started:
        _until(lambda: log.exists() and log.read_text().endswith("\n"))
        child = int(log.read_text())
    assert started.exit_code() == -signal.SIGKILL
    _until(lambda: not _lives(child))


def test_one_that_ended_by_itself_says_how() -> None:
    with companion(("sh", "-c", "exit 3"), environment=PATH, grace_s=0.01) as started:
        _until(lambda: started.exit_code() == 3)


def test_its_input_ends_when_we_are_killed(tmp_path: Path) -> None:
    said = tmp_path / "said"
    argv = [sys.executable, "-c", _OWNER, _TELLS_ITS_END, str(said)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"up\n"
        _until(lambda: _says(said, "begun"))
        os.killpg(owner.pid, signal.SIGKILL)
    _until(lambda: _says(said, "ended"))


def test_a_program_that_is_not_there_is_an_error() -> None:
    missing = companion(("no-such-program",), environment=PATH, grace_s=1)
    with pytest.raises(ProcessError, match="cannot start no-such-program"), missing:
        pytest.fail("there is nothing to run beside")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
