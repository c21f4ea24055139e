"""What was started ends with whoever started it; the owners here are real processes, and so is the SIGKILL."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hubwright import guards
from hubwright.errors import ProcessError
from hubwright.process import run

_DEADLINE_S = 30
# Starts a program that starts another; both hold the named pipe open for as long as they live. What the first says is
# handed on, so that whoever hears it knows that the owner has heard it.
_OWNER = """
import os, sys
from hubwright.process import follow
script = 'exec 9> "$1"; sleep 600 & echo up >&2; wait'
argv = ("sh", "-c", script, "sh", sys.argv[1])
follow(argv, environment=os.environ, timeout_s=600, on_stderr=lambda said: os.write(1, said))
"""


@pytest.mark.parametrize("kill", [os.kill, os.killpg])
def test_whatever_was_started_dies_with_its_owner(tmp_path: Path, kill: Callable[[int, int], None]) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    argv = [sys.executable, "-c", _OWNER, str(fifo)]
    with subprocess.Popen(argv, start_new_session=True, stdout=subprocess.PIPE) as owner, fifo.open("rb") as alive:
        assert owner.stdout
        assert owner.stdout.readline() == b"up\n"
        kill(owner.pid, signal.SIGKILL)
        # The end of a pipe that nobody holds open any more.
        assert select.select([alive], [], [], _DEADLINE_S)[0]
        assert alive.read() == b""


def test_a_guard_that_was_killed_does_not_disturb() -> None:
    with guards.guarded("kill -KILL $$") as tell:
        tell("anything")


def test_without_a_guard_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_SHELL", "no-such-shell")
    with pytest.raises(ProcessError, match="cannot start true"):
        run(("true",), environment={}, timeout_s=5)
