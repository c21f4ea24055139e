"""The docker client of these tests is a script; how the real one behaves is in tests/integration/engine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hubwright.engines.docker import DockerEngine
from hubwright.errors import EngineIncompleteError, EngineUnreachableError, NoEngineError

CLIENT = """\
#!/bin/sh
case "$1" in
    context) {context} ;;
    version) {version} ;;
    buildx) {buildx} ;;
esac
"""
DEFAULT = """echo '{"Name":"default","Endpoints":{"docker":{"Host":"unix:///var/run/docker.sock"}}}'"""
REMOTE = """echo '{"Name":"far","Endpoints":{"docker":{"Host":"ssh://me@far.example"}}}'"""


def put_client(folder: Path, *, context: str = DEFAULT, version: str = "echo 26.1", buildx: str = "echo v0.13") -> str:
    script = CLIENT
    for name, text in {"context": context, "version": version, "buildx": buildx}.items():
        script = script.replace(f"{{{name}}}", text)
    (folder / "docker").write_text(script, encoding="utf-8")
    (folder / "docker").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@contextmanager
def listening(path: Path) -> Iterator[str]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
        server.listen()
        yield f"unix://{path}"


def nobody(folder: Path) -> str:
    return f"unix://{folder}/nobody.sock"


def test_the_engine_of_the_usual_socket_is_found(tmp_path: Path) -> None:
    path = put_client(tmp_path)
    with listening(tmp_path / "usual.sock") as address:
        engine = DockerEngine(environment={"PATH": path}, usual_socket=address).find()

    assert engine is not None
    assert engine.name == f"Docker 26.1 at {address}"
    assert engine.environment == {"DOCKER_HOST": address}
    assert (engine.docker, engine.buildx) == (f"{tmp_path}/docker", (f"{tmp_path}/docker", "buildx"))


def test_an_address_in_the_environment_comes_first(tmp_path: Path) -> None:
    path = put_client(tmp_path)
    with listening(tmp_path / "named.sock") as address:
        environment = {"PATH": path, "DOCKER_HOST": address}
        engine = DockerEngine(environment=environment, usual_socket=nobody(tmp_path)).find()

    assert engine is not None
    assert engine.address == address


def test_the_clients_context_is_followed(tmp_path: Path) -> None:
    engine = DockerEngine(environment={"PATH": put_client(tmp_path, context=REMOTE)}).find()

    assert engine is not None
    assert engine.address == "ssh://me@far.example"
    # The context may hold keys: what runs in this environment finds it by itself.
    assert engine.environment == {}


@pytest.mark.parametrize("with_client", [True, False])
def test_where_nothing_listens_there_is_no_engine(tmp_path: Path, *, with_client: bool) -> None:
    path = put_client(tmp_path) if with_client else str(tmp_path)
    source = DockerEngine(environment={"PATH": path}, usual_socket=nobody(tmp_path))

    assert source.find() is None
    with pytest.raises(NoEngineError, match="DOCKER_HOST"):
        source.ensure(print)


def test_a_socket_that_a_dead_engine_left_is_no_engine(tmp_path: Path) -> None:
    with listening(tmp_path / "dead.sock") as address:
        pass

    assert DockerEngine(environment={"PATH": put_client(tmp_path)}, usual_socket=address).find() is None


def test_an_engine_that_was_chosen_and_is_not_there_is_an_error(tmp_path: Path) -> None:
    environment = {"PATH": put_client(tmp_path), "DOCKER_HOST": nobody(tmp_path)}

    with pytest.raises(EngineUnreachableError, match="unset the name"):
        DockerEngine(environment=environment).find()


def test_an_engine_that_fails_to_answer_could_not_be_asked(tmp_path: Path) -> None:
    path = put_client(tmp_path, version="echo 'Error response from daemon' >&2; exit 1")
    with listening(tmp_path / "usual.sock") as address:
        source = DockerEngine(environment={"PATH": path}, usual_socket=address)
        with pytest.raises(EngineUnreachableError, match="Error response from daemon"):
            source.find()


def test_a_socket_that_cannot_be_connected_to_could_not_be_asked(tmp_path: Path) -> None:
    too_long = "unix:///" + "x" * 200
    with pytest.raises(EngineUnreachableError, match="path too long"):
        DockerEngine(environment={"PATH": put_client(tmp_path)}, usual_socket=too_long).find()


@pytest.mark.parametrize("context", ["exit 1", "echo '['", "echo '{}'", "echo '[]'"])
def test_a_client_that_cannot_say_where_its_engine_is(tmp_path: Path, context: str) -> None:
    with pytest.raises(EngineUnreachableError, match="docker context ls"):
        DockerEngine(environment={"PATH": put_client(tmp_path, context=context)}).find()


def test_a_client_without_buildx_is_not_enough(tmp_path: Path) -> None:
    path = put_client(tmp_path, buildx="exit 1")
    with listening(tmp_path / "usual.sock") as address:
        source = DockerEngine(environment={"PATH": path}, usual_socket=address)
        with pytest.raises(EngineIncompleteError, match="apt-get install docker-buildx"):
            source.ensure(print)


def test_an_engine_without_a_client_is_not_enough(tmp_path: Path) -> None:
    with listening(tmp_path / "usual.sock") as address:
        source = DockerEngine(environment={"PATH": str(tmp_path)}, usual_socket=address)
        with pytest.raises(EngineIncompleteError, match="apt-get install docker-cli"):
            source.find()
