"""What was proven of a start's image: of the right platform and variant, from one look at each repository."""

import hashlib
import json
from dataclasses import replace

import pytest

from fakes.content import CONFIG_TYPE, push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.errors import BuildError, ProofUnknownError, RegistryUnavailableError
from hubwright.fingerprint import shape_fingerprint, smoke_set
from hubwright.labels import VARIANT
from hubwright.model import Matrix, Offer, Profile, Shape
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.past import evidence_of, proven_in, records
from hubwright.plan import make_plan
from hubwright.planned import Absent, Plan, Present
from hubwright.proof.decide import Reason
from hubwright.proof.record import Record
from hubwright.proof.statement import Result
from hubwright.publish import labels_of
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, Manifest
from proofs import attach, pinned_keys
from values import SHAPE, matrix, prints, profile, variant

LARGE = replace(SHAPE, home="/home/large")
BASE = "hubwright/base"
SHAPES = {"lab": shape_fingerprint(SHAPE).hex, "large": shape_fingerprint(LARGE).hex}
REPOSITORIES = dict.fromkeys(SHAPES, BASE)
TODAYS = smoke_set(SHAPE, [], "4.4.0")


def hexed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def at(slug: str, variant_name: str, shape: Shape = SHAPE) -> Profile:
    made = profile(slug, variant_name)
    return replace(made, offers=tuple(replace(offer, shape=shape) for offer in made.offers))


ONE = matrix(variant("base"), profiles=(at("lab", "base"), at("large", "base", LARGE)))
OLD_AND_NEW = matrix(
    *(variant(f"base-{version}", image="base") for version in ("1", "2")),
    profiles=(at("one", "base-1"), at("two", "base-2")),
)


class Listing(FakeRegistry):
    """Counts how often tags were listed; some blobs cannot be had."""

    def __init__(self) -> None:
        super().__init__()
        self.listed = 0
        self.torn = ""

    def tags(self, repository: str) -> tuple[str, ...]:
        self.listed += 1
        return super().tags(repository)

    def manifest(self, repository: str, digest: str) -> Manifest | None:
        if digest == self.torn:
            msg = "it answered 500"
            raise RegistryUnavailableError(msg)
        return super().manifest(repository, digest)


@pytest.fixture
def registry() -> Listing:
    return Listing()


@pytest.fixture
def destination(registry: Listing) -> Destination:
    return Destination(registry=registry, host="host:1", prefix="hubwright")


def image(registry: FakeRegistry, name: str) -> Descriptor:
    return push_image(registry, BASE, f"fp-{hexed(name)}", name.encode())


def labelled(registry: FakeRegistry, name: str, config: object) -> Descriptor:
    """Push an image that says this of itself."""
    body = json.dumps(config).encode()
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": {"mediaType": CONFIG_TYPE, "digest": registry.push_blob(BASE, body), "size": len(body)},
        "layers": [],
    }
    manifest = json.dumps(document).encode()
    return registry.put_manifest(BASE, f"fp-{hexed(name)}", manifest, OCI_MANIFEST).descriptor


def of_variant(registry: FakeRegistry, name: str, of: str) -> Descriptor:
    return labelled(registry, name, {"name": name, "config": {"Labels": {VARIANT: of}}})


def offers(of: Matrix) -> list[Offer]:
    return [offer for each in of.profiles for offer in each.offers]


def look(of: Matrix, destination: Destination) -> dict[str, Record]:
    return records(offers(of), of, destination, pinned_keys(), clock=FakeTime().clock)


def found(of: Matrix, destination: Destination) -> dict[str, list[str]]:
    return {
        name: [each.digest for each in proven_in(record, of=name)] for name, record in look(of, destination).items()
    }


def test_each_repository_is_asked_once_and_each_start_has_its_shape(
    registry: Listing, destination: Destination
) -> None:
    first, second = image(registry, "first"), image(registry, "second")
    attach(registry, first, "2026-03-01", shape=SHAPES["lab"])
    attach(registry, second, "2026-04-01", shape=SHAPES["lab"], smoke_set=hexed("s2"))
    attach(registry, second, "2026-04-02", shape=SHAPES["large"], smoke_set=hexed("s3"), hardware=False)

    past = look(ONE, destination)

    assert [each.on[:10] for each in proven_in(past["lab"], of="lab")] == ["2026-04-01", "2026-03-01"]
    [large] = proven_in(past["large"], of="large")
    proof = past["large"].proven[0]
    assert (large.digest, large.smoke_set, large.hardware, large.key) == (second.digest, hexed("s3"), False, "ours")
    assert (large.proof, large.fingerprint) == (proof.digest, proof.claim.fingerprint)
    assert registry.listed == 1


def test_another_platform_is_another_image(registry: Listing, destination: Destination) -> None:
    attach(registry, image(registry, "first"), "2026-03-01", shape=SHAPES["lab"], platform="linux/arm64")

    assert found(ONE, destination)["lab"] == []


def test_an_image_with_one_variant_takes_its_earlier_versions(registry: Listing, destination: Destination) -> None:
    first = of_variant(registry, "first", "base-0")
    attach(registry, first, "2026-03-01", shape=SHAPES["lab"])

    assert found(ONE, destination)["lab"] == [first.digest]


