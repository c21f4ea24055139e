"""Attaching: each step may be repeated or lost, and what counts is what is read back."""

import dataclasses
import json
from typing import Any

import pytest

from fakes.content import push_image, push_proof
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.errors import (
    ProofNotStandingError,
    ProofUnknownError,
    RegistryRefusedError,
    RegistryUnavailableError,
    SigningError,
)
from hubwright.proof.attach import Notary, require_counting
from hubwright.proof.decide import Answer
from hubwright.proof.envelope import BUNDLE_TYPE
from hubwright.proof.gather import verify
from hubwright.proof.keys import key_id
from hubwright.proof.statement import PREDICATE_TYPE, Claim, Result
from hubwright.proof.tags import own_tag, own_tags
from hubwright.registries.artifacts import EMPTY
from hubwright.registries.interface import OCI_INDEX, OCI_MANIFEST, Manifest, Stored, fallback_tag
from proofs import IMAGE, LAYER, MADE, SMOKE_SET, Scene, claim, encode, expectation, pinned_keys, signer, subject

DIGEST = subject().digest
PROOF, SOFT, FAILED = own_tags(DIGEST, SMOKE_SET, key_id(signer("ours").public_key))
FAILURE = claim(result=Result.FAILED, passed=frozenset(), failed=frozenset({"home"}))


def notary(registry: FakeRegistry, by: str = "ours", **changes: Any) -> Notary:
    ours = Notary(registry=registry, signer=signer(by), keys=pinned_keys(), timing=FakeTime().timing())
    return dataclasses.replace(ours, **changes)


@pytest.fixture(params=["tags", "native"])
def registry(request: pytest.FixtureRequest) -> FakeRegistry:
    registry = FakeRegistry(lists_referrers=request.param == "native")
    push_image(registry, IMAGE, "fp-1", LAYER)
    registry.writes.clear()
    return registry


def test_a_proof_is_attached_under_its_own_tag_and_read_back(registry: FakeRegistry) -> None:
    attached = notary(registry).attach(claim(), expectation(), subject())

    assert (attached.decision.answer, attached.tag, attached.listed) == (Answer.PROVEN, PROOF, True)
    assert attached.decision.on_hardware
    assert verify(registry, expectation(), pinned_keys()) == attached.decision
    assert attached.tag == f"proof-{DIGEST[7:39]}-{SMOKE_SET[:24]}-9cdb7366"
    if registry.lists_referrers:
        assert fallback_tag(DIGEST) not in registry.tags(IMAGE)


def test_the_object_is_what_other_tools_expect(registry: FakeRegistry) -> None:
    notary(registry).attach(claim(), expectation(), subject())
    found = registry.resolve(IMAGE, PROOF)
    assert found is not None
    held = registry.manifest(IMAGE, found.digest)
    assert held is not None

    manifest = json.loads(held.body)

    assert (manifest["mediaType"], manifest["artifactType"]) == (OCI_MANIFEST, BUNDLE_TYPE)
    assert manifest["config"] == {
        "mediaType": "application/vnd.oci.empty.v1+json",
        "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "size": 2,
    }
    assert manifest["subject"] == {"mediaType": OCI_MANIFEST, "digest": DIGEST, "size": subject().size}
    assert [layer["mediaType"] for layer in manifest["layers"]] == [BUNDLE_TYPE]
    assert manifest["annotations"] == {
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": PREDICATE_TYPE,
        "io.github.hubwright.smoke-set": SMOKE_SET,
        "org.opencontainers.image.created": MADE,
    }


def test_attaching_again_signs_and_writes_nothing(registry: FakeRegistry) -> None:
    first = notary(registry).attach(claim(), expectation(), subject())
    written = list(registry.writes)

    again = notary(registry).attach(claim(url="https://ci.example.org/runs/8"), expectation(), subject())

    assert (again, registry.writes) == (first, written)


def test_a_failure_is_attached_the_same_way_and_blocks(registry: FakeRegistry) -> None:
    attached = notary(registry).attach(FAILURE, expectation(), subject())
    written = list(registry.writes)
    again = notary(registry).attach(FAILURE, expectation(), subject())

    assert (attached.decision.answer, attached.tag) == (Answer.BLOCKED, FAILED)
    assert (again, registry.writes) == (attached, written)


def test_nothing_is_signed_against_a_failure(registry: FakeRegistry) -> None:
    notary(registry).attach(FAILURE, expectation(), subject())
    written = list(registry.writes)

    with pytest.raises(ProofNotStandingError, match=r"is not proven, but blocked: .*FAILED: home\. Change what failed"):
        notary(registry).attach(claim(), expectation(), subject())

    assert registry.writes == written


