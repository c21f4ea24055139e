"""How much of the past is read to offer a last good: enough to choose as if all had been, and little more."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emitting import made_matrix
from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.errors import ProofUnknownError, RegistryUnavailableError
from hubwright.fingerprint import shape_fingerprint
from hubwright.model import Needs, Offer
from hubwright.offering import Basis, Evidence, Pin, ProfileEntry, Proven
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.emitting import entries_of
from hubwright.pipeline.nights import interest_in_last_good, last_good
from hubwright.pipeline.past import proven_in, records
from hubwright.pipeline.times import earlier_times
from hubwright.proof.history import EVERYTHING, Interest
from hubwright.proof.statement import Result
from hubwright.registries.interface import Descriptor, Manifest
from proofs import attach, pinned
from values import policy

_BASE = "hubwright/base"
_TODAY = date(2026, 11, 21)
_KEYS = (pinned(valid_from="2000-01-01"),)


def _hexed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _day(ago: int) -> str:
    return (_TODAY - timedelta(days=ago)).isoformat()


class _Registry(FakeRegistry):
    """Keeps an image of each night, counts what it is asked for, and may lose a proof."""

    def __init__(self, nights: int) -> None:
        super().__init__(lists_referrers=True)
        self.requests = 0
        self.torn = ""
        self.images = [self._image(ago) for ago in range(nights)]

    def _image(self, ago: int) -> Descriptor:
        return push_image(self, _BASE, f"fp-{_hexed(str(ago))}", str(ago).encode())

    def tagged(self, repository: str, tag: str) -> Manifest | None:
        self.requests += 1
        if tag == self.torn:
            msg = "it answered 500"
            raise RegistryUnavailableError(msg)
        return super().tagged(repository, tag)

    def blob(self, repository: str, digest: str, *, limit: int) -> bytes | None:
        self.requests += 1
        return super().blob(repository, digest, limit=limit)


_SIZES = {"small": {"display_name": "Small", "cpu": 1}, "large": {"display_name": "Large", "cpu": 2}}
_LOADED = made_matrix(
    {"slug": "lab", "image": "base", "profile_options": {"size": {"display_name": "Size", "choices": _SIZES}}},
    {"slug": "alone", "image": "base"},
)
_POLICY = policy(needs=Needs.HARDWARE, max_age_days=14)
_MATRIX = replace(_LOADED, profiles=tuple(replace(each, policy=_POLICY) for each in _LOADED.profiles))
_OFFERS = [offer for each in _MATRIX.profiles for offer in each.offers]
_NAMES = [offer.name for offer in _OFFERS]
_SHAPES = [shape_fingerprint(offer.shape).hex for offer in _OFFERS]


def _prove(
    registry: _Registry, ago: int, shape: str, *, made: int | None = None, tests: int = 0, **changes: Any
) -> str:
    """Attach a proof to the image of a night; it was made in that night, unless `made` says how long ago."""
    on = _day(ago if made is None else made)
    smoke_set = _hexed(f"{shape} {tests}")
    return attach(registry, registry.images[ago], on, shape=shape, smoke_set=smoke_set, **changes)


def _look(registry: _Registry, offers: Collection[Offer], interest: Interest) -> Mapping[str, tuple[Proven, ...]]:
    destination = Destination(registry=registry, host="host:1", prefix="hubwright")
    told = records(offers, _MATRIX, destination, _KEYS, clock=FakeTime().clock, interest=interest)
    return {name: proven_in(record, of=name) for name, record in told.items()}


def _evidence(registry: _Registry, proven: Collection[str]) -> dict[str, Evidence]:
    """Return what is known of today's image, which counts as proven for some starts if any proof of it does."""
    digest, past = registry.images[0].digest, _look(registry, _OFFERS, EVERYTHING) if proven else {}
    today = {name: next((each for each in past[name] if each.digest == digest), None) for name in proven}
    return {
        offer.name: Evidence(
            offer=offer, repository=_BASE, digest=digest, today=today.get(offer.name), reason="it failed"
        )
        for offer in _OFFERS
    }


def _entries(
    registry: _Registry, pins: Mapping[str, Pin], *, whole: bool = False, proven: Collection[str] = ()
) -> tuple[ProfileEntry, ...]:
    return entries_of(
        _MATRIX,
        _evidence(registry, proven),
        pins=pins,
        look_back=lambda offers, interest: _look(registry, offers, EVERYTHING if whole else interest),
        today=_TODAY.isoformat(),
    )


