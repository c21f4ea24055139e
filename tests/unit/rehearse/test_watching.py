"""Starts that end before their server answers; the engine and the hub say what a test wants them to."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import docker
import pytest

from hubwright.errors import RehearsalBrokenError
from hubwright.rehearse.docker import watching
from hubwright.rehearse.docker.watching import Watch, await_server, condition
from hubwright.rehearse.hub.running import Hub


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_HEARSAY_S", 0.05)
    monkeypatch.setattr(watching, "_POLL_S", 0.001)


def _engine(exit_code: int, *, noted: bool = False, told: Callable[[], bool] = lambda: False) -> docker.APIClient:
    """Return an engine of one container that ended; it notes that memory ran out, or tells of it."""
    state = {"Running": False, "Status": "exited", "ExitCode": exit_code, "OOMKilled": noted, "Error": ""}
    client = SimpleNamespace(
        inspect_container=lambda _: {"State": state, "RestartCount": 0},
        events=lambda **_: ["oom"] if told() else [],
        logs=lambda *_, **__: b"its last words",
    )
    return cast("docker.APIClient", client)


def _watch(client: docker.APIClient) -> Watch:
    api = SimpleNamespace(server=lambda _: {"ready": False})
    return Watch(
        client=client,
        hub=cast("Hub", SimpleNamespace(api=api, require_alive=lambda: None)),
        user="ada",
        container="run-ada",
        uid=1000,
        jupyterhub="5.5.0",
        began=time.monotonic(),
        timeout_s=600.0,
    )


@pytest.mark.parametrize("exit_code", [137, 143])
def test_a_start_that_somebody_ends_says_nothing_about_the_image(exit_code: int) -> None:
    with pytest.raises(RehearsalBrokenError) as told:
        await_server(_watch(_engine(exit_code)))
    said = str(told.value)
    assert f"run-ada, while it started, was killed from outside (exit code {exit_code})" in said
    # It may have been the image all the same, and then somebody has to be told where to look.
    assert "look for `kill` and `timeout` in what it starts; its last lines:\nits last words" in said


@pytest.mark.parametrize("engine", [_engine(137, noted=True), _engine(137, told=lambda: True), _engine(3)])
def test_what_an_image_does_to_itself_is_a_symptom(engine: docker.APIClient) -> None:
    seen = await_server(_watch(engine))
    assert seen
    assert (seen.log, seen.out_of_memory) == ("its last words", seen.exit_code == 137)


def test_memory_that_ran_out_may_be_heard_of_after_the_end() -> None:
    heard = iter([False, False, True])
    assert condition(_engine(137, told=lambda: next(heard)), "run-ada").out_of_memory
