"""What a rehearsal makes on the engine bears its marks, and is gone when the rehearsal is, whatever ended it.

A shell that only waits for our end removes it in every case. Where that was killed with us, the next rehearsal does:
the marks say which process made a thing, and whether that process lives is for the kernel to say.
"""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
from docker.errors import APIError

from hubwright.engines.interface import Engine
from hubwright.lifeline import companion
from hubwright.rehearse.docker.client import asking

RUN = "io.github.hubwright.run"
_OWNER = "io.github.hubwright.owner"
_STARTED = "io.github.hubwright.started"
# Only of things whose owner cannot be looked at: it ran on another machine, or before this one was started anew.
_FORGOTTEN_S = 24 * 3600
_REMOVAL_S = 60.0
# A container may be about to appear when its hub is killed, and keeps its network from being removed.
_SWEEPER = """\
trap '' HUP INT TERM
read -r end
for try in 1 2 3 4 5; do
    "$1" ps --all --quiet --filter "label=$2" | xargs -r "$1" rm --force --volumes
    "$1" volume ls --quiet --filter "label=$2" | xargs -r "$1" volume rm --force
    "$1" network ls --quiet --filter "label=$2" | xargs -r "$1" network rm && exit
    sleep 1
done
"""


def marks(run: str) -> dict[str, str]:
    """Return the labels of everything that this process makes for the run."""
    return {RUN: run, _OWNER: owner(os.getpid()), _STARTED: str(int(time.time()))}


def owner(pid: int, proc: Path = Path("/proc")) -> str:
    """Return what tells a process from every other one: machine and boot, process namespace, number, start."""
    boot = (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    namespace = (proc / "self/ns/pid").readlink().name
    # The name of a program may hold anything, so fields are counted from behind it.
    fields = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return f"{boot}/{namespace}/{pid}/{fields[19]}"


def is_abandoned(labels: Mapping[str, str], *, now: float, proc: Path = Path("/proc")) -> bool:
    """Return whether whoever made the thing with these labels is gone; in doubt it lives, for a day."""
    place, _, process = labels.get(_OWNER, "").rpartition("/")
    here = owner(os.getpid(), proc).rsplit("/", 2)[0]
    place, _, pid = place.rpartition("/")
    if place == here and pid.isdecimal():
        try:
            return owner(int(pid), proc).rpartition("/")[2] != process
        except (FileNotFoundError, ProcessLookupError):
            return True
    started = labels.get(_STARTED, "")
    return started.isdecimal() and now - int(started) > _FORGOTTEN_S


def sweep(client: docker.APIClient, *, now: float) -> None:
    """Remove what rehearsals left behind whose process is gone."""
    for run in _runs(client, now=now):
        remove_all(client, run)


def _runs(client: docker.APIClient, *, now: float) -> set[str]:
    marked = {"label": RUN}
    with asking("what older rehearsals left behind"):
        found = [
            *(each["Labels"] for each in client.containers(all=True, filters=marked)),
            *(each["Labels"] for each in client.volumes(filters=marked)["Volumes"] or ()),
            *(each["Labels"] for each in client.networks(filters=marked)),
        ]
    return {labels[RUN] for labels in found if is_abandoned(labels, now=now)}


def remove_all(client: docker.APIClient, run: str) -> None:
    """Remove everything of a run; what another sweep removes at the same time is no error."""
    marked = {"label": f"{RUN}={run}"}
    with asking(f"the removal of what rehearsal {run} made"):
        for container in client.containers(all=True, filters=marked):
            with suppress(APIError):
                client.remove_container(container["Id"], v=True, force=True)
        for volume in client.volumes(filters=marked)["Volumes"] or ():
            with suppress(APIError):
                client.remove_volume(volume["Name"], force=True)
        for network in client.networks(filters=marked):
            with suppress(APIError):
                client.remove_network(network["Id"])


@contextmanager
def removed_at_our_end(
    client: docker.APIClient, engine: Engine, environment: Mapping[str, str], run: str
) -> Iterator[None]:
    """Have somebody else remove everything of the run when this block ends, or this process does."""
    argv = ("sh", "-c", _SWEEPER, "hubwright-sweeper", engine.docker, f"{RUN}={run}")
    try:
        with companion(argv, environment={**environment, **engine.environment}, grace_s=_REMOVAL_S):
            yield
    finally:
        # Only what the sweeper could not do, if it was killed by somebody.
        remove_all(client, run)
