import time

import pytest

from fakes.registry import WholeRegistry
from hubwright.registries.probe import Mode, probe


def test_every_registry_is_left_as_it_was(
    registry: WholeRegistry, repository: str, request: pytest.FixtureRequest
) -> None:
    native = "referrers" in request.node.callspec.id or "http" in request.node.callspec.id
    probed = probe(registry, registry, repository, mark="m", clock=time.monotonic)
    assert (probed.found, probed.left) == (Mode.NATIVE if native else Mode.TAG, {})
    assert registry.resolve(repository, "probe-m") is None
    assert registry.resolve(repository, "probe-m-proof") is None
