import hashlib
import math

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.fingerprint import shape_fingerprint
from hubwright.model import Offer
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.times import Took, earlier_times
from hubwright.proof.statement import Result
from hubwright.registries.interface import Descriptor
from proofs import attach, pinned_keys
from values import SHAPE, matrix, profile, variant

_BASE = "hubwright/base"
_SHAPE = shape_fingerprint(SHAPE).hex
_MATRIX = matrix(variant("base"), profiles=(profile("lab", "base"),))
_OFFERS = [offer for each in _MATRIX.profiles for offer in each.offers]


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


def _image(registry: FakeRegistry, name: str) -> Descriptor:
    return push_image(registry, _BASE, f"fp-{hashlib.sha256(name.encode()).hexdigest()}", name.encode())


def _times(registry: FakeRegistry, clock_s: float | None = None) -> dict[str, Took]:
    destination = Destination(registry=registry, host="host:1", prefix="hubwright")
    clock = FakeTime().clock if clock_s is None else lambda: clock_s
    offers: list[Offer] = _OFFERS
    return dict(earlier_times(offers, _MATRIX, destination, pinned_keys(), clock=clock))


def test_the_newest_rehearsal_of_whatever_image_tells_what_one_takes(registry: FakeRegistry) -> None:
    for name, began, on in (
        ("old", "2026-03-01T00:00:00Z", "2026-03-01"),
        ("new", "2026-03-31T23:59:18Z", "2026-04-01"),
    ):
        attach(registry, _image(registry, name), on, shape=_SHAPE, started_on=began)
    assert _times(registry) == {"lab": Took(seconds=42.0, on="2026-04-01T00:00:00Z")}


def test_a_failure_tells_nothing_it_may_have_been_cut_short(registry: FakeRegistry) -> None:
    attach(
        registry,
        _image(registry, "red"),
        "2026-04-01",
        shape=_SHAPE,
        started_on="2026-03-31T23:59:18Z",
        result=Result.FAILED,
        passed=frozenset(),
        failed=frozenset({"home"}),
    )
    assert _times(registry) == {}


@pytest.mark.parametrize("began", ["2026-04-01T00:00:05Z", "2026-13-41T00:00:00Z"])
def test_a_time_that_cannot_be_is_none(registry: FakeRegistry, began: str) -> None:
    attach(registry, _image(registry, "odd"), "2026-04-01", shape=_SHAPE, started_on=began)
    assert _times(registry) == {}


def test_nothing_is_asked_about_images_once_time_is_over(registry: FakeRegistry) -> None:
    attach(registry, _image(registry, "new"), "2026-04-01", shape=_SHAPE, started_on="2026-03-31T23:59:18Z")
    assert _times(registry, math.inf) == {}