def test_a_failure_is_attached_beside_a_proof_and_wins(registry: FakeRegistry) -> None:
    notary(registry).attach(claim(), expectation(), subject())

    attached = notary(registry).attach(FAILURE, expectation(), subject())

    assert attached.decision.answer is Answer.BLOCKED


def test_a_proof_without_hardware_leaves_the_place_to_one_with_it(registry: FakeRegistry) -> None:
    soft = notary(registry).attach(claim(hardware=False), expectation(), subject())
    hard = notary(registry).attach(claim(), expectation(), subject())
    softer = notary(registry).attach(claim(hardware=False), expectation(), subject())

    assert (soft.tag, soft.decision.on_hardware) == (SOFT, False)
    assert (hard.tag, hard.decision.on_hardware) == (PROOF, True)
    assert softer.decision == hard.decision


def test_each_key_has_its_own_tag() -> None:
    ours, theirs = (key_id(signer(name).public_key) for name in ("ours", "elsewhere"))

    assert own_tag(claim(), ours)[:-8] == own_tag(claim(), theirs)[:-8]
    assert own_tag(claim(), ours) != own_tag(claim(), theirs)
    assert own_tag(claim(result=Result.WARNED), ours) == FAILED


@pytest.mark.parametrize("by", ["stranger", "elsewhere", "provenance"])
def test_nothing_is_signed_with_a_key_that_nobody_would_accept(registry: FakeRegistry, by: str) -> None:
    with pytest.raises(SigningError, match=r"is not pinned for hubwright/base, .*list of keys"):
        notary(registry, by=by).attach(claim(), expectation(), subject())

    assert registry.writes == []


@pytest.mark.parametrize(
    "by, why",
    [
        ("expired", r"would be rejected, and was not sent: .*the key expired was not valid\. Look at the list of keys"),
        ("revoked", r"would be absent, and was not sent: .*the key revoked signed it, which is revoked"),
    ],
)
@pytest.mark.parametrize("said", [claim(), FAILURE], ids=["proof", "failure"])
def test_what_a_key_may_no_longer_sign_is_not_sent(registry: FakeRegistry, by: str, why: str, said: Claim) -> None:
    with pytest.raises(ProofNotStandingError, match=why):
        notary(registry, by=by).attach(said, expectation(), subject())

    assert registry.writes == []


@pytest.mark.parametrize("by", ["stranger", "elsewhere", "provenance", "lookalike", "expired", "early", "revoked"])
def test_who_asks_first_hears_of_a_key_what_signing_with_it_comes_to(registry: FakeRegistry, by: str) -> None:
    with pytest.raises((SigningError, ProofNotStandingError)) as later:
        notary(registry, by=by).attach(claim(), expectation(), subject())
    with pytest.raises(later.type) as first:
        require_counting(signer(by).public_key, image=IMAGE, keys=pinned_keys(), on=claim().finished_on)

    # Of a proof that is not made yet, there is no digest to be told.
    assert str(first.value).rpartition(": ")[2] == str(later.value).rpartition(": ")[2]


@pytest.mark.parametrize("by", ["ours", "twice"])
def test_a_key_that_counts_is_let_through(by: str) -> None:
    keys = [key for key in pinned_keys() if key.name != "revoked-here"]

    require_counting(signer(by).public_key, image=IMAGE, keys=keys, on=claim().finished_on)


def test_a_clock_that_is_wrong_takes_no_place_from_the_proof_that_comes_once_it_is_right() -> None:
    registry = FakeRegistry(immutable=lambda tag: tag.startswith("proof-"))
    push_image(registry, IMAGE, "fp-1", LAYER)

    with pytest.raises(ProofNotStandingError, match=r"made on 2000-01-01.*at the clock of this machine"):
        notary(registry).attach(claim(finished_on="2000-01-01T00:00:00Z"), expectation(), subject())

    assert notary(registry).attach(claim(), expectation(), subject()).decision.answer is Answer.PROVEN


class EmptiedRegistry(FakeRegistry):
    """Somebody deletes every proof as soon as it is there."""

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        stored = super().put_manifest(repository, reference, body, media_type)
        if reference == PROOF:
            self.delete_manifest(repository, stored.descriptor.digest)
        return stored


def test_a_proof_that_vanished_is_told() -> None:
    registry = EmptiedRegistry()
    push_image(registry, IMAGE, "fp-1", LAYER)

    with pytest.raises(ProofNotStandingError, match=r"absent: nothing is there\. Look at"):
        notary(registry).attach(claim(), expectation(), subject())


def test_other_tests_than_expected_prove_nothing(registry: FakeRegistry) -> None:
    with pytest.raises(ProofNotStandingError, match=r"would be rejected, and was not sent: proof-.*it lacks home"):
        notary(registry).attach(claim(passed=frozenset({"server"})), expectation(), subject())


