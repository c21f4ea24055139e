"""The choice between engines: one that answers is used, and only where there is none is one set up."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hubwright.engines.docker import DockerEngine
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine, EngineSource, Say


def sources(*, environment: Mapping[str, str], cache: Path, uid: int) -> tuple[EngineSource, ...]:
    """Return every way to an engine, the preferred one first."""
    return (
        DockerEngine(environment=environment),
        EmbeddedEngine(environment=environment, cache=cache, uid=uid),
    )


def choose(candidates: Sequence[EngineSource], say: Say) -> Engine:
    """Return the first engine that is there, or else the one that the last source sets up.

    An engine that is there and cannot be asked ends the search: to work with another one instead would be a
    surprise. The last source is not asked first: another run may be setting it up at this moment, and to ensure
    it waits for that.
    """
    *others, last = candidates
    for source in others:
        if engine := source.find():
            return engine
    return last.ensure(say)
