from types import SimpleNamespace
from typing import cast

import docker
import pytest
import urllib3
from docker.errors import NotFound

from hubwright.errors import HubError
from hubwright.rehearse.docker.spark import _await, _registered


def _no_such_container(name: str) -> None:
    raise NotFound(name)


def test_a_member_that_somebody_removed_says_nothing_about_the_image() -> None:
    client = cast("docker.APIClient", SimpleNamespace(inspect_container=_no_such_container))
    with pytest.raises(HubError, match="somebody removed run-spark-master"):
        _await(client, "run", "run-spark-master", ["run-spark-worker-1"])


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