def test_what_stands_under_the_tag_is_replaced_where_tags_move(registry: FakeRegistry) -> None:
    push_image(registry, IMAGE, PROOF, b"something else")

    assert notary(registry).attach(claim(), expectation(), subject()).decision.answer is Answer.PROVEN


def test_what_stands_under_a_tag_that_does_not_move_is_told() -> None:
    registry = FakeRegistry(immutable=lambda tag: tag.startswith("proof-"))
    push_image(registry, IMAGE, "fp-1", LAYER)
    push_image(registry, IMAGE, PROOF, b"something else")

    with pytest.raises(ProofNotStandingError, match="Look at what stands under the proof's tags"):
        notary(registry).attach(claim(), expectation(), subject())


class RacedRegistry(FakeRegistry):
    """Somebody else's proof of the same arrives first, under tags that do not move."""

    def __init__(self) -> None:
        super().__init__(immutable=lambda tag: tag.startswith("proof-"))
        self.raced = False

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        if reference == PROOF and not self.raced:
            self.raced = True
            rival = Scene().bundle(url="https://ci.example.org/runs/rival")
            self.push_blob(repository, rival)
            super().put_manifest(repository, reference, encode(Scene().manifest(rival)), OCI_MANIFEST)
        return super().put_manifest(repository, reference, body, media_type)


def test_a_faster_rival_s_proof_is_as_good(registry: FakeRegistry) -> None:
    raced = RacedRegistry()
    push_image(raced, IMAGE, "fp-1", LAYER)

    attached = notary(raced).attach(claim(), expectation(), subject())

    assert attached.decision.proof is not None
    assert attached.decision.proof.claim.url.endswith("rival")
    assert attached.listed
    del registry


class StubbornRegistry(FakeRegistry):
    """Refuses every proof, and holds none."""

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        if reference == PROOF:
            msg = "refused with 405"
            raise RegistryRefusedError(msg)
        return super().put_manifest(repository, reference, body, media_type)


def test_a_refusal_is_told_as_it_is() -> None:
    registry = StubbornRegistry()
    push_image(registry, IMAGE, "fp-1", LAYER)

    with pytest.raises(RegistryRefusedError, match="405"):
        notary(registry).attach(claim(), expectation(), subject())


def test_a_registry_without_subjects_gets_none(registry: FakeRegistry) -> None:
    attached = notary(registry, names_subjects=False).attach(claim(), expectation(), subject())

    found = registry.resolve(IMAGE, PROOF)
    assert found is not None
    held = registry.manifest(IMAGE, found.digest)
    assert held is not None
    manifest = json.loads(held.body)
    assert attached.decision.answer is Answer.PROVEN
    assert not manifest.keys() & {"subject", "artifactType"}
    assert manifest["config"]["mediaType"] == BUNDLE_TYPE


class ForgetfulRegistry(FakeRegistry):
    """Goes down when the proof was stored."""

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        stored = super().put_manifest(repository, reference, body, media_type)
        self.unavailable = reference == PROOF
        return stored


def test_what_cannot_be_read_back_is_not_known_and_found_by_the_next_run() -> None:
    registry = ForgetfulRegistry()
    push_image(registry, IMAGE, "fp-1", LAYER)

    with pytest.raises(ProofUnknownError, match=r"cannot be read back: .*down.*Run again"):
        notary(registry).attach(claim(), expectation(), subject())
    registry.unavailable = False

    attached = notary(registry).attach(claim(), expectation(), subject())
    assert (attached.decision.answer, attached.listed) == (Answer.PROVEN, True)


def test_an_outage_is_told_as_one(registry: FakeRegistry) -> None:
    registry.unavailable = True

    with pytest.raises(RegistryUnavailableError):
        notary(registry).attach(claim(), expectation(), subject())


def fallback_entries(registry: FakeRegistry) -> list[dict[str, Any]]:
    found = registry.resolve(IMAGE, fallback_tag(DIGEST))
    held = registry.manifest(IMAGE, found.digest) if found else None
    entries: list[dict[str, Any]] = json.loads(held.body)["manifests"] if held else []
    return entries


def plain() -> FakeRegistry:
    registry = FakeRegistry()
    push_image(registry, IMAGE, "fp-1", LAYER)
    return registry


def test_the_list_for_others_keeps_what_stands_in_it() -> None:
    registry = plain()
    other = push_proof(registry, IMAGE, "sbom", subject(), b"an sbom")
    entry = {"mediaType": other.media_type, "digest": other.digest, "size": other.size, "annotations": {"a": "b"}}
    body = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry], "annotations": {"c": "d"}})
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), body, OCI_INDEX)

    attached = notary(registry).attach(claim(), expectation(), subject())

    entries = fallback_entries(registry)
    proof = registry.resolve(IMAGE, PROOF)
    assert attached.listed
    assert proof is not None
    assert entries[0] == entry
    assert entries[1:] == [
        {
            "mediaType": OCI_MANIFEST,
            "digest": proof.digest,
            "size": proof.size,
            "artifactType": BUNDLE_TYPE,
            "annotations": {
                "dev.sigstore.bundle.content": "dsse-envelope",
                "dev.sigstore.bundle.predicateType": PREDICATE_TYPE,
                "io.github.hubwright.smoke-set": SMOKE_SET,
                "org.opencontainers.image.created": MADE,
            },
        }
    ]


