"""The hub's process: up in seconds, and never longer there than we are."""

import json
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hubwright.errors import HubError
from hubwright.frozen import dataclass
from hubwright.lifeline import Companion, companion
from hubwright.rehearse.hub.api import HubApi

_CONFIGURATION = Path(__file__).parent / "inside" / "jupyterhub_config.py"
_UP_S = 60.0
_POLL_S = 0.05
# All that the hub keeps is in memory, and its containers are removed by others.
_GRACE_S = 0.0
_LAST_WORDS = 2000
_KEPT = ("PATH", "LANG", "TZ", "HOME")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hub:
    """A hub that answered."""

    api: HubApi
    log: Path
    process: Companion

    def require_alive(self) -> None:
        """Raise HubError where the hub has died: nothing that it was asked for can be blamed on an image."""
        exit_code = self.process.exit_code()
        if exit_code is not None:
            msg = f"the rehearsal's hub died (exit code {exit_code}); its last words:\n{self.last_words()}"
            raise HubError(msg)

    def words_about(self, container: str) -> str:
        """Return what its log says of a container, by its name; beside others that start, the end may be theirs."""
        with self.log.open(encoding="utf-8", errors="replace") as opened:
            return "".join(line for line in opened if container in line)

    def last_words(self) -> str:
        """Return the end of its log, for a message."""
        with self.log.open("rb") as opened:
            opened.seek(max(0, self.log.stat().st_size - _LAST_WORDS))
            return opened.read().decode("utf-8", "replace").strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class HubSettings:
    """What the hub is told: where to listen, on which network its servers are, and what they are called."""

    address: str
    network: str
    container: str
    longest_start_s: float


@contextmanager
def running_hub(python: Path, settings: HubSettings, *, folder: Path, environment: Mapping[str, str]) -> Iterator[Hub]:
    """Give a hub that answers; its log, and nothing else, is in the folder.

    `environment` says how to reach the engine.
    """
    url = f"http://{settings.address}:{_free_port(settings.address)}/"
    token = secrets.token_hex(32)
    given = {
        "url": url,
        "token": token,
        "network": settings.network,
        "container": settings.container,
        "longest_start_s": settings.longest_start_s,
    }
    told = {name: environment[name] for name in environment if name in _KEPT or name.startswith("DOCKER_")}
    log = folder / "hub.log"
    argv = (str(python), "-I", "-m", "jupyterhub", f"--config={_CONFIGURATION}")
    with companion(
        argv, environment={**told, "HUBWRIGHT_HUB": json.dumps(given)}, cwd=folder, log=log, grace_s=_GRACE_S
    ) as process:
        hub = Hub(api=HubApi(url=url, token=token), log=log, process=process)
        _await(hub)
        yield hub


def _free_port(address: str) -> int:
    """Return a port that nobody listens on: the address is the gateway of our own network, where nobody else is."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError as error:
            msg = (
                f"the rehearsal's hub cannot listen at {address}, the gateway of the containers' network: "
                f"{error.strerror}. The engine has to run on this machine, and not in a machine of its own"
            )
            raise HubError(msg) from error
        port: int = probe.getsockname()[1]
        return port


def _await(hub: Hub) -> None:
    deadline = time.monotonic() + _UP_S
    while True:
        hub.require_alive()
        try:
            hub.api.version()
        except HubError as error:
            if time.monotonic() > deadline:
                msg = f"the rehearsal's hub is not up after {_UP_S:g} s; its last words:\n{hub.last_words()}"
                raise HubError(msg) from error
            time.sleep(_POLL_S)
        else:
            return
