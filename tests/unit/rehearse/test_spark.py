from types import SimpleNamespace
from typing import cast

import docker
import pytest
from docker.errors import NotFound

from hubwright.errors import HubError
from hubwright.rehearse.docker.spark import _await


def _no_such_container(name: str) -> None:
    raise NotFound(name)


def test_a_member_that_somebody_removed_says_nothing_about_the_image() -> None:
    client = cast("docker.APIClient", SimpleNamespace(inspect_container=_no_such_container))
    with pytest.raises(HubError, match="somebody removed run-spark-master"):
        _await(client, "run", "run-spark-master", ["run-spark-worker-1"])
