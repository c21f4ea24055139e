"""An engine that dies under a rehearsal is named, no image is called anything, and the next run goes on from there."""

import json
import os
import signal
from contextlib import suppress
from pathlib import Path

from helpers.machine import engine_processes
from helpers.yard import Yard, all_ended
from hubwright.engines.waiting import until

# Time enough to kill an engine before it ends.
_ENDS = 'CMD ["/bin/sh", "-c", "sleep 20; echo out of luck; exit 3"]\n'
_SOON_S = 120


def _verdict(stdout: bytes) -> tuple[str, str]:
    (verdict,) = json.loads(stdout)["verdicts"]
    return verdict["verdict"], verdict["reason"]


def test_an_engine_that_dies_during_a_rehearsal_is_no_verdict_and_the_next_run_reaches_one(
    yard: Yard, tmp_path: Path
) -> None:
    root = yard.repository(tmp_path / "repository", {"base": _ENDS})
    with yard.running(root, "build", "--until=publish") as build:
        assert build.end() == 0, build.said
    arguments = ("verify", "--json", f"--out={tmp_path / 'out'}")
    with yard.running(root, *arguments) as run:
        run.until_line("waiting for a server")
        assert until(lambda: bool(yard.client.docker("ps", "--quiet")), timeout_s=_SOON_S)
        below = run.descendants()
        for pid in engine_processes(yard.source):
            # One may end because another did.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert run.end() in {31, 51}, run.said
        assert all_ended(below)
        assert run.process.stdout
        assert _verdict(run.process.stdout.read())[0] == "not tested"
    assert "Traceback" not in run.said

    with yard.running(root, *arguments) as again:
        assert again.end() == 13, again.said
        assert again.process.stdout
        standing, reason = _verdict(again.process.stdout.read())
    assert (standing, "the container ended with exit code 3; its last lines:" in reason) == ("failed", True)
    assert yard.nothing_is_left(), yard.leftovers()
