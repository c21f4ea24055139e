"""A shape in the words of DockerSpawner and of the engine: what the pod of a profile would get, and nothing more."""

from collections.abc import Mapping
from typing import Any

from docker.types import LogConfig

from hubwright.frozen import dataclass
from hubwright.model import Shape, SharedDirectory
from hubwright.rehearse.docker.devices import Devices
from hubwright.rehearse.docker.volumes import mount
from hubwright.rehearse.homes import Volume

_PERIOD_US = 100_000
_MILLI = 1000
# A kernel takes no smaller number; Kubernetes rounds up to it, too.
_FEWEST_SHARES = 2
# Who prints for ever must not fill the disk.
LOG = LogConfig(type="json-file", config={"max-size": "10m", "max-file": "2"})

# There is no proxy through which a browser could log in.
_TOKEN_IN_URL = {"JUPYTERHUB_ALLOW_TOKEN_IN_URL": "1"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """One start of one image.

    `command` is what the profile gives as `cmd`: None, as in what is emitted, leaves the image its own; anything else
    becomes the arguments of its entry point. `working_dir` None leaves the image its own as well. `opened_by_people`
    lets its user in by an address with the token.
    """

    ref: str
    shape: Shape
    home: Volume
    shared: tuple[tuple[SharedDirectory, Volume], ...]
    devices: Devices
    command: tuple[str, ...] | None
    working_dir: str | None
    opened_by_people: bool = False


def spawn_options(start: Start, labels: Mapping[str, str], *, timeout_s: float) -> dict[str, Any]:
    """Return the options of the start as the rehearsal's spawner takes them.

    `timeout_s` is when the hub gives it up, and stops its container.
    """
    shape = start.shape
    create: dict[str, Any] = {"user": f"{shape.uid}:{shape.gid}", "labels": dict(labels)}
    if start.working_dir is not None:
        create["working_dir"] = start.working_dir
    settings: dict[str, Any] = {
        "image": start.ref,
        "environment": {
            **shape.environment,
            **dict(start.devices.environment),
            **(_TOKEN_IN_URL if start.opened_by_people else {}),
        },
        "http_timeout": int(timeout_s),
        "extra_create_kwargs": create,
        "extra_host_config": _host_config(start),
    }
    if shape.memory:
        settings |= {"mem_limit": shape.memory.limit, "mem_guarantee": shape.memory.guarantee}
    if shape.cpu:
        settings |= {"cpu_limit": shape.cpu.limit / _MILLI, "cpu_guarantee": shape.cpu.guarantee / _MILLI}
    return {"settings": settings, "command": None if start.command is None else list(start.command)}


def _host_config(start: Start) -> dict[str, Any]:
    shape = start.shape
    mounts = [mount(start.home, shape.home, read_only=start.home.read_only)]
    mounts += [mount(volume, directory.path, read_only=directory.read_only) for directory, volume in start.shared]
    host: dict[str, Any] = {
        "mounts": mounts,
        "group_add": [str(shape.fs_gid)],
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "log_config": LOG,
    }
    if shape.memory:
        # A pod has no swap to go on with when its memory is used up.
        host |= {"mem_reservation": shape.memory.guarantee, "memswap_limit": shape.memory.limit}
    if shape.cpu:
        # As a quota: the engine refuses a number of processors that this machine does not have.
        host |= {"cpu_period": _PERIOD_US, "cpu_shares": max(_FEWEST_SHARES, shape.cpu.guarantee * 1024 // _MILLI)}
    if start.devices.requests:
        host["device_requests"] = [dict(request) for request in start.devices.requests]
    if start.devices.paths:
        host["devices"] = [f"{path}:{path}:rw" for path in start.devices.paths]
    return host
