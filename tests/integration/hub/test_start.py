"""A user's start of the shipped base image, through real hubs."""

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from helpers.images import BaseImage
from helpers.rehearsal import expect
from homes import older_home, read_only_home
from hubwright.matrix.charts import CHARTS
from hubwright.model import SharedDirectory, Span
from hubwright.rehearse.docker.client import asking, saw_memory_run_out
from hubwright.rehearse.homes import efs_home
from hubwright.rehearse.interface import NotStarted, Started
from hubwright.rehearse.stage import Stage, Surroundings
from hubwright.rehearse.staging import open_stage
from values import SHAPE

GIB = 1 << 30


def shell(stage: Stage, started: Started, script: str) -> str:
    """Return what a script prints in the server's container, as the server's user."""
    with asking("a test's script"):
        made = stage.client.exec_create(started.container_id, ["sh", "-c", script])
        printed: bytes = stage.client.exec_start(made["Id"])
    return printed.decode().strip()


def test_a_user_starts_works_and_comes_back(stage: Stage, base_image: BaseImage) -> None:
    first = expect(Started, stage.start(base_image.ref, SHAPE))
    trial = stage.check(first)
    assert trial.passed, trial.findings
    assert stage.condition(first).running
    assert "Serving notebooks from local directory: /home/jovyan" in stage.log(first)
    shell(stage, first, "echo mine > /home/jovyan/kept")
    stage.stop(first)
    gone = stage.condition(first)
    assert (gone.running, gone.exit_code) == (False, None)

    second = expect(Started, stage.start(base_image.ref, SHAPE, home=first.home))
    assert shell(stage, second, "cat /home/jovyan/kept") == "mine"
    assert stage.check(second).passed
    stage.stop(second)


def test_the_hub_of_an_older_chart_finds_that_the_server_is_too_new(
    base_image: BaseImage, around: Surroundings
) -> None:
    with open_stage(CHARTS["3.3.8"], around) as stage:
        started = expect(Started, stage.start(base_image.ref, SHAPE))
        (finding,) = stage.check(started).findings
    assert finding.where == "server-outside, major version of the server's jupyterhub"
    assert (finding.expected, finding.seen) == ("4", "5")


def test_the_server_gets_what_the_pod_would(stage: Stage, base_image: BaseImage) -> None:
    shape = replace(
        SHAPE,
        fs_gid=2000,
        # More processors than a machine of tests has.
        cpu=Span(guarantee=250, limit=512_000),
        memory=Span(guarantee=GIB // 2, limit=GIB),
        environment={"GREETING": "hello"},
        shared=(
            SharedDirectory(name="team", path="/home/shared", claim="a", read_only=False),
            SharedDirectory(name="data", path="/srv/data", claim="b", read_only=True),
        ),
    )
    started = expect(Started, stage.start(base_image.ref, shape))
    assert shell(stage, started, "id -u; id -g; id -G").split() == ["1000", "100", "100", "2000"]
    owners = shell(stage, started, "stat -c '%u %g %a' /home/jovyan /home/shared /srv/data").splitlines()
    assert owners == ["0 2000 2775"] * 3
    assert shell(stage, started, "touch /home/shared/x && touch /srv/data/x") == (
        "touch: cannot touch '/srv/data/x': Read-only file system"
    )
    assert shell(stage, started, "echo $GREETING $MEM_LIMIT $CPU_LIMIT") == f"hello {GIB} 512.0"
    privileges = shell(stage, started, "grep -E '^(CapBnd|NoNewPrivs):' /proc/self/status").split()
    assert privileges == ["CapBnd:", "0000000000000000", "NoNewPrivs:", "1"]
    host = stage.client.inspect_container(started.container_id)["HostConfig"]
    assert (host["Memory"], host["MemorySwap"], host["MemoryReservation"]) == (GIB, GIB, GIB // 2)
    assert (host["CpuQuota"] // host["CpuPeriod"], host["CpuShares"]) == (512, 256)
    assert not host["Binds"]
    stage.stop(started)


def test_only_the_hub_and_the_servers_are_within_reach(stage: Stage, base_image: BaseImage) -> None:
    started = expect(Started, stage.start(base_image.ref, SHAPE))
    routes = shell(stage, started, "cat /proc/net/route").splitlines()[1:]
    # One line, for the network itself: nothing leads out of it.
    assert len(routes) == 1
    port = urlsplit(stage.hub.api.url).port
    assert port
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=10):
        pytest.fail("the hub listens where it need not")
    stage.stop(started)


OLD_FILES = {".local/share/jupyter/kernels/python3/kernel.json": b"{}", "work/old.ipynb": b"{}"}
UNWRITABLE = "server-outside, a new notebook can be made"
ELSEWHERE = "server-outside, it lies in the home's volume"


def test_homes_of_every_kind_side_by_side(stage: Stage, base_image: BaseImage) -> None:
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"home": efs_home(SHAPE)}, []),
        ({"home": older_home(SHAPE, OLD_FILES)}, []),
        ({"home": read_only_home(SHAPE)}, [UNWRITABLE]),
        ({"working_dir": "/etc"}, [UNWRITABLE]),
        ({"working_dir": "/tmp"}, [ELSEWHERE]),  # noqa: S108 - in the container, where anyone may write
    ]

    def found(arguments: dict[str, Any]) -> tuple[Started, list[str]]:
        started = expect(Started, stage.start(base_image.ref, SHAPE, **arguments))
        places = [finding.where for finding in stage.check(started).findings]
        stage.stop(started)
        return started, places

    with ThreadPoolExecutor(len(cases)) as threads:
        outcomes = list(threads.map(lambda case: found(case[0]), cases))
    assert [places for _, places in outcomes] == [expected for _, expected in cases]
    assert len({started.server.url for started, _ in outcomes}) == len(cases)
    assert len({started.home.name for started, _ in outcomes}) == len(cases)


def test_a_command_of_the_profile_replaces_the_images(stage: Stage, base_image: BaseImage) -> None:
    started = expect(Started, stage.start(base_image.ref, SHAPE, command=("jupyterhub-singleuser",)))
    assert stage.check(started).passed
    assert stage.client.inspect_container(started.container_id)["Config"]["Cmd"] == ["jupyterhub-singleuser"]
    stage.stop(started)


def test_memory_that_runs_out_in_a_child_is_seen(stage: Stage, base_image: BaseImage) -> None:
    shape = replace(SHAPE, memory=Span(guarantee=GIB // 4, limit=GIB // 4))
    started = expect(Started, stage.start(base_image.ref, shape))
    assert not stage.condition(started).out_of_memory
    assert not saw_memory_run_out(stage.client, started.container_id)
    shell(stage, started, "python -c 'x = bytearray(1 << 30)' || true")
    condition = stage.condition(started)
    assert (condition.running, condition.out_of_memory) == (True, True)
    assert saw_memory_run_out(stage.client, started.container_id)
    stage.stop(started)


def test_too_little_memory_is_the_reason_that_is_given(stage: Stage, base_image: BaseImage) -> None:
    shape = replace(SHAPE, memory=Span(guarantee=24 << 20, limit=24 << 20))
    failed = expect(NotStarted, stage.start(base_image.ref, shape))
    assert "used up the profile's memory" in failed.finding.seen
