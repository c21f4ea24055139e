"""The stage of a rehearsal: a hub starts servers on it as a profile asks for them, and they are looked at."""

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docker

from hubwright.engines.interface import Engine
from hubwright.errors import HubError
from hubwright.frozen import dataclass
from hubwright.model import Chart, Shape
from hubwright.rehearse.diagnose import diagnose
from hubwright.rehearse.docker.client import (
    inspect,
    log_tail,
    read_file,
    remove,
)
from hubwright.rehearse.docker.devices import Devices, devices_for, neuron_devices
from hubwright.rehearse.docker.images import have_image
from hubwright.rehearse.docker.options import Start, spawn_options
from hubwright.rehearse.docker.volumes import volumes_for
from hubwright.rehearse.docker.watching import LOG_LINES, Watch, await_server, condition
from hubwright.rehearse.homes import Folder, Volume
from hubwright.rehearse.hub.environment import Installer
from hubwright.rehearse.hub.outside import View, activity_in, check_from_outside
from hubwright.rehearse.hub.running import Hub
from hubwright.rehearse.interface import Condition, NotStarted, Server, Started
from hubwright.verdicts import Trial

_START_S = 180.0
# The hub must not give up before we do: it would stop the container, and nobody could tell what it did.
_SLACK_S = 60.0
_PORT = 8888


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a stage stands on: an engine, and the environment its client runs in; where things are kept.

    `folder` is the run's own: the hub's log goes there. `opened_by_people` is whether somebody will open its servers
    in a browser.
    """

    engine: Engine
    environment: Mapping[str, str]
    cache: Path
    folder: Path
    installer: Installer
    opened_by_people: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Starts servers; any number of threads may, side by side."""

    client: docker.APIClient
    hub: Hub
    chart: Chart
    surroundings: Surroundings
    name: str
    labels: Mapping[str, str]
    info: Mapping[str, Any]

    def pull(self, ref: str) -> None:
        """Have the image on the engine; it is never fetched while a start is timed."""
        have_image(self.surroundings.engine, self.surroundings.environment, ref)

    def start(
        self,
        ref: str,
        shape: Shape,
        *,
        home: Folder | Volume | None = None,
        command: tuple[str, ...] | None = None,
        working_dir: str | None = None,
        timeout_s: float = _START_S,
    ) -> Started | NotStarted:
        """Return the server that the hub made of an image that was pulled, or why there is none.

        Without a home the user is new. What is not the image's fault is an error: the engine's, or the hub's.
        """
        devices = self._devices(shape)
        volumes = volumes_for(self.client, ref, shape, home, self.labels)
        start = Start(
            ref=ref,
            shape=shape,
            home=volumes[0],
            shared=tuple(zip(shape.shared, volumes[1:], strict=True)),
            devices=devices or Devices(),
            command=command,
            working_dir=working_dir,
            opened_by_people=self.surroundings.opened_by_people,
        )
        user = secrets.token_hex(4)
        self.hub.require_alive()
        self.hub.api.create_user(user)
        began = time.monotonic()
        self.hub.api.start_server(user, spawn_options(start, self.labels, timeout_s=timeout_s + _SLACK_S))
        failed = await_server(self._watch(user, shape.uid, began=began, timeout_s=timeout_s))
        seconds = time.monotonic() - began
        if failed:
            self._remove(user)
            return NotStarted(finding=diagnose(failed), home=start.home, seconds=seconds, log=failed.log)
        return self._started(user, start, seconds, hardware=devices is not None)

    def condition(self, started: Started) -> Condition:
        """Return how the server's container is; memory that ran out in a child of it counts, too."""
        return condition(self.client, started.container_id)

    def check(self, started: Started) -> Trial:
        """Return what was seen of the server from outside."""
        view = View(
            server=started.server,
            jupyterhub=self.chart.jupyterhub,
            ready=lambda: bool((self.hub.api.server(started.user) or {}).get("ready")),
            activity=lambda: activity_in(self.hub.log.read_text(errors="replace"), started.user),
            in_home=lambda name: read_file(self.client, started.container_id, f"{started.shape.home}/{name}"),
        )
        return check_from_outside(view)

    def log(self, started: Started) -> str:
        """Return what the server printed last."""
        return log_tail(self.client, started.container_id, LOG_LINES)

    def stop(self, started: Started) -> None:
        """End the server as its user would, and remove its container; its home stays until the stage is gone."""
        self.hub.require_alive()
        self.hub.api.stop_server(started.user)
        self._remove(started.user)

    def _watch(self, user: str, uid: int, *, began: float, timeout_s: float) -> Watch:
        return Watch(
            client=self.client,
            hub=self.hub,
            user=user,
            container=self._container(user),
            uid=uid,
            jupyterhub=self.chart.jupyterhub,
            began=began,
            timeout_s=timeout_s,
        )

    def _container(self, user: str) -> str:
        return f"{self.name}-{user}"

    def _remove(self, user: str) -> None:
        remove(self.client, self._container(user))

    def _devices(self, shape: Shape) -> Devices | None:
        here = self.surroundings.engine.address.startswith("unix:")
        return devices_for(shape.resources, self.info, neuron_devices() if here else ())

    def _started(self, user: str, start: Start, seconds: float, *, hardware: bool) -> Started:
        found = inspect(self.client, self._container(user))
        if found is None:
            msg = f"somebody removed the container of {start.ref} while it was rehearsed"
            raise HubError(msg)
        address = found["NetworkSettings"]["Networks"][self.name]["IPAddress"]
        return Started(
            server=Server(url=f"http://{address}:{_PORT}/user/{user}/", token=self.hub.api.user_token(user)),
            container_id=found["Id"],
            user=user,
            shape=start.shape,
            home=start.home,
            seconds=seconds,
            log=log_tail(self.client, found["Id"], LOG_LINES),
            hardware=hardware,
        )
