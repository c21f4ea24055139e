"""A build that is told to end does so at once, leaves nothing, and says how far it came."""

import os
import secrets
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.machine import engine_processes
from helpers.yard import Yard, all_ended
from hubwright.engines.waiting import until

_LONG = 'RUN ["/bin/sh", "-c", "echo {mark}; sleep 600"]\n'
_STARTS_S = 60.0
_SHORT = 'RUN ["/bin/sh", "-c", "echo {mark}; sleep 3"]\n'


def _images(lines: str) -> dict[str, str]:
    mark = secrets.token_hex(8)
    return {"base": f"LABEL mark={mark}\n", "tool": lines.format(mark=mark)}


@pytest.mark.parametrize(
    "send, number, code",
    [(os.killpg, signal.SIGINT, 130), (os.kill, signal.SIGINT, 130), (os.kill, signal.SIGTERM, 143)],
)
def test_a_build_that_is_told_to_end_ends_its_children_and_says_how_far_it_came(
    yard: Yard, tmp_path: Path, send: Callable[[int, int], None], number: signal.Signals, code: int
) -> None:
    """A terminal sends Ctrl-C to the whole group; a supervisor sends its signal to one process."""
    root = yard.repository(tmp_path / "repository", _images(_LONG))
    with yard.running(root, "build", "--until=publish") as run:
        run.until_line("tool: [2/2] RUN")
        # BuildKit may fail to end what it is only about to start.
        assert until(lambda: any("sleep" in each for each in yard.leftovers()), timeout_s=_STARTS_S)
        below = run.descendants()
        send(run.process.pid, number)
        assert run.end() == code, run.said
    word = {130: "interrupted", 143: "terminated"}[code]
    assert run.lines[-1] == f"{word}; in the registry: base; not finished: tool. Run it again to go on"
    assert "Traceback" not in run.said
    assert below
    assert all_ended(below)
    assert yard.nothing_is_left(), yard.leftovers()


def test_an_engine_that_dies_during_a_build_is_named_and_started_again(yard: Yard, tmp_path: Path) -> None:
    root = yard.repository(tmp_path / "repository", _images(_SHORT))
    with yard.running(root, "build", "--until=publish") as run:
        run.until_line("tool: [2/2] RUN")
        for pid in engine_processes(yard.source):
            os.kill(pid, signal.SIGKILL)
        assert run.end() == 10, run.said
    assert (
        f"error: tool: the embedded engine at {yard.source.places.socket.as_uri().replace('file', 'unix')}" in run.said
    )
    assert "ended in the middle of it, which says nothing about the image" in run.said
    assert "Traceback" not in run.said

    again = yard.build(root)

    assert again.returncode == 0, again.stderr
    assert "1 built, 1 reused" in again.stdout
    assert yard.nothing_is_left(), yard.leftovers()


def test_a_run_that_waits_for_another_goes_on_when_that_is_killed(yard: Yard, tmp_path: Path) -> None:
    mark = secrets.token_hex(8)
    images = {"base": _SHORT.format(mark=mark), "one": "LABEL one=1\n", "two": "LABEL two=2\n"}
    root = yard.repository(tmp_path / "repository", images)
    with yard.running(root, "build", "--until=publish", "--select", "one") as first:
        first.until_line("base: [2/2] RUN")
        with yard.running(root, "build", "--until=publish", "--select", "t*") as second:
            second.until_line("base: the registry does not have")
            assert until(lambda: _waits(second.process.pid), timeout_s=60)
            below = first.descendants()
            first.process.kill()
            assert all_ended(below)
            assert second.end() == 0, second.said
    assert "base: [2/2] RUN" in second.said
    assert [line for line in second.lines if "two: built in" in line]
    again = yard.build(root)
    assert "1 built, 2 reused" in again.stdout, again.stderr
    assert yard.nothing_is_left(), yard.leftovers()


def _waits(pid: int) -> bool:
    """Return whether the process has opened a lock of builds, which in this test another one holds."""
    return any("/builds/fp-" in str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink())
