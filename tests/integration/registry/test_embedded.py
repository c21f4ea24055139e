"""The registry of this machine, as the real program."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes.content import push_image
from fakes.processes import kill_daemon
from hubwright.daemon import find_daemon
from hubwright.errors import EmbeddedRegistryError, ProcessError
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.oci import Endpoint, OciRegistry

START = """
import pathlib, sys
from hubwright.registries.embedded import EmbeddedRegistry
print(EmbeddedRegistry(program=pathlib.Path(sys.argv[1]), data=pathlib.Path(sys.argv[2])).start())
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / 'data: with "quotes" and spaces'


@pytest.fixture
def own(program: Path, data: Path) -> Iterator[EmbeddedRegistry]:
    registry = EmbeddedRegistry(program=program, data=data)
    yield registry
    registry.stop()


def client(host: str) -> OciRegistry:
    return OciRegistry(Endpoint(host=host, deadline_s=10))


def test_nothing_runs_before_it_is_started(own: EmbeddedRegistry, data: Path) -> None:
    own.stop()

    assert own.running() is None
    assert not data.exists()


def test_it_is_started_once_and_found_again(program: Path, own: EmbeddedRegistry, data: Path) -> None:
    host = own.start()
    first = find_daemon(own.argv)

    again = EmbeddedRegistry(program=program, data=data)

    assert (again.start(), again.running()) == (host, host)
    assert find_daemon(again.argv) == first


def test_stopping_leaves_the_data_and_no_process(own: EmbeddedRegistry) -> None:
    image = push_image(client(own.start()), "a/b", "one")

    own.stop()

    assert (own.running(), find_daemon(own.argv)) == (None, None)
    assert client(own.start()).resolve("a/b", "one") == image


def test_it_keeps_its_port_when_it_was_killed(own: EmbeddedRegistry) -> None:
    host = own.start()
    kill_daemon(own.argv)

    assert own.running() is None
    assert own.start() == host
    assert own.running() == host


def test_one_that_is_stuck_is_replaced(own: EmbeddedRegistry) -> None:
    host = own.start()
    pid = find_daemon(own.argv)
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)

    assert own.start() == host
    assert find_daemon(own.argv) not in {None, pid}


def test_starters_at_once_share_one(program: Path, own: EmbeddedRegistry, data: Path) -> None:
    argv = (sys.executable, "-c", START, str(program), str(data))

    def start(_: int) -> str:
        return subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout.strip()

    with ThreadPoolExecutor(4) as pool:
        hosts = set(pool.map(start, range(4)))

    assert hosts == {own.running()}
    same = [pid for pid in Path("/proc").iterdir() if pid.name.isdecimal() and mentions(pid, str(data))]
    assert len(same) == 1


def test_it_outlives_who_started_it(program: Path, own: EmbeddedRegistry, data: Path) -> None:
    argv = (sys.executable, "-c", START, str(program), str(data))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        host = starter.stdout.readline().strip()

    pid = find_daemon(own.argv)

    assert own.running() == host
    assert pid is not None
    assert os.getsid(pid) == pid


def test_a_port_that_another_program_took_is_named(own: EmbeddedRegistry, data: Path) -> None:
    host = own.start()
    own.stop()
    thief = EmbeddedRegistry(program=Path(own.argv[0]), data=data.with_name("thief"))
    thief_data = data.with_name("thief")
    thief_data.mkdir()
    identity = {"port": int(host.rpartition(":")[2]), "name": "thief", "secret": "x"}
    (thief_data / "identity.json").write_text(json.dumps(identity))
    thief.start()
    try:
        with pytest.raises(EmbeddedRegistryError, match=f"port {identity['port']}.*another program"):
            own.start()
        assert own.running() is None
    finally:
        thief.stop()


def test_its_secret_is_for_its_owner_only(own: EmbeddedRegistry, data: Path) -> None:
    own.start()

    modes = {name: stat.S_IMODE((data / name).stat().st_mode) for name in ("config.yml", "identity.json")}

    assert set(modes.values()) == {0o600}


def test_an_identity_that_cannot_be_read_is_named(own: EmbeddedRegistry, data: Path) -> None:
    data.mkdir()
    (data / "identity.json").write_text("{")

    with pytest.raises(EmbeddedRegistryError, match="delete it"):
        own.start()


def test_a_program_that_ends_at_once_says_why(data: Path) -> None:
    registry = EmbeddedRegistry(program=Path("/bin/cat"), data=data)

    with pytest.raises(EmbeddedRegistryError, match="serve: No such file"):
        registry.start()


def test_a_program_that_is_not_there_is_named(data: Path) -> None:
    registry = EmbeddedRegistry(program=data / "missing", data=data)

    with pytest.raises(ProcessError, match="cannot start"):
        registry.start()


def mentions(process: Path, text: str) -> bool:
    try:
        return text.encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False
