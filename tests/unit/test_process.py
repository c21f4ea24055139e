import os
import sys
from pathlib import Path

import pytest

from hubwright.errors import ProcessError, StoppedError
from hubwright.process import follow, run
from hubwright.stopping import stoppable

_ENVIRONMENT = {"PATH": os.environ["PATH"]}


def test_returns_what_was_printed_and_passes_only_the_environment_given(tmp_path: Path) -> None:
    program = "import os, sys; print(os.getcwd(), sorted(os.environ), sys.stdin.read(), sep='|')"
    done = run([sys.executable, "-I", "-c", program], environment={"A": "1"}, timeout_s=30, cwd=tmp_path)
    where, names, standard_input = done.stdout.decode().strip().split("|")
    assert (where, names, standard_input) == (str(tmp_path), str(sorted({"A", "LC_CTYPE"})), "")
    assert done.exit_code == 0


def test_an_allowed_exit_code_is_no_failure() -> None:
    argv = [sys.executable, "-c", "raise SystemExit(3)"]
    assert run(argv, environment=_ENVIRONMENT, timeout_s=30, allowed_exit_codes=frozenset({3})).exit_code == 3


def test_a_failure_tells_the_command_the_code_and_both_streams() -> None:
    argv = [sys.executable, "-c", "import sys; print('said'); sys.exit('and why')"]
    with pytest.raises(ProcessError, match=r"(?s)failed with exit code 1\nstdout: said\nstderr: and why"):
        run(argv, environment=_ENVIRONMENT, timeout_s=30)


def test_a_silent_failure_says_that_it_was_silent() -> None:
    with pytest.raises(ProcessError, match=r"(?s)exit code 2\nstdout: \(none\)\nstderr: \(none\)"):
        run([sys.executable, "-c", "raise SystemExit(2)"], environment=_ENVIRONMENT, timeout_s=30)


def test_a_missing_program_is_named() -> None:
    with pytest.raises(ProcessError, match="Is no-such-program installed and on PATH"):
        run(["no-such-program"], environment=_ENVIRONMENT, timeout_s=30)


def test_at_the_deadline_the_whole_process_group_is_killed(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    # The child holds the writing end open and tells its process id; a reader sees the end when it is gone.
    program = (
        "import subprocess, sys\n"
        'child = \'import os, sys, time; f = open(sys.argv[1], "w"); f.write("up"); f.flush(); time.sleep(600)\'\n'
        "subprocess.run([sys.executable, '-c', child, sys.argv[1]])\n"
    )
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(ProcessError, match="did not end within 1 s and was killed"):
        run([sys.executable, "-c", program, str(fifo)], environment=_ENVIRONMENT, timeout_s=1)
    os.set_blocking(reader, True)
    with os.fdopen(reader, "rb") as stream:
        assert stream.read() in {b"up", b""}


def test_what_is_followed_is_heard_while_it_speaks() -> None:
    heard: list[bytes] = []
    program = "import sys; print('unheard'); print('one', file=sys.stderr); sys.exit(3)"
    argv = [sys.executable, "-c", program]
    assert follow(argv, environment=_ENVIRONMENT, timeout_s=30, on_stderr=heard.append) == 3
    assert b"".join(heard) == b"one\n"


def test_what_is_followed_is_killed_at_the_deadline_and_when_it_is_stopped() -> None:
    argv = [sys.executable, "-c", "import time; time.sleep(600)"]
    with pytest.raises(ProcessError, match=r"did not end within 0\.1 s and was killed"):
        follow(argv, environment=_ENVIRONMENT, timeout_s=0.1, on_stderr=print)
    with pytest.raises(StoppedError, match="was stopped"), stoppable(lambda: True):
        follow(argv, environment=_ENVIRONMENT, timeout_s=30, on_stderr=print)
    with pytest.raises(StoppedError, match="was stopped"), stoppable(lambda: True):
        run(argv, environment=_ENVIRONMENT, timeout_s=30)


def test_what_cannot_be_followed_is_named() -> None:
    with pytest.raises(ProcessError, match="Is no-such-program installed and on PATH"):
        follow(["no-such-program"], environment=_ENVIRONMENT, timeout_s=30, on_stderr=print)
