"""What the engine changed on the machine is gone when it stops, however it came to its end."""

import os
import shutil
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from helpers.machine import engine_processes, traces
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.record import Record
from hubwright.engines.waiting import until
from hubwright.errors import EngineStopError

DEADLINE_S = 60


@pytest.fixture
def busy(source: EmbeddedEngine, busybox: Path, tmp_path: Path) -> Record:
    """Bring the engine up, with containers in two networks and a published port."""
    client = DockerClient(engine=source.ensure(print))
    client.build(busybox_context(tmp_path / "context", busybox), "--tag=test/busybox:1")
    client.docker("network", "create", "one")
    forever = ("test/busybox:1", "/bin/busybox", "sleep", "100000")
    client.docker("run", "--detach", "--network=one", "--publish=127.0.0.1::80", *forever)
    client.docker("run", "--detach", *forever)
    record = source.record()
    assert record
    return record


def kill(source: EmbeddedEngine) -> None:
    for pid in engine_processes(source):
        # One can have taken the next with it.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert until(lambda: not engine_processes(source), timeout_s=DEADLINE_S)


def test_stop_leaves_nothing(source: EmbeddedEngine, busy: Record) -> None:
    before = traces(source, busy)
    kinds = {trace.partition(" ")[0] for trace in before}
    assert kinds == {"link", "cable", "firewall", "file", "cgroup", "process"}

    assert source.stop(print)

    assert traces(source, busy) == set()
    # The kernel takes a container's end of a cable, and with it ours, when the container's network namespace goes.
    cables = [trace.removeprefix("cable ") for trace in before if trace.startswith("cable ")]
    assert not any(Path("/sys/class/net", cable).exists() for cable in cables)
    assert not any(Path(folder).exists() for folder in busy.folders)
    assert source.find() is None


def test_stop_clears_up_after_an_engine_that_was_killed(source: EmbeddedEngine, busy: Record) -> None:
    kill(source)
    assert traces(source, busy)

    assert source.stop(print)

    assert traces(source, busy) == set()


def test_stop_clears_up_where_somebody_has_emptied_the_cache(source: EmbeddedEngine, busy: Record) -> None:
    kill(source)
    shutil.rmtree(source.places.home)

    assert source.stop(print)

    assert traces(source, busy) == set()


def test_stop_clears_up_where_the_notes_are_gone(source: EmbeddedEngine, busy: Record) -> None:
    shutil.rmtree(source.places.run)

    assert source.stop(print)

    assert traces(source, busy) == set()


@pytest.mark.usefixtures("busy")
def test_images_outlast_a_stop(source: EmbeddedEngine) -> None:
    source.stop(print)

    client = DockerClient(engine=source.ensure(print))

    assert client.docker("run", "--rm", "test/busybox:1", "/bin/busybox", "echo", "works") == "works"


def test_stop_has_nothing_to_do_where_no_engine_was(tmp_path: Path) -> None:
    untouched = EmbeddedEngine(cache=tmp_path, environment={}, uid=0)

    assert not untouched.stop(print)
    assert not untouched.remove(print)
    assert untouched.find() is None
    assert untouched.changes() == ()


def test_remove_deletes_data_and_packages(source: EmbeddedEngine, busy: Record) -> None:
    assert source.remove(print)

    # nft is gone with the packages; what it would list was looked at in the tests of stop.
    assert not source.places.home.exists()
    assert not source.places.run.exists()
    assert engine_processes(source) == []
    assert not Path(busy.nft.path).exists()
    assert not source.remove(print)


def test_data_that_cannot_be_deleted_is_named(source: EmbeddedEngine, tmp_path: Path) -> None:
    source.places.home.rename(tmp_path / "elsewhere")
    source.places.home.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EngineStopError, match=str(source.places.home)):
        replace(source).remove(print)
    source.places.home.unlink()


@pytest.mark.parametrize("act", ["stop", "remove"])
def test_only_root_may(source: EmbeddedEngine, act: str) -> None:
    with pytest.raises(EngineStopError, match="root"):
        getattr(replace(source, uid=1000), act)(print)