def test_the_list_for_others_holds_the_newest_256_proofs_and_all_of_the_rest() -> None:
    registry = plain()
    sbom = push_proof(registry, IMAGE, "sbom", subject(), b"an sbom")
    entries: list[dict[str, Any]] = [{"mediaType": sbom.media_type, "digest": sbom.digest, "size": sbom.size}]
    for number in range(257):
        proof = push_proof(registry, IMAGE, f"old-{number}", subject(), b"%d" % number)
        old = {"mediaType": proof.media_type, "digest": proof.digest, "size": proof.size, "artifactType": BUNDLE_TYPE}
        entries.append({**old, "annotations": {"io.github.hubwright.smoke-set": f"{number:064x}"}})
    body = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries})
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), body, OCI_INDEX)

    notary(registry).attach(claim(), expectation(), subject())

    kept = fallback_entries(registry)
    proof_now = registry.resolve(IMAGE, PROOF)
    assert proof_now is not None
    assert kept[0] == entries[0]
    assert kept[1:-1] == entries[3:]
    assert (len(kept), kept[-1]["digest"]) == (257, proof_now.digest)


def test_a_list_that_is_none_is_left_alone() -> None:
    registry = plain()
    push_image(registry, IMAGE, fallback_tag(DIGEST), b"an image where the list belongs")
    before = registry.resolve(IMAGE, fallback_tag(DIGEST))

    with pytest.raises(ProofUnknownError, match="should be an OCI index"):
        notary(registry).attach(claim(), expectation(), subject())

    assert registry.resolve(IMAGE, fallback_tag(DIGEST)) == before
    assert registry.resolve(IMAGE, PROOF) is not None


class LosingRegistry(FakeRegistry):
    """Another client overwrites the list as often as `losses` says, each time right after us."""

    def __init__(self, losses: int) -> None:
        super().__init__()
        self.losses = losses

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        stored = super().put_manifest(repository, reference, body, media_type)
        if reference == fallback_tag(DIGEST) and self.losses:
            self.losses -= 1
            empty = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": []})
            super().put_manifest(repository, reference, empty, OCI_INDEX)
        return stored


@pytest.mark.parametrize("losses, listed, rounds", [(0, True, 1), (4, True, 5), (5, False, 5)])
def test_the_list_for_others_is_tried_five_times(losses: int, listed: bool, rounds: int) -> None:  # noqa: FBT001
    registry = LosingRegistry(losses)
    push_image(registry, IMAGE, "fp-1", LAYER)
    time = FakeTime()

    attached = notary(registry, timing=time.timing()).attach(claim(), expectation(), subject())

    assert (attached.decision.answer, attached.listed) == (Answer.PROVEN, listed)
    assert time.pauses == [0.5] * rounds


class BrokenListRegistry(FakeRegistry):
    """Refuses every list, and the manifest behind `hidden`."""

    hidden = ""

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        if media_type == OCI_INDEX:
            msg = "refused with 403"
            raise RegistryRefusedError(msg)
        return super().put_manifest(repository, reference, body, media_type)

    def manifest(self, repository: str, digest: str) -> Manifest | None:
        if digest == self.hidden:
            msg = "it answered 500"
            raise RegistryUnavailableError(msg)
        return super().manifest(repository, digest)


def test_a_list_that_cannot_be_written_fails_nothing() -> None:
    registry = BrokenListRegistry()
    push_image(registry, IMAGE, "fp-1", LAYER)

    attached = notary(registry).attach(claim(), expectation(), subject())

    assert (attached.decision.answer, attached.listed) == (Answer.PROVEN, False)


def test_a_list_that_cannot_be_read_any_more_is_not_claimed() -> None:
    registry = BrokenListRegistry()
    push_image(registry, IMAGE, "fp-1", LAYER)
    body = encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": []})
    listed = FakeRegistry.put_manifest(registry, IMAGE, fallback_tag(DIGEST), body, OCI_INDEX).descriptor
    registry.hidden = listed.digest

    attached = notary(registry).attach(claim(), expectation(), subject())

    assert (attached.decision.answer, attached.listed) == (Answer.PROVEN, False)
    assert registry.blob(IMAGE, "sha256:" + EMPTY_SHA256, limit=2) == EMPTY


EMPTY_SHA256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