def test_of_an_image_with_several_each_takes_its_own(registry: Listing, destination: Destination) -> None:
    one, two = of_variant(registry, "first", "base-1"), of_variant(registry, "second", "base-2")
    silent = labelled(registry, "third", {"config": None})
    for digit, each in enumerate((one, two, silent)):
        attach(registry, each, f"2026-03-0{digit + 1}", shape=SHAPES["lab"])
    attach(registry, two, "2026-04-01", shape=SHAPES["lab"], smoke_set=hexed("s"), result=Result.FAILED)

    past = look(OLD_AND_NEW, destination)

    assert found(OLD_AND_NEW, destination) == {"one": [one.digest], "two": [two.digest]}
    assert [[proof.claim.digest for proof in past[name].failed] for name in ("one", "two")] == [[], [two.digest]]


def test_an_image_that_cannot_be_asked_which_it_is_leaves_all_open(registry: Listing, destination: Destination) -> None:
    one, two = of_variant(registry, "first", "base-1"), of_variant(registry, "second", "base-2")
    for each in (one, two):
        attach(registry, each, "2026-03-01", shape=SHAPES["lab"])
    registry.torn = two.digest

    past = look(OLD_AND_NEW, destination)

    for name in ("one", "two"):
        assert past[name].unknown == (Reason(where=two.digest, why="it answered 500"),)
        with pytest.raises(ProofUnknownError, match=f"what was proven of {name} cannot be told, because not everyth"):
            proven_in(past[name], of=name)


def test_what_is_unknown_is_told_in_few_lines() -> None:
    unknown = tuple(Reason(where=f"tag-{number}", why="it answered 500") for number in range(5))

    with pytest.raises(ProofUnknownError) as caught:
        proven_in(Record(proven=(), failed=(), unknown=unknown), of="lab")

    assert str(caught.value).endswith("  tag-2: it answered 500\n  and 2 more")


def plan(digest: str | None) -> Plan:
    return make_plan(
        ONE,
        chosen=frozenset(ONE.variants),
        fingerprints=prints(ONE),
        smoke_sets={"lab": TODAYS, "large": smoke_set(LARGE, [], "4.4.0")},
        presence={"base": Present(digest=digest) if digest else Absent()},
        unreachable={},
    )


def test_evidence_has_todays_proof_on_hardware_if_there_is_one(registry: Listing, destination: Destination) -> None:
    first = image(registry, "first")
    attach(registry, first, "2026-04-01", shape=SHAPES["lab"], smoke_set=TODAYS.hex)
    attach(registry, first, "2026-05-01", shape=SHAPES["lab"], smoke_set=TODAYS.hex, hardware=False)
    attach(registry, first, "2026-05-02", shape=SHAPES["large"], smoke_set=hexed("yesterday's"))

    lab, large = evidence_of(plan(first.digest), look(ONE, destination), REPOSITORIES)

    assert lab.today is not None
    assert (lab.today.hardware, lab.today.on[:10], lab.reason) == (True, "2026-04-01", "")
    assert (lab.repository, lab.digest, lab.offer.name) == (BASE, first.digest, "lab")
    assert [each.on[:7] for each in lab.past] == ["2026-05", "2026-04"]
    assert (large.today, len(large.past)) == (None, 1)
    assert large.reason == "today's image is not proven with today's smoke set; `hubwright build` rehearses it"


def test_evidence_without_hardware_is_evidence(registry: Listing, destination: Destination) -> None:
    first = image(registry, "first")
    attach(registry, first, "2026-05-01", shape=SHAPES["lab"], smoke_set=TODAYS.hex, hardware=False)

    today = evidence_of(plan(first.digest), look(ONE, destination), REPOSITORIES)[0].today

    assert today is not None
    assert not today.hardware


def test_evidence_says_what_failed_and_what_is_missing(registry: Listing, destination: Destination) -> None:
    first = image(registry, "first")
    attach(registry, first, "2026-04-01", shape=SHAPES["lab"], smoke_set=TODAYS.hex, result=Result.FAILED)
    past = look(ONE, destination)

    assert evidence_of(plan(first.digest), past, REPOSITORIES)[0].reason == "today's image failed its rehearsal"
    assert evidence_of(plan(None), past, REPOSITORIES)[0].reason == (
        "today's image is not in the registry; `hubwright build` builds it"
    )


def test_an_image_says_which_variant_it_is(registry: Listing) -> None:
    said = of_variant(registry, "first", "base-1")
    lost = of_variant(registry, "second", "base-2")
    registry.blobs = {key: body for key, body in registry.blobs.items() if b"second" not in body}
    proof = registry.resolve(BASE, attach(registry, said, "2026-03-01"))

    assert labels_of(registry, BASE, said.digest) == {VARIANT: "base-1"}
    assert proof is not None
    assert labels_of(registry, BASE, proof.digest) == {}
    for digest in (lost.digest, f"sha256:{'0' * 64}"):
        with pytest.raises(BuildError, match="is no image, or the registry lost a part of it"):
            labels_of(registry, BASE, digest)
