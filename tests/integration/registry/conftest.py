"""The registries that the contract is checked on: a real one, and the fakes that stand for it elsewhere."""

from collections.abc import Iterator

import pytest

from fakes.registry import FakeRegistry, WholeRegistry
from fakes.registry_server import RegistryServer
from hubwright.registries.oci import Endpoint, OciRegistry


@pytest.fixture(params=["fake", "fake with referrers", "fake over http", "distribution"])
def registry(request: pytest.FixtureRequest) -> Iterator[WholeRegistry]:
    match request.param:
        case "fake":
            yield FakeRegistry()
        case "fake with referrers":
            yield FakeRegistry(lists_referrers=True)
        case "fake over http":
            with RegistryServer(FakeRegistry(lists_referrers=True)).serve() as server:
                yield OciRegistry(Endpoint(host=server.host))
        case _:
            yield request.getfixturevalue("real")
