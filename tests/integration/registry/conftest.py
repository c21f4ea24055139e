"""The registries that the contract is checked on: a real one, and the fakes that stand for it elsewhere."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.registry import FakeRegistry, WholeRegistry
from fakes.registry_server import RegistryServer
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.oci import Endpoint, OciRegistry


@pytest.fixture(scope="session")
def distribution(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRegistry]:
    registry = EmbeddedRegistry(program=program, data=tmp_path_factory.mktemp("distribution"))
    registry.start()
    yield registry
    registry.stop()


@pytest.fixture
def repository() -> str:
    """Return the name of a repository that no other test writes to."""
    return f"tests/{uuid.uuid4().hex}"


@pytest.fixture
def real(distribution: EmbeddedRegistry) -> OciRegistry:
    return OciRegistry(Endpoint(host=distribution.start()))


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
