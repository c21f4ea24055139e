"""What the rest of the program knows about a container engine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from hubwright.frozen import dataclass

# Takes one line of progress for a person.
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """An engine that answered, and all that another program needs to work with it.

    `address` is what DOCKER_HOST would be. `environment` is laid over the caller's own; an empty value there
    switches off what a user may have set for another engine. `docker` is the client's path, `buildx` how the
    command line of a build begins. `builder_pushes` says that its BuildKit is known to push by itself; others may
    need the image in the engine first. `data` is where an engine keeps its images that nobody but this program uses.
    """

    name: str
    address: str
    environment: Mapping[str, str]
    docker: str
    buildx: tuple[str, ...]
    builder_pushes: bool = False
    data: Path | None = None


class EngineSource(Protocol):
    """One way to come by an engine."""

    def find(self) -> Engine | None:
        """Return the engine if it answers now, and None where there is none.

        What is there and cannot be asked is an EngineUnreachableError; what lacks a program that is needed is
        an EngineIncompleteError. Nothing is started or changed.
        """

    def ensure(self, say: Say) -> Engine:
        """Return the engine, set up and started if that is in this source's power.

        A NoEngineError says that it is not, and what a person can do; an EngineStartError that it failed.
        """
