"""What a build is given to start from; making a root for real is tested with the whole command."""

from pathlib import Path

import pytest

from fakes.registry import FakeRegistry
from hubwright.buildx import HostSettings
from hubwright.engines.interface import Engine
from hubwright.errors import BuildError
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.foundation_images import FoundationImages
from hubwright.pipeline.making import Workshop
from hubwright.process import follow
from hubwright.roots import PulledRoot, Roots


def _never() -> Engine:
    msg = "no engine is needed for this"
    raise AssertionError(msg)


def _images(roots: Roots) -> FoundationImages:
    workshop = Workshop(
        root=Path("/nowhere"),
        engine=_never,
        environment={},
        host=HostSettings(files={}, values={}, proxies=()),
        locks=Path("/nowhere"),
        follow=follow,
        workers=1,
    )
    destination = Destination(registry=FakeRegistry(), host="127.0.0.1:5000", prefix="hubwright")
    return FoundationImages(roots=roots, destination=destination, workshop=workshop, cache=Path("/nowhere"), say=print)


@pytest.mark.parametrize(
    "reference",
    ["docker.io/library/debian:trixie-slim", "docker.io/library/debian", "host:5000/debian:13", "host:5000/debian"],
)
def test_what_is_pulled_is_named_by_its_digest_alone(reference: str) -> None:
    digest = "sha256:" + "a" * 64
    images = _images({("trixie", "linux/amd64"): PulledRoot(reference=reference, digest=digest)})
    path = reference.rpartition("/")[0] + "/debian"
    assert images.ref("trixie", "linux/amd64") == f"{path}@{digest}"


def test_what_is_not_locked_is_not_started_from() -> None:
    with pytest.raises(BuildError, match="foundation trixie is not locked for linux/arm64; run `hubwright lock`"):
        _images({}).ref("trixie", "linux/arm64")
