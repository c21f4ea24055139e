from types import SimpleNamespace
from typing import cast

import docker
import pytest
import urllib3
from docker.errors import NotFound

from hubwright.errors import HubError, RehearsalBrokenError
from hubwright.rehearse.docker import watching
from hubwright.rehearse.docker.spark import _await, _registered


def _no_such_container(name: str) -> None:
    raise NotFound(name)


def test_a_member_that_somebody_removed_says_nothing_about_the_image() -> None:
    client = cast("docker.APIClient", SimpleNamespace(inspect_container=_no_such_container))
    with pytest.raises(HubError, match="somebody removed run-spark-master"):
        _await(client, "run", "run-spark-master", ["run-spark-worker-1"])


@pytest.mark.parametrize("out_of_memory", [False, True])
def test_a_member_that_somebody_killed_says_as_little(*, out_of_memory: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_HEARSAY_S", 0.0)
    state = {"Running": False, "ExitCode": 137, "OOMKilled": out_of_memory}
    engine = SimpleNamespace(
        inspect_container=lambda _: {"State": state, "RestartCount": 0},
        events=lambda **_: [],
        logs=lambda *_, **__: b"its last words",
    )
    client = cast("docker.APIClient", engine)
    if out_of_memory:
        finding = _await(client, "run", "run-spark-master", [])
        assert finding
        assert finding.seen == "exit code 137, for want of memory; its last lines:\nits last words"
    else:
        with pytest.raises(RehearsalBrokenError, match=r"run-spark-master was killed from outside \(exit code 137\)"):
            _await(client, "run", "run-spark-master", [])


@pytest.mark.parametrize(
    "page, counted",
    [
        (b'{"aliveworkers": 2}', 2),
        (b'{"aliveworkers": 1e999}', 0),
        (b"[" * 100_000, 0),
        (b"[]", 0),
        (b"<html>", 0),
    ],
)
def test_workers_are_counted_by_a_page_that_counts_them(page: bytes, counted: int) -> None:
    found = {"NetworkSettings": {"Networks": {"run": {"IPAddress": "127.0.0.1"}}}}
    client = cast("docker.APIClient", SimpleNamespace(inspect_container=lambda _: found))
    pages = SimpleNamespace(request=lambda *_: urllib3.HTTPResponse(page))
    assert _registered(client, cast("urllib3.PoolManager", pages), "run", "run-spark-master") == counted
