"""hubwright itself is killed in the middle of a start or a stop: the next run finds its way from there."""

import os
import signal
import sys

import pytest

from helpers.docker_client import DockerClient
from helpers.machine import traces
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.process import run

# Kills itself when a function of the engine has done its work.
_DIE_AFTER = """
import importlib, os, signal, sys
from pathlib import Path
from hubwright.engines.embedded import EmbeddedEngine

cache, act, module, name = sys.argv[1:]
target = importlib.import_module(f"hubwright.engines.{module}")
original = getattr(target, name)

def work_and_die(*arguments, **options):
    original(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(target, name, work_and_die)
getattr(EmbeddedEngine(cache=Path(cache), environment=os.environ, uid=0), act)(print)
"""


def die(source: EmbeddedEngine, act: str, after: str) -> None:
    argv = (sys.executable, "-c", _DIE_AFTER, str(source.cache), act, *after.split("."))
    run(argv, environment=os.environ, timeout_s=120, allowed_exit_codes=frozenset({-signal.SIGKILL}))


def look(source: EmbeddedEngine) -> set[str]:
    record = source.record()
    assert record
    return traces(source, record)


@pytest.mark.parametrize(
    "point",
    [
        "programs.find_programs",
        "lifecycle._note",
        "lifecycle._configure",
        "leavings.make_mount_points",
        "links.add_bridge",
        "firewall.apply_rules",
        "network.connect",
        "daemon.start",
    ],
)
def test_a_start_that_was_killed_is_started_again(source: EmbeddedEngine, point: str) -> None:
    die(source, "ensure", point)

    client = DockerClient(engine=source.ensure(print))

    assert client.docker("info", "--format={{.Driver}}") == "overlayfs"
    assert {trace.partition(" ")[0] for trace in look(source)} == {"link", "firewall", "file", "process"}


@pytest.mark.parametrize(
    "point",
    [
        "daemon.stop",
        "firewall.remove_table",
        "links.remove_bridge",
        "network.disconnect",
        "leavings.remove_mount_points",
        "leavings.remove_cgroups",
    ],
)
def test_a_stop_that_was_killed_is_finished_by_the_next(source: EmbeddedEngine, point: str) -> None:
    source.ensure(print)
    record = source.record()
    assert record
    die(source, "stop", point)

    assert source.stop(print)

    assert traces(source, record) == set()
    assert not source.stop(print)
