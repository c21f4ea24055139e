"""A start while it happens: what the hub says of it, and what becomes of its container."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import docker

from hubwright.errors import HubError
from hubwright.frozen import dataclass
from hubwright.rehearse.diagnose import NO_COMMAND, Symptoms
from hubwright.rehearse.docker.client import inspect, log_tail, saw_memory_run_out
from hubwright.rehearse.hub.running import Hub
from hubwright.rehearse.interface import Condition, condition_of, killed_from_outside

LOG_LINES = 200
_POLL_S = 0.2
# An engine may hear that memory ran out a moment after it heard of the end.
_HEARSAY_S = 2.0
_OVER = frozenset({"exited", "dead"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """What is watched: a user's server and its container, from `began` on until `timeout_s` have passed."""

    client: docker.APIClient
    hub: Hub
    user: str
    container: str
    uid: int
    jupyterhub: str
    began: float
    timeout_s: float


def await_server(watch: Watch) -> Symptoms | None:
    """Return None when the hub calls the server ready, and else what was seen of it.

    RehearsalBrokenError says that somebody may have ended it.
    """
    while True:
        watch.hub.require_alive()
        server = watch.hub.api.server(watch.user)
        if server is not None and server["ready"]:
            return None
        found = inspect(watch.client, watch.container)
        over = found is not None and found["State"]["Status"] in _OVER
        if server is None or over or time.monotonic() - watch.began > watch.timeout_s:
            return _symptoms(watch, found)
        time.sleep(_POLL_S)


def _symptoms(watch: Watch, found: Mapping[str, Any] | None) -> Symptoms:
    if found is None and not NO_COMMAND.search(watch.hub.words_about(watch.container)):
        msg = f"the rehearsal's hub made no container; its last words:\n{watch.hub.last_words()}"
        raise HubError(msg)
    seen = condition(watch.client, watch.container)
    log = log_tail(watch.client, watch.container, LOG_LINES)
    if found is not None and not seen.running and seen.exit_code is None:
        msg = f"somebody removed {watch.container} while it started"
        raise HubError(msg)
    if seen.killed_from_outside:
        what = f"{watch.container}, while it started,"
        raise killed_from_outside(what, seen, log)
    return Symptoms(
        exit_code=seen.exit_code,
        out_of_memory=seen.out_of_memory,
        restarts=seen.restarts,
        error=found["State"]["Error"] if found else "no command specified",
        log=log,
        waited_s=time.monotonic() - watch.began,
        uid=watch.uid,
        jupyterhub=watch.jupyterhub,
    )


def condition(client: docker.APIClient, container: str) -> Condition:
    """Return how a container is now, and whether memory ran out in any of its processes."""
    ends = time.monotonic() + _HEARSAY_S
    while (seen := _look(client, container)).killed_from_outside and time.monotonic() < ends:
        time.sleep(_POLL_S)
    return seen


def _look(client: docker.APIClient, container: str) -> Condition:
    found = inspect(client, container)
    seen = condition_of(found["State"], restarts=found["RestartCount"]) if found else condition_of(None)
    # Some engines note in a container's state only what happened to its first process.
    if found is not None and not seen.out_of_memory and saw_memory_run_out(client, container):
        return replace(seen, out_of_memory=True)
    return seen
