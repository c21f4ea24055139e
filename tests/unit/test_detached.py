import os
import signal
from pathlib import Path

import pytest

from hubwright.engines.waiting import until
from hubwright.errors import ProcessError
from hubwright.process import started_detached

PATH = {"PATH": os.environ["PATH"]}
DEADLINE_S = 30


def test_a_daemon_lives_in_a_session_of_its_own_until_it_ends(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with started_detached(("sh", "-c", "echo $$ $PPID; exec sleep 600"), environment=PATH, log=log) as ended:
        assert until(lambda: log.read_text(encoding="utf-8").endswith("\n"), timeout_s=DEADLINE_S)
        pid, parent = (int(word) for word in log.read_text(encoding="utf-8").split())
        try:
            assert not ended()
            assert parent != os.getpid()
            assert os.getsid(pid) == pid != os.getsid(0)
        finally:
            os.kill(pid, signal.SIGKILL)
        assert until(ended, timeout_s=DEADLINE_S)


def test_a_daemon_outlives_the_block_and_what_it_prints_is_added_to_the_log(tmp_path: Path) -> None:
    log, gate = tmp_path / "log", tmp_path / "gate"
    log.write_text("before\n", encoding="utf-8")
    os.mkfifo(gate)

    with started_detached(("sh", "-c", 'read line <"$0"; echo $line', str(gate)), environment=PATH, log=log):
        pass
    gate.write_text("after\n", encoding="utf-8")

    assert until(lambda: log.read_text(encoding="utf-8") == "before\nafter\n", timeout_s=DEADLINE_S)


def test_a_program_that_is_missing_has_ended_and_is_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with started_detached((str(tmp_path / "none"),), environment=PATH, log=log) as ended:
        assert until(ended, timeout_s=DEADLINE_S)

    assert str(tmp_path / "none") in log.read_text(encoding="utf-8")


def test_without_a_place_for_the_log_nothing_starts(tmp_path: Path) -> None:
    nowhere = tmp_path / "none" / "log"
    with pytest.raises(ProcessError, match="No such file"), started_detached(("true",), environment=PATH, log=nowhere):
        pytest.fail("the block was entered")


def test_a_launcher_that_fails_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "setsid").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    (tmp_path / "setsid").chmod(0o755)
    log, broken = tmp_path / "log", {"PATH": str(tmp_path)}

    with pytest.raises(ProcessError, match="exit code 3"), started_detached(("true",), environment=broken, log=log):
        pytest.fail("the block was entered")