def _nights(count: int) -> tuple[_Registry, list[str]]:
    registry, began = _Registry(count), f"{_day(1000)}T00:00:00Z"
    proofs = [_prove(registry, ago, shape, started_on=began) for ago in range(1, count) for shape in _SHAPES]
    registry.requests = 0
    return registry, proofs


def _offered(entries: Sequence[ProfileEntry]) -> list[tuple[str, Basis, str]]:
    return [(start.offer.name, start.basis, start.proven.digest) for entry in entries for start in entry.starts]


def test_a_last_good_of_yesterday_takes_no_reading_of_a_year() -> None:
    registry, proofs = _nights(60)
    registry.torn = proofs[-1]

    entries = _entries(registry, {})

    yesterday = registry.images[1].digest
    assert _offered(entries) == [(name, Basis.LAST_GOOD, yesterday) for name in _NAMES]
    # Every image's tag, and of eight images three proofs each: their manifests, and what is signed.
    assert registry.requests == 60 + 8 * 3 * 2


def test_a_pin_takes_the_proofs_of_what_it_names() -> None:
    registry, proofs = _nights(60)
    registry.torn = proofs[90]
    pins = {slug: Pin(digest=registry.images[58].digest, because="it works") for slug in ("lab", "alone")}

    entries = _entries(registry, pins)

    assert {digest for _, basis, digest in _offered(entries) if basis is Basis.PINNED} == {registry.images[58].digest}
    assert registry.requests == 60 + 8 * 3 * 2


def test_what_is_newer_and_cannot_be_read_leaves_all_open() -> None:
    registry, proofs = _nights(60)
    registry.torn = proofs[0]

    with pytest.raises(ProofUnknownError, match="it answered 500"):
        _entries(registry, {})


def test_images_that_were_spoken_of_lately_do_not_hide_one_that_was_proven_lately() -> None:
    registry = _Registry(20)
    for shape in _SHAPES:
        for ago in range(1, 9):
            _prove(registry, ago, shape, made=12)
            _prove(registry, ago, shape, made=1, tests=1, hardware=False)
        _prove(registry, 9, shape, made=5)

    assert {digest for _, _, digest in _offered(_entries(registry, {}))} == {registry.images[9].digest}


_said = st.fixed_dictionaries(
    {
        "ago": st.integers(0, 29),
        "shape": st.sampled_from(_SHAPES),
        "tests": st.integers(0, 1),
        "made": st.integers(0, 29),
        "hardware": st.booleans(),
        "result": st.sampled_from([Result.PASSED, Result.PASSED, Result.FAILED]),
    }
)


@given(st.lists(_said, max_size=60), st.sampled_from([None, 0, 3, 29]), st.sets(st.sampled_from(_NAMES)))
def test_it_is_chosen_as_if_everything_had_been_read(
    said: list[dict[str, Any]], pinned_to: int | None, proven: set[str]
) -> None:
    registry = _Registry(30)
    for each in said:
        _prove(registry, **each)
    pins = {} if pinned_to is None else {"lab": Pin(digest=registry.images[pinned_to].digest, because="it works")}

    assert _entries(registry, pins, proven=proven) == _entries(registry, pins, proven=proven, whole=True)


def test_a_night_reads_no_more_than_tells_the_last_good_before_it() -> None:
    registry, _ = _nights(60)
    today = dict.fromkeys(_NAMES, registry.images[1].digest)
    destination = Destination(registry=registry, host="host:1", prefix="hubwright")
    interest = interest_in_last_good(today)

    told = records(_OFFERS, _MATRIX, destination, _KEYS, clock=FakeTime().clock, interest=interest)

    assert last_good(told, today).digests == dict.fromkeys(today, registry.images[2].digest)
    assert registry.requests == 60 + 8 * 3 * 2


def test_what_a_rehearsal_takes_is_told_by_the_newest() -> None:
    registry, _ = _nights(60)
    destination = Destination(registry=registry, host="host:1", prefix="hubwright")

    took = earlier_times(_OFFERS, _MATRIX, destination, _KEYS, clock=FakeTime().clock)

    assert {name: each.on for name, each in took.items()} == dict.fromkeys(_NAMES, f"{_day(1)}T00:00:00Z")
    assert registry.requests == 60 + 8 * 3 * 2
