"""The real engines keep the promises of the interface."""

import os
import signal
from http import HTTPStatus
from pathlib import Path

import pytest

from fakes.engine_contract import EngineContract, Subject
from helpers.machine import named
from hubwright.engines import daemon
from hubwright.engines import docker as docker_adapter
from hubwright.engines.asking import Answer, ask
from hubwright.engines.docker import DockerEngine
from hubwright.engines.embedded import EmbeddedEngine


class TestEmbeddedEngine(EngineContract):
    @pytest.fixture
    def subject(self, source: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch) -> Subject:
        source.ensure(print)
        # A mute engine is waited for in every test that has one; how long is not what is tested.
        monkeypatch.setattr(daemon, "_ANSWER_S", 1)
        return Subject(
            source=source,
            make_absent=lambda: _ignore(source.stop(print)),
            silence=lambda: _stop_dockerd(source),
            check=_ask,
        )


class TestDockerEngine(EngineContract):
    """The embedded engine stands for one that somebody else has set up; the docker client is the real one."""

    @pytest.fixture
    def subject(self, source: EmbeddedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Subject:
        engine = source.ensure(print)
        monkeypatch.setattr(docker_adapter, "_ANSWER_S", 1)
        plugins = tmp_path / "config/cli-plugins"
        plugins.mkdir(parents=True)
        (plugins / "docker-buildx").symlink_to(engine.buildx[0])
        environment = {"PATH": str(Path(engine.docker).parent), "DOCKER_CONFIG": str(plugins.parent)}
        return Subject(
            source=DockerEngine(environment=environment, usual_socket=engine.address),
            make_absent=lambda: _ignore(source.stop(print)),
            silence=lambda: _stop_dockerd(source),
            check=_ask,
        )


def _stop_dockerd(source: EmbeddedEngine) -> None:
    """Make the engine mute: its processes and its socket are there, and nobody answers."""
    for pid in named(source, "dockerd"):
        os.kill(pid, signal.SIGSTOP)


def _ask(address: str) -> None:
    asked = ask(Path(address.removeprefix("unix://")), "/_ping", expected=HTTPStatus.OK, timeout_s=30)
    assert asked is Answer.EXPECTED


def _ignore(stopped: bool) -> None:  # noqa: FBT001 - what stop() returned
    assert stopped
