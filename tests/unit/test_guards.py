"""What was started ends with whoever started it; the owners here are real processes, and so is the SIGKILL."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hubwright import guards
from hubwright.errors import ProcessError
from hubwright.process import run

_DEADLINE_S = 30
# Starts a program that starts another; both hold the named pipe open for as long as they live.
_OWNER = """
import os, sys
from hubwright.process import {function}
script = 'exec 9> "$1"; sleep 600 & echo up >&9; wait'
{function}(("sh", "-c", script, "sh", sys.argv[1]), environment=os.environ, timeout_s=600{more})
"""


@pytest.mark.parametrize("function, more", [("run", ""), ("follow", ", on_stderr=print")])
@pytest.mark.parametrize("whole_group", [False, True])
def test_whatever_was_started_dies_with_its_owner(
    tmp_path: Path,
    function: str,
    more: str,
    whole_group: bool,  # noqa: FBT001 - a column of a table
) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    argv = [sys.executable, "-c", _OWNER.format(function=function, more=more), str(fifo)]
    with subprocess.Popen(argv, start_new_session=True) as owner, fifo.open("rb", buffering=0) as alive:
        assert alive.read(3) == b"up\n"
        (os.killpg if whole_group else os.kill)(owner.pid, signal.SIGKILL)
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
