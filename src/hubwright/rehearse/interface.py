"""What the parts of a rehearsal know about each other."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A single-user server that answered, as its user reaches it: `url` ends with a slash."""

    url: str
    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """How the container behind a server is, as its engine tells it."""

    running: bool
    exit_code: int | None
    out_of_memory: bool
    restarts: int
