"""What a build is given to start from; making a root for real is tested with the whole command."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from fakes.registry import FakeRegistry
from hubwright.buildx import HostSettings
from hubwright.engines.interface import Engine
from hubwright.errors import BuildError, HubwrightError, StoppedError
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.foundation_images import FoundationImages
from hubwright.pipeline.making import Workshop
from hubwright.process import follow, run
from hubwright.roots import BootstrappedRoot, PulledRoot, Roots
from hubwright.stopping import stoppable


def _never() -> Engine:
    msg = "no engine is needed for this"
    raise AssertionError(msg)


def _images(
    roots: Roots, *, engine: Callable[[], Engine] = _never, folder: Path = Path("/nowhere")
) -> FoundationImages:
    workshop = Workshop(
        root=Path("/nowhere"),
        engine=engine,
        environment={},
        host=HostSettings(files={}, values={}, proxies=()),
        locks=folder,
        follow=follow,
        workers=1,
    )
    destination = Destination(registry=FakeRegistry(), host="127.0.0.1:5000", prefix="hubwright")
    return FoundationImages(roots=roots, destination=destination, workshop=workshop, cache=folder, say=print)


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


def test_an_engine_that_is_set_up_beside_a_root_is_given_up_with_the_run(tmp_path: Path) -> None:
    stopped = Event()
    ended: list[str] = []

    def engine() -> Engine:
        stopped.set()
        try:
            run(("sleep", "30"), environment={"PATH": os.environ["PATH"]}, timeout_s=60)
            ended.append("by itself")
        except StoppedError:
            ended.append("stopped")
        return _never()

    root = BootstrappedRoot(suite="trixie", releases=(), packages=())
    # No machine that this runs on can make such a root, which is found out at once.
    platform = "linux/m68k"
    images = _images({("trixie", platform): root}, engine=engine, folder=tmp_path)
    with stoppable(stopped.is_set), pytest.raises(HubwrightError):
        images.ref("trixie", platform)
    assert ended == ["stopped"]
