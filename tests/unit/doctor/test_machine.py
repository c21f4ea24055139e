import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubwright.doctor import machine
from hubwright.doctor.interface import State
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine
from hubwright.errors import NoEngineError, ProcessError
from hubwright.proxies import read_proxies
from hubwright.words import sized

GIGA = 10**9


def _engine(tmp_path: Path, says: str, *, address: str = "unix:///run/docker.sock") -> Engine:
    """Return an engine whose programs print what is given, whatever they are asked."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' '{says}'\n")
    program.chmod(0o755)
    return Engine(name="Docker 26", address=address, environment={}, docker=str(program), buildx=(str(program),))


def _embedded(tmp_path: Path, *, uid: int = 0, release: str = "ID=debian\nVERSION_CODENAME=trixie\n") -> EmbeddedEngine:
    (tmp_path / "etc").mkdir(exist_ok=True)
    (tmp_path / "etc/os-release").write_text(release)
    return EmbeddedEngine(cache=tmp_path / "cache", environment={}, uid=uid, etc=tmp_path / "etc")


def test_an_engine_that_answers_is_named(tmp_path: Path) -> None:
    outcome = machine.engine_outcome(_engine(tmp_path, ""), _embedded(tmp_path))
    assert (outcome.state, outcome.seen) == (State.OK, "Docker 26 answers")


def test_where_none_answers_one_that_can_be_set_up_is_no_failure_and_not_ok_either(tmp_path: Path) -> None:
    outcome = machine.engine_outcome(None, _embedded(tmp_path))
    assert outcome.state is State.WARN
    assert "`hubwright engine start`" in outcome.advice


@pytest.mark.parametrize(
    "uid, release, told", [(1000, "ID=debian\n", "needs root"), (0, "ID=fedora\n", "only set up on Debian and Ubuntu")]
)
def test_where_none_can_be_set_up_the_reason_is_the_engine_s_own(
    tmp_path: Path, uid: int, release: str, told: str
) -> None:
    with pytest.raises(NoEngineError, match=told):
        machine.engine_outcome(None, _embedded(tmp_path, uid=uid, release=release))


@pytest.mark.parametrize(
    "says, state, seen",
    [
        ("github.com/docker/buildx v0.13.1+ds1 0.13.1+ds1-1", State.OK, "buildx 0.13.1+ds1"),
        ("github.com/docker/buildx 0.12.0", State.OK, "buildx 0.12.0"),
        ("github.com/docker/buildx v1.0.0", State.OK, "buildx 1.0.0"),
        ("github.com/docker/buildx v0.11.2 9872040", State.FAIL, "buildx 0.11.2"),
        ("something else", State.WARN, "its version is not understood: something else"),
        ("", State.WARN, "its version is not understood: (nothing)"),
    ],
)
def test_buildx_is_judged_by_its_version(tmp_path: Path, says: str, state: State, seen: str) -> None:
    outcome = machine.ask_buildx(_engine(tmp_path, says), {"PATH": "/usr/bin:/bin"})
    assert (outcome.state, outcome.seen.replace("v", "")) == (state, seen.replace("v", ""))


def test_without_an_engine_there_is_no_buildx_to_ask() -> None:
    assert machine.ask_buildx(None, {}).state is State.NOT_ASKED


def test_buildx_that_cannot_be_run_is_an_error() -> None:
    engine = Engine(name="e", address="unix:///x", environment={}, docker="/gone", buildx=("/gone",))
    with pytest.raises(ProcessError):
        machine.ask_buildx(engine, {})


@pytest.mark.parametrize(
    "free, state",
    [
        (0, State.FAIL),
        (GIGA - 1, State.FAIL),
        (GIGA, State.WARN),
        (10 * GIGA - 1, State.WARN),
        (10 * GIGA, State.OK),
    ],
)
def test_a_disk_is_judged_by_its_free_room(free: int, state: State) -> None:
    outcome = machine.disk_outcome(Path("/data"), free)
    assert outcome.state is state
    assert outcome.seen == f"{sized(free)} free in /data"


def test_the_disk_of_a_folder_that_is_not_there_yet_is_that_of_the_nearest_above(tmp_path: Path) -> None:
    assert f"free in {tmp_path}/a/b/c" in machine.ask_disk(tmp_path / "a/b/c").seen


def test_the_engine_says_where_its_data_is(tmp_path: Path) -> None:
    embedded, environment = _embedded(tmp_path), {"PATH": "/usr/bin:/bin"}
    here = machine.ask_engine_disk(_engine(tmp_path, str(tmp_path)), embedded, environment)
    assert f"free in {tmp_path}" in here.seen
    inside = machine.ask_engine_disk(_engine(tmp_path, "/in/another/machine"), embedded, environment)
    assert (inside.state, "/in/another/machine" in inside.seen) == (State.NOT_ASKED, True)
    far = machine.ask_engine_disk(_engine(tmp_path, "", address="ssh://me@far"), embedded, environment)
    assert (far.state, "another machine" in far.seen) == (State.NOT_ASKED, True)
    none = machine.ask_engine_disk(None, embedded, environment)
    assert f"free in {tmp_path}/cache/engine" in none.seen


def test_certificates_are_told_by_their_path() -> None:
    assert machine.certificates_outcome(Path("/ca.pem"), {}).seen.startswith("builds get /ca.pem")
    assert machine.certificates_outcome(None, {}).state is State.WARN
    lost = machine.certificates_outcome(Path("/ca.pem"), {"SSL_CERT_FILE": "/gone"})
    assert (lost.state, lost.seen) == (State.FAIL, "SSL_CERT_FILE names /gone, which is not there")


def test_settings_are_told_by_name_and_never_by_content(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("index-url = https://user:hunter2@index.example")
    outcome = machine.configuration_outcome({"pip-config": tmp_path / "pip.conf", "apt-config": Path("/apt.conf")}, {})
    assert outcome.seen.startswith(f"builds get apt-config from /apt.conf and pip-config from {tmp_path}/pip.conf")
    assert "hunter2" not in outcome.seen
    assert machine.configuration_outcome({}, {}).state is State.OK
    assert machine.configuration_outcome({}, {"PIP_CONFIG_FILE": "/gone"}).state is State.FAIL


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_proxies_are_told_without_who_we_are_to_them(listening: int) -> None:
    proxies = read_proxies({"HTTPS_PROXY": f"http://user:hunter2@127.0.0.1:{listening}", "NO_PROXY": "a,b"})
    outcome = machine.ask_proxies(proxies)
    assert outcome.state is State.OK
    assert outcome.seen == f"http://127.0.0.1:{listening} for https; without one: this machine, a and b"


def test_a_proxy_that_nobody_answers_for_fails() -> None:
    outcome = machine.ask_proxies(read_proxies({"HTTP_PROXY": "http://user:hunter2@127.0.0.1:1"}))
    assert (outcome.state, "hunter2" in outcome.seen) == (State.FAIL, False)
    assert "http://127.0.0.1:1 does not answer (Connection refused)" in outcome.seen


def test_no_proxy_is_fine() -> None:
    assert machine.ask_proxies(read_proxies({})).state is State.OK
