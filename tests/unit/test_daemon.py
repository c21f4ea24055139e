import os
import signal
import sys
from pathlib import Path

import pytest

from fakes.processes import kill_daemon
from hubwright.daemon import find_daemon, start_daemon, stop_daemon
from hubwright.errors import ProcessError

# Writes that it is ready, and then does nothing for a long time.
BODY = """
import os, signal, sys, threading
if "--deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[-1], "w") as ready:
    ready.write(f"{os.getsid(0) == os.getpid()} {sorted(os.environ)} {sys.stdin.read()!r}")
threading.Event().wait(120)
"""


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    path = tmp_path / "ready"
    os.mkfifo(path)
    return path


def arguments(ready: Path, *flags: str) -> tuple[str, ...]:
    return (sys.executable, "-c", BODY, *flags, str(ready))


def test_a_daemon_is_found_again_and_ended(tmp_path: Path, ready: Path) -> None:
    argv = arguments(ready)

    pid = start_daemon(argv, environment={"ONLY": "this"}, log=tmp_path / "log")

    assert find_daemon(argv) == pid
    # From another place, and with another path to its program, it is the same one.
    assert find_daemon(("/elsewhere/" + Path(argv[0]).name, *argv[1:])) == pid
    leads, environment = ready.read_text().split(" ", 1)
    assert leads == "True"
    assert "ONLY" in environment
    assert "PATH" not in environment
    stop_daemon(argv, grace_s=30)
    assert find_daemon(argv) is None
    assert not alive(pid)


def test_a_daemon_that_does_not_listen_is_killed(tmp_path: Path, ready: Path) -> None:
    argv = arguments(ready, "--deaf")
    pid = start_daemon(argv, environment={}, log=tmp_path / "log")
    ready.read_text()

    stop_daemon(argv, grace_s=0.01)

    assert not alive(pid)


def test_a_daemon_that_was_killed_is_not_found(tmp_path: Path, ready: Path) -> None:
    argv = arguments(ready)
    pid = start_daemon(argv, environment={}, log=tmp_path / "log")
    kill_daemon(argv)

    assert find_daemon(argv) is None
    os.waitpid(pid, 0)
    stop_daemon(argv, grace_s=1)


def test_other_arguments_are_another_daemon(tmp_path: Path, ready: Path) -> None:
    argv = arguments(ready)
    start_daemon(argv, environment={}, log=tmp_path / "log")
    try:
        assert find_daemon((*argv, "more")) is None
        assert find_daemon((argv[0] + "x", *argv[1:])) is None
    finally:
        stop_daemon(argv, grace_s=30)


def test_what_it_prints_replaces_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("what was there before, and is longer")

    pid = start_daemon(("/bin/sh", "-c", "echo out; echo err >&2"), environment={}, log=log)
    os.waitpid(pid, 0)

    assert log.read_text() == "out\nerr\n"


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProcessError, match="cannot start /missing/program: No such file"):
        start_daemon(("/missing/program",), environment={}, log=tmp_path / "log")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, signal.Signals.SIGCONT)
    except ProcessLookupError:
        return False
    return True
