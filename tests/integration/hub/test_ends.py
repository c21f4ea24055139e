"""However a rehearsal ends, nothing of it stays, and nobody is blamed for what others did."""

import gc
import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import docker
import pytest

from helpers.images import BaseImage
from helpers.rehearsal import TinyImages
from hubwright.engines.waiting import until
from hubwright.errors import EngineRefusedError, EngineUnreachableError, HubError, PullError
from hubwright.matrix.charts import CHARTS
from hubwright.rehearse.docker.client import asking, inspect, log_tail, open_client, read_file, remove
from hubwright.rehearse.docker.images import have_image
from hubwright.rehearse.docker.leavings import RUN
from hubwright.rehearse.homes import Volume
from hubwright.rehearse.hub.environment import hub_python
from hubwright.rehearse.stage import Stage, Surroundings
from hubwright.rehearse.staging import open_stage
from values import SHAPE

DEADLINE_S = 120
# Starts what never answers, tells the name of its stage, and lives until it is killed.
_REHEARSES = """
import os, sys, threading
from pathlib import Path, PosixPath
from helpers.rehearsal import surroundings
from hubwright.engines.interface import Engine
from hubwright.matrix.charts import CHARTS
from hubwright.rehearse.staging import open_stage
from values import SHAPE
engine, ref, cache, folder = sys.argv[1:]
around = surroundings(eval(engine), Path(cache), Path(folder))
with open_stage(CHARTS["3.3.8"], around) as stage:
    print(stage.name, stage.hub.process.process.pid, flush=True)
    stage.start(ref, SHAPE, timeout_s=600)
"""


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal in another process, and what of it is to be seen."""

    process: "subprocess.Popen[str]"
    name: str
    hub: int

    @property
    def run(self) -> str:
        return self.name.removeprefix("hubwright-")


@contextmanager
def _rehearsal(around: Surroundings, ref: str) -> Iterator[Rehearsal]:
    argv = [sys.executable, "-c", _REHEARSES, repr(around.engine), ref, str(around.cache), str(around.folder)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout
            name, hub = process.stdout.readline().split()
            yield Rehearsal(process, name, int(hub))
        finally:
            process.kill()


@pytest.fixture
def client(around: Surroundings) -> Iterator[docker.APIClient]:
    with open_client(around.engine, around.environment) as opened:
        yield opened


@pytest.fixture
def silent(tiny: TinyImages) -> str:
    return tiny.build('CMD ["sleep", "600"]')


def _left(client: docker.APIClient, run: str) -> set[str]:
    marked = {"label": f"{RUN}={run}"}
    with asking("what a test left"):
        return {
            *(name for each in client.containers(all=True, filters=marked) for name in each["Names"]),
            *(each["Name"] for each in client.volumes(filters=marked)["Volumes"] or ()),
            *(each["Name"] for each in client.networks(filters=marked)),
        }


def _has_server(client: docker.APIClient, rehearsal: Rehearsal) -> bool:
    return any(name.startswith(f"/{rehearsal.name}-") for name in _left(client, rehearsal.run))


def _sweeper(run: str) -> int:
    (found,) = (pid for pid in _pids() if f"{RUN}={run}" in _arguments(pid))
    return found


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _soon(predicate: Callable[[], bool]) -> None:
    assert until(predicate, timeout_s=DEADLINE_S)


def test_when_the_rehearsal_is_killed_everything_of_it_goes(
    around: Surroundings, client: docker.APIClient, silent: str
) -> None:
    with _rehearsal(around, silent) as rehearsal:
        _soon(lambda: _has_server(client, rehearsal))
        os.killpg(rehearsal.process.pid, signal.SIGKILL)
        _soon(lambda: not _left(client, rehearsal.run))
        _soon(lambda: not _arguments(rehearsal.hub))


def test_when_its_sweeper_is_killed_with_it_the_next_one_sweeps(
    around: Surroundings, client: docker.APIClient, silent: str, tmp_path: Path
) -> None:
    (tmp_path / "next").mkdir()
    following = replace(around, folder=tmp_path / "next")
    with _rehearsal(around, silent) as rehearsal:
        _soon(lambda: _has_server(client, rehearsal))
        with open_stage(CHARTS["3.3.8"], following):
            # Its owner lives, so its container, volume and network are none of our business.
            assert len(_left(client, rehearsal.run)) == 3
        os.killpg(_sweeper(rehearsal.run), signal.SIGKILL)
        os.killpg(rehearsal.process.pid, signal.SIGKILL)
        rehearsal.process.wait(DEADLINE_S)
        with open_stage(CHARTS["3.3.8"], following):
            assert not _left(client, rehearsal.run)


def test_a_hub_that_died_is_named_and_no_image_is_blamed(around: Surroundings, base_image: BaseImage) -> None:
    with open_stage(CHARTS["3.3.8"], around) as stage:
        run = stage.name.removeprefix("hubwright-")
        os.kill(stage.hub.process.process.pid, signal.SIGKILL)
        stage.hub.process.process.wait(DEADLINE_S)
        with pytest.raises(
            HubError, match=r"hub died \(exit code -9\); its last words:(.|\n)*JupyterHub is now running"
        ):
            stage.start(base_image.ref, SHAPE)
    with open_client(around.engine, around.environment) as client:
        assert not _left(client, run)


def test_a_container_that_the_hub_cannot_make_is_no_fault_of_an_image(around: Surroundings) -> None:
    with open_stage(CHARTS["3.3.8"], around) as stage, pytest.raises(HubError, match="made no container"):
        stage.start("localhost/no/such/image:1", SHAPE, home=Volume(name=f"{stage.name}-home"))


def test_a_hub_that_does_not_come_up_says_why(around: Surroundings) -> None:
    broken = around.cache.parent / "broken-cache"
    python = hub_python(CHARTS["3.3.8"], cache=around.cache, installer=around.installer)
    place = broken / "hubs" / python.parts[-3] / "bin"
    if not place.exists():
        place.mkdir(parents=True)
        (place / "python").write_text("#!/bin/sh\necho the disk is gone >&2; exit 4\n")
        (place / "python").chmod(0o755)

    opening = open_stage(CHARTS["3.3.8"], replace(around, cache=broken))
    with pytest.raises(HubError, match=r"exit code 4\); its last words:\nthe disk is gone"), opening:
        pytest.fail("there is no hub")


def test_nothing_is_kept_but_the_log_even_without_a_sweeper(around: Surroundings) -> None:
    with open_stage(CHARTS["3.3.8"], around) as stage:
        run = stage.name.removeprefix("hubwright-")
        stage.client.create_volume(f"{stage.name}-volume", labels=dict(stage.labels))
        os.killpg(_sweeper(run), signal.SIGKILL)
    assert [entry.name for entry in around.folder.iterdir()] == ["hub.log"]
    with open_client(around.engine, around.environment) as client:
        assert not _left(client, run)


def test_an_engine_that_does_not_answer_is_no_fault_of_an_image(around: Surroundings) -> None:
    nowhere = "unix:///no/such/socket"
    engine = replace(around.engine, address=nowhere, environment={"DOCKER_HOST": nowhere})
    opening = open_stage(CHARTS["3.3.8"], replace(around, engine=engine))
    with pytest.raises(EngineUnreachableError, match="could not be asked for its version"), opening:
        pytest.fail("there is no engine")
    with pytest.raises(PullError, match="nothing is known about it"):
        have_image(engine, around.environment, "localhost/none@sha256:" + "0" * 64)
    # The engine's library leaves the socket of a connection that could not be made to the garbage collector.
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


def test_what_is_not_there_is_not_an_error(client: docker.APIClient) -> None:
    assert inspect(client, "no-such-container") is None
    assert log_tail(client, "no-such-container", 5) == ""
    assert read_file(client, "no-such-container", "/etc/passwd") is None
    remove(client, "no-such-container")
    with pytest.raises(EngineRefusedError, match=r"the engine refused a start: .*no-such-container"), asking("a start"):
        client.start("no-such-container")


def test_only_files_of_a_sensible_size_are_read(stage: Stage, tiny: TinyImages) -> None:
    ref = tiny.build(
        'RUN ["sh", "-c", "echo hello > /small; ln -s /small /link; dd if=/dev/zero of=/large bs=1M count=20"]'
    )
    with asking("a container"):
        made = stage.client.create_container(ref, command=["true"], labels=dict(stage.labels))["Id"]
    assert read_file(stage.client, made, "/small") == b"hello\n"
    assert read_file(stage.client, made, "/link") is None
    assert read_file(stage.client, made, "/large") is None
    remove(stage.client, made)
