"""Whatever dies, and whatever it leaves behind, the next start works and nothing is lost that was finished."""

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress

import pytest

from helpers.docker_client import DockerClient
from helpers.machine import engine_processes, named
from hubwright.engines import daemon, links
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.waiting import until
from hubwright.errors import EngineUnreachableError

DEADLINE_S = 60
# Programs of an engine without which it ends as a whole.
TAKE_ALL_WITH_THEM = frozenset({"dockerd", "tini-static", "unshare"})
FOREVER = ("/bin/busybox", "sleep", "100000")


def kill(source: EmbeddedEngine, programs: Sequence[str]) -> list[int]:
    """Kill these programs of the engine, all at once, and return who was killed."""
    pids = [pid for program in programs for pid in named(source, program)]
    for pid in pids:
        # One can have taken the next with it.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return pids


@pytest.mark.parametrize(
    "programs",
    [
        ("dockerd",),
        ("containerd",),
        ("dockerd", "containerd"),
        ("tini-static",),
        ("unshare",),
        ("containerd-shim-runc-v2",),
        ("unshare", "tini-static", "dockerd", "containerd", "containerd-shim-runc-v2"),
    ],
)
def test_an_engine_that_was_killed_is_found_and_works_again(
    shared_source: EmbeddedEngine, client: DockerClient, image: str, programs: tuple[str, ...]
) -> None:
    shared_source.ensure(print)
    client.docker("run", "--detach", "--rm", "--publish=127.0.0.1::80", image, *FOREVER)
    made = client.docker("image", "inspect", "--format={{.Id}}", image)

    doomed = named(shared_source, "dockerd")
    assert kill(shared_source, programs)
    if TAKE_ALL_WITH_THEM.intersection(programs):
        # The kernel ends the others a moment after the one that was killed, and until then they answer.
        assert until(lambda: not set(doomed) & set(named(shared_source, "dockerd")), timeout_s=DEADLINE_S)
    shared_source.ensure(print)

    assert client.docker("image", "inspect", "--format={{.Id}}", image) == made
    assert client.docker("run", "--rm", image, "/bin/busybox", "echo", "works") == "works"


@pytest.mark.parametrize("program", sorted(TAKE_ALL_WITH_THEM))
def test_the_engine_dies_as_a_whole(
    shared_source: EmbeddedEngine, client: DockerClient, image: str, program: str
) -> None:
    shared_source.ensure(print)
    client.docker("run", "--detach", "--rm", image, *FOREVER)
    cables = links.ports(shared_source.places.bridge)
    assert cables

    kill(shared_source, [program])

    assert until(lambda: not engine_processes(shared_source), timeout_s=DEADLINE_S)
    assert until(lambda: not links.ports(shared_source.places.bridge), timeout_s=DEADLINE_S)
    assert shared_source.find() is None
    said: list[str] = []
    shared_source.ensure(said.append)
    assert "ended by itself. The end of its log:" in said[0]


def test_an_engine_that_is_slow_is_left_to_those_who_use_it(
    shared_source: EmbeddedEngine, client: DockerClient, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "_ANSWER_S", 0.2)
    monkeypatch.setattr(daemon, "_RECOVERY_S", 0.5)
    shared_source.ensure(print)
    user = client.docker("run", "--detach", "--rm", image, *FOREVER)
    (slow,) = named(shared_source, "dockerd")
    os.kill(slow, signal.SIGSTOP)

    def say(line: str) -> None:
        assert "slow to answer" in line
        os.kill(slow, signal.SIGCONT)

    shared_source.ensure(say)

    assert client.docker("inspect", "--format={{.State.Running}}", user) == "true"
    client.docker("kill", user)


def test_an_engine_that_hangs_is_started_anew(
    shared_source: EmbeddedEngine, client: DockerClient, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "_ANSWER_S", 1)
    monkeypatch.setattr(daemon, "_RECOVERY_S", 0)
    monkeypatch.setattr(daemon, "_SLOW_S", 2)
    shared_source.ensure(print)
    (hanging,) = named(shared_source, "dockerd")
    os.kill(hanging, signal.SIGSTOP)
    said: list[str] = []

    shared_source.ensure(said.append)

    assert "waiting for up to 2 s" in said[0]
    assert "does not answer" in said[1]
    assert hanging not in engine_processes(shared_source)
    assert client.docker("run", "--rm", image, "/bin/busybox", "echo", "works") == "works"


def test_a_pid_file_that_names_another_means_nothing(shared_source: EmbeddedEngine, client: DockerClient) -> None:
    shared_source.ensure(print)
    kill(shared_source, ["dockerd"])
    for path in ("dockerd.pid", "exec/containerd/containerd.pid"):
        (shared_source.places.run / path).write_text(str(os.getpid()), encoding="ascii")

    shared_source.ensure(print)

    assert client.docker("info", "--format={{.Driver}}") == "overlayfs"


def test_notes_that_were_damaged_cost_a_restart_and_nothing_else(
    shared_source: EmbeddedEngine, client: DockerClient, image: str
) -> None:
    shared_source.ensure(print)
    shared_source.places.record.write_text("{", encoding="utf-8")
    with pytest.raises(EngineUnreachableError, match="engine start"):
        shared_source.find()
    assert shared_source.changes() == ()

    shared_source.ensure(print)

    assert client.docker("run", "--rm", image, "/bin/busybox", "echo", "works") == "works"


def test_a_runtime_folder_that_was_swept_away_is_made_again(
    shared_source: EmbeddedEngine, client: DockerClient, image: str
) -> None:
    shared_source.ensure(print)
    shutil.rmtree(shared_source.places.run)

    shared_source.ensure(print)

    assert client.docker("run", "--rm", image, "/bin/busybox", "echo", "works") == "works"


def test_a_network_that_was_taken_away_is_put_back(shared_source: EmbeddedEngine) -> None:
    shared_source.ensure(print)
    record, places = shared_source.record(), shared_source.places
    assert record
    record.nft.run(f"delete table ip {places.table}")
    links.remove_bridge(places.bridge)

    shared_source.ensure(print)

    assert places.bridge in dict(links.addresses())
    assert b"masquerade" in record.nft.run("list", "table", "ip", places.table)
