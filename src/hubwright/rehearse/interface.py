"""What the parts of a rehearsal know about each other."""

from collections.abc import Mapping
from typing import Any, Protocol

from hubwright.errors import RehearsalBrokenError
from hubwright.frozen import dataclass
from hubwright.model import Shape
from hubwright.rehearse.homes import Folder, Volume
from hubwright.verdicts import Finding, Trial

# SIGKILL and SIGTERM, as a shell and an engine tell them.
_KILLED = frozenset({137, 143})


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A single-user server that answered, as its user reaches it: `url` ends with a slash."""

    url: str
    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """How the container behind a server is, as its engine tells it; one that is gone has no exit code.

    `out_of_memory` is true as well where the memory ran out in a child that nobody missed.
    """

    running: bool
    exit_code: int | None
    out_of_memory: bool
    restarts: int

    @property
    def killed_from_outside(self) -> bool:
        """Whether it may have been somebody else's doing that it ended: a signal did it, and not for its memory.

        An image that ends itself with such an exit code looks the same.
        """
        return self.exit_code in _KILLED and not self.out_of_memory and not self.restarts


def condition_of(state: Mapping[str, Any] | None, *, restarts: int = 0) -> Condition:
    """Return the condition of a container by its state as the engine keeps it, None where there is no container."""
    if state is None:
        return Condition(running=False, exit_code=None, out_of_memory=False, restarts=0)
    return Condition(
        running=state["Running"],
        exit_code=None if state["Running"] else state["ExitCode"],
        out_of_memory=state["OOMKilled"],
        restarts=restarts,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A server that the hub calls ready; `home` is its volume, on which another start can follow.

    `log` is what it had printed by then. `hardware` says whether it was given the devices that its shape asks for.
    """

    server: Server
    container_id: str
    user: str
    shape: Shape
    home: Volume
    seconds: float
    log: str
    hardware: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class NotStarted:
    """What became of a start that the hub gave up, or that took too long."""

    finding: Finding
    home: Volume
    seconds: float
    log: str


def killed_from_outside(what: str, condition: Condition, log: str = "") -> RehearsalBrokenError:
    """Return what to raise where a container may have been ended by others: no image is blamed for that."""
    last = f"; its last lines:\n{log}" if log else ""
    msg = (
        f"{what} was killed from outside (exit code {condition.exit_code}), so nothing was found out about the image. "
        "Where it ends so again and nobody kills it, the image does: look for `kill` and `timeout` in what it "
        f"starts{last}"
    )
    return RehearsalBrokenError(msg)


class Spawner(Protocol):
    """Starts servers through a hub, as a user's click does; any number of threads may ask."""

    def pull(self, ref: str) -> None:
        """Have the image there, so that fetching it is not timed as a start."""

    def start(self, ref: str, shape: Shape, *, home: Folder | Volume | None = None) -> Started | NotStarted:
        """Return the server that the hub made of an image that is there, or why there is none.

        Without a home the user is new. What is not the image's fault is an error: the engine's, or the hub's.
        """

    def check(self, started: Started) -> Trial:
        """Return what was seen of the server from outside: its hub's view, its API, a notebook saved and read."""

    def condition(self, started: Started) -> Condition:
        """Return how the server's container is now."""

    def log(self, started: Started) -> str:
        """Return what the server printed last."""

    def stop(self, started: Started) -> None:
        """End the server as its user would; its home stays until the whole rehearsal ends."""
