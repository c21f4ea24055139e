"""An engine source in memory, for tests of whatever needs an engine."""

from enum import Enum, auto

from hubwright.engines.interface import Engine, Say
from hubwright.errors import EngineStartError, EngineUnreachableError, NoEngineError


class State(Enum):
    ABSENT = auto()
    UP = auto()
    SILENT = auto()


class FakeEngineSource:
    """Keeps the promises of an EngineSource; `startable` and `breaks` say how its machine behaves."""

    def __init__(self, *, state: State = State.ABSENT, startable: bool = True, breaks: bool = False) -> None:
        self.state = state
        self.startable = startable
        self.breaks = breaks
        self.starts = 0

    def find(self) -> Engine | None:
        if self.state is State.SILENT:
            msg = "the fake engine does not answer"
            raise EngineUnreachableError(msg)
        return self._engine() if self.state is State.UP else None

    def ensure(self, say: Say) -> Engine:
        if self.state is State.UP:
            return self._engine()
        if not self.startable:
            msg = "there is no fake engine, and none can be started"
            raise NoEngineError(msg)
        if self.breaks:
            msg = "the fake engine does not start"
            raise EngineStartError(msg)
        say("starting the fake engine")
        self.starts += 1
        self.state = State.UP
        return self._engine()

    def go_silent(self) -> None:
        self.state = State.SILENT

    def _engine(self) -> Engine:
        address = f"unix:///fake/{id(self)}.sock"
        return Engine(
            name="fake engine",
            address=address,
            environment={"DOCKER_HOST": address},
            docker="/fake/docker",
            buildx=("/fake/docker-buildx",),
        )
