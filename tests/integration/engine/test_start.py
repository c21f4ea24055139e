"""The first start, starts at the same time, and the commands of a person."""

import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from helpers.docker_client import DockerClient, busybox_context
from helpers.machine import named
from helpers.packages import take_packages
from hubwright.cli.engine import command
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.waiting import until
from hubwright.errors import EngineUnreachableError, NoEngineError
from hubwright.process import started_detached

DEADLINE_S = 120
_START = "from hubwright.cli.engine import command; command(['start', '--embedded'])"

Call = Callable[..., Result]


@pytest.fixture
def home(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give what XDG_CACHE_HOME names, with the packages in it; the engine in it is removed in the end."""
    folder = tmp_path_factory.mktemp("xdg")
    take_packages(stock, folder / "hubwright/engine/debian")
    yield folder
    source_of(folder).remove(print)


@pytest.fixture
def call(home: Path) -> Call:
    """Run `hubwright engine` where no engine of the machine's own is found."""

    def run_command(*arguments: str, **environment: str) -> Result:
        usual = {"XDG_CACHE_HOME": str(home), "DOCKER_HOST": None, "DOCKER_CONTEXT": None}
        return CliRunner().invoke(command, arguments, env={**usual, **environment})

    return run_command


def source_of(home: Path) -> EmbeddedEngine:
    return EmbeddedEngine(cache=home / "hubwright", environment=os.environ, uid=os.geteuid())


def test_the_first_start_on_an_empty_cache_ends_with_an_engine_that_works(tmp_path: Path, busybox: Path) -> None:
    source = EmbeddedEngine(cache=tmp_path / "cache", environment=os.environ, uid=os.geteuid())
    try:
        client = DockerClient(engine=source.ensure(print))
        client.build(busybox_context(tmp_path / "context", busybox), "--tag=test/busybox:1")

        assert client.docker("run", "--rm", "test/busybox:1", "/bin/busybox", "echo", "works") == "works"
    finally:
        source.remove(print)


def test_starts_at_the_same_time_share_one_engine(home: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(home)}
    logs = [tmp_path / f"log{number}" for number in range(3)]
    with ExitStack() as stack:
        all_ended = [
            stack.enter_context(started_detached((sys.executable, "-c", _START), environment=environment, log=log))
            for log in logs
        ]

        # The one that starts the engine hands the pipe on to it: that one is done when it says so.
        def done() -> bool:
            texts = [log.read_text(encoding="utf-8") for log in logs]
            return all(ended() or "it keeps packages" in text for ended, text in zip(all_ended, texts, strict=True))

        assert until(done, timeout_s=DEADLINE_S)
    source = source_of(home)
    assert len(named(source, "dockerd")) == 1
    engine = source.find()
    assert engine
    assert all(f"{engine.name} answers" in log.read_text(encoding="utf-8") for log in logs)
    assert sum("starting the engine" in log.read_text(encoding="utf-8") for log in logs) == 1


def test_start_says_what_it_changes(call: Call, home: Path) -> None:
    started = call("start", "--embedded")

    assert started.exit_code == 0, started.output
    places = source_of(home).places
    for changed in (places.bridge, places.table, "ip_forward", places.cgroup, str(places.run), str(places.home)):
        assert changed in started.stdout
    assert "starting the engine" in started.stderr
    assert "starting the engine" not in call("start", "--embedded").stderr


def test_an_engine_that_answers_is_used_and_none_is_set_up(call: Call, home: Path, tmp_path: Path) -> None:
    other = source_of(home)
    engine = other.ensure(print)
    plugins = tmp_path / "config/cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-buildx").symlink_to(engine.buildx[0])
    environment = {
        "XDG_CACHE_HOME": str(tmp_path / "unused"),
        "DOCKER_HOST": engine.address,
        "DOCKER_CONFIG": str(plugins.parent),
        "PATH": str(Path(engine.docker).parent),
    }

    started = call("start", **environment)

    assert started.exit_code == 0, started.output
    assert started.stdout.startswith("Docker 2")
    assert engine.address in call("status", **environment).stdout
    assert not (tmp_path / "unused").exists()


def test_a_chosen_engine_that_is_not_there_is_not_replaced(call: Call, tmp_path: Path) -> None:
    failed = call("start", DOCKER_HOST=f"unix://{tmp_path}/none.sock")

    assert isinstance(failed.exception, EngineUnreachableError)


def test_status_tells_people_shells_and_programs(call: Call, home: Path) -> None:
    assert isinstance(call("status", "--embedded").exception, NoEngineError)
    engine = source_of(home).ensure(print)

    assert engine.docker in call("status", "--embedded").stdout
    assert json.loads(call("status", "--embedded", "--json").stdout)["address"] == engine.address
    lines = call("status", "--embedded", "--shell").stdout.splitlines()
    assert f"export DOCKER_HOST={shlex.quote(engine.address)}" in lines


def test_stop_and_remove_say_what_they_did(call: Call, home: Path) -> None:
    call("start", "--embedded")

    assert f"what is left is {home}/hubwright/engine" in call("stop").stdout
    assert "nothing of one is left" in call("stop").stdout
    assert call("remove").stdout == "the embedded engine is gone\n"
    assert call("remove").stdout == "there is no embedded engine\n"
    assert not (home / "hubwright/engine").exists()


@pytest.mark.parametrize("arguments", [(), ("start",), ("status",), ("stop",), ("remove",)])
def test_help_teaches(call: Call, arguments: tuple[str, ...]) -> None:
    shown = call(*arguments, "--help")

    assert shown.exit_code == 0
    assert len(shown.stdout.splitlines()) > 5
