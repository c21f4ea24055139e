import os
from pathlib import Path

import pytest

from fakes.engine import FakeEngineSource, State
from hubwright.engines.choose import choose, sources
from hubwright.engines.docker import DockerEngine
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.errors import EngineStartError, EngineUnreachableError, NoEngineError


def test_an_engine_that_answers_is_used_and_nothing_is_started() -> None:
    docker, embedded = FakeEngineSource(state=State.UP), FakeEngineSource()

    assert choose((docker, embedded), _ignore) == docker.find()
    assert embedded.starts == 0


def test_where_none_answers_the_last_source_sets_one_up() -> None:
    docker, embedded = FakeEngineSource(), FakeEngineSource()
    said: list[str] = []

    assert choose((docker, embedded), said.append) == embedded.find()
    assert (docker.starts, embedded.starts) == (0, 1)
    assert said == ["starting the fake engine"]


def test_an_engine_that_cannot_be_asked_is_not_passed_over() -> None:
    embedded = FakeEngineSource()

    with pytest.raises(EngineUnreachableError):
        choose((FakeEngineSource(state=State.SILENT), embedded), _ignore)
    assert embedded.starts == 0


def test_one_that_is_being_set_up_elsewhere_is_waited_for() -> None:
    embedded = FakeEngineSource(state=State.SILENT)

    assert choose((FakeEngineSource(), embedded), _ignore).name == "fake engine"


def test_why_none_can_be_had_is_said() -> None:
    with pytest.raises(NoEngineError):
        choose((FakeEngineSource(), FakeEngineSource(startable=False)), _ignore)
    with pytest.raises(EngineStartError):
        choose((FakeEngineSource(), FakeEngineSource(breaks=True)), _ignore)


def test_docker_is_asked_before_anything_is_set_up(tmp_path: Path) -> None:
    first, last = sources(environment=os.environ, cache=tmp_path, uid=0)

    assert isinstance(first, DockerEngine)
    assert isinstance(last, EmbeddedEngine)


def _ignore(line: str) -> None:
    del line
