"""However a run of `hubwright verify` is broken off, nothing of it stays, and nobody calls an image proven."""

import json
import os
import random
import select
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docker
import pytest

from helpers.command import Command, made_by, nothing_is_left
from helpers.yard import Run, all_ended
from hubwright.engines.waiting import until

_KILLS = 10
_SIDE_BY_SIDE = 3
_LONGEST_MOMENT_S = 0.5
_SOON_S = 120
# What a rehearsal says from its first line to the notebook that is judged first.
_MARKERS = (
    "its image is in the registry",
    "fetching the image",
    "waiting for a server",
    "the server from outside",
    "notebook home",
    "the contract",
)
_BASE = ("verify", "--again", "--select=base")


def _server(client: docker.APIClient, run: Run) -> str:
    """Return the container of the run's first server; another may be on its network home by now."""
    return min(made_by(client, run)["container"], key=lambda found: str(client.inspect_container(found)["Created"]))


def _hub(below: dict[int, int]) -> int:
    return next(pid for pid in below if b"jupyterhub" in _arguments(pid))


def _arguments(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize(
    "send, number, moment",
    [
        (os.killpg, signal.SIGINT, "waiting for a server"),
        (os.kill, signal.SIGINT, "notebook home"),
        (os.kill, signal.SIGTERM, "its image is in the registry"),
    ],
)
def test_a_run_that_is_told_to_end_does_so_at_once_and_leaves_nothing(
    hubwright: Command,
    client: docker.APIClient,
    send: Callable[[int, int], None],
    number: signal.Signals,
    moment: str,
) -> None:
    code, word = {signal.SIGINT: (130, "interrupted"), signal.SIGTERM: (143, "terminated")}[number]
    with hubwright.running(*_BASE) as run:
        run.until_line(moment)
        below = run.descendants()
        send(run.process.pid, number)
        assert run.end() == code, run.said
        assert run.lines[-1] == word
        assert "failed" not in run.said
        assert all_ended(below)
        assert nothing_is_left(client, run, hubwright), made_by(client, run)


def test_wherever_a_run_is_killed_nothing_of_it_stays(hubwright: Command, client: docker.APIClient) -> None:
    moments = random.Random(20)  # noqa: S311 - moments, no secrets
    plan = [
        (moments.choice(_MARKERS), moments.uniform(0, _LONGEST_MOMENT_S), moments.random() < 0.5) for _ in range(_KILLS)
    ]

    def killed(moment: tuple[str, float, bool]) -> bool:
        marker, beyond_s, with_its_group = moment
        with hubwright.running(*_BASE) as run:
            run.until_line(marker)
            assert run.process.stderr
            select.select([run.process.stderr], [], [], beyond_s)
            below = run.descendants()
            (os.killpg if with_its_group else os.kill)(run.process.pid, signal.SIGKILL)
            run.process.wait()
            return all_ended(below) and until(lambda: not any(made_by(client, run).values()), timeout_s=_SOON_S)

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        assert list(threads.map(killed, plan)) == [True] * _KILLS
    assert until(lambda: not list(hubwright.temporary.iterdir()), timeout_s=_SOON_S)


def test_a_container_that_somebody_kills_is_no_verdict(hubwright: Command, client: docker.APIClient) -> None:
    with hubwright.running(*_BASE, "--json") as run:
        run.until_line("notebook home")
        client.kill(_server(client, run))
        code = run.end()
        assert (code, "killed from outside (exit code 137)" in run.said) == (54, True), run.said
        assert nothing_is_left(client, run, hubwright), made_by(client, run)
    (verdict,) = json.loads(hubwright.printed.read_bytes())["verdicts"]
    assert (verdict["verdict"], verdict["trials"]) == ("not tested", [])


def test_a_hub_that_somebody_kills_is_no_verdict(hubwright: Command, client: docker.APIClient) -> None:
    with hubwright.running(*_BASE, "--json") as run:
        run.until_line("notebook home")
        os.kill(_hub(run.descendants()), signal.SIGKILL)
        code = run.end()
        assert (code, "the rehearsal's hub died (exit code -9)" in run.said) == (51, True), run.said
        assert nothing_is_left(client, run, hubwright), made_by(client, run)
    (verdict,) = json.loads(hubwright.printed.read_bytes())["verdicts"]
    assert verdict["verdict"] == "not tested"
