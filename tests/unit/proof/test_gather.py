"""What a registry holds of proofs: all of it, or it is known what is missing."""

import pytest

from fakes.content import index_body, push_image, push_proof
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.contents.attach import attach_list
from hubwright.contents.document import PackageList
from hubwright.errors import ContentCorruptError, HubwrightError, RegistryRefusedError, RegistryUnavailableError
from hubwright.proof.attach import Notary
from hubwright.proof.decide import Answer
from hubwright.proof.examine import Candidate, Unread
from hubwright.proof.gather import gather, verify
from hubwright.proof.keys import key_id
from hubwright.proof.statement import Result
from hubwright.proof.tags import own_tags
from hubwright.registries.artifacts import EMPTY
from hubwright.registries.interface import (
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    Manifest,
    Referrer,
    fallback_tag,
)
from proofs import IMAGE, LAYER, SMOKE_SET, Scene, claim, encode, expectation, pinned_keys, signer, subject

DIGEST = subject().digest
PROOF, SOFT, FAILED = own_tags(DIGEST, SMOKE_SET, key_id(signer("ours").public_key))


class FailingRegistry(FakeRegistry):
    """Fails as it is told: for a tag, a digest, or `referrers`; `asked` is what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: dict[str, HubwrightError] = {}
        self.asked: list[str] = []

    def tagged(self, repository: str, tag: str) -> Manifest | None:
        self._fail(tag)
        return super().tagged(repository, tag)

    def manifest(self, repository: str, digest: str) -> Manifest | None:
        self._fail(digest)
        return super().manifest(repository, digest)

    def blob(self, repository: str, digest: str, *, limit: int) -> bytes | None:
        self._fail(digest)
        return super().blob(repository, digest, limit=limit)

    def referrers(self, repository: str, digest: str) -> tuple[Referrer, ...]:
        self._fail("referrers")
        return super().referrers(repository, digest)

    def _fail(self, what: str) -> None:
        self.asked.append(what)
        if what in self.failures:
            raise self.failures[what]


@pytest.fixture
def registry() -> FailingRegistry:
    registry = FailingRegistry()
    push_image(registry, IMAGE, "fp-1", LAYER)
    return registry


def put(registry: FakeRegistry, tag: str, bundle: bytes | None = None) -> Descriptor:
    scene = Scene()
    body = bundle if bundle is not None else scene.bundle()
    registry.push_blob(IMAGE, EMPTY)
    registry.push_blob(IMAGE, body)
    return registry.put_manifest(IMAGE, tag, encode(scene.manifest(body)), OCI_MANIFEST).descriptor


@pytest.mark.parametrize(
    "tag, bundle, answer",
    [
        (PROOF, Scene().bundle(), Answer.PROVEN),
        (SOFT, Scene().bundle(hardware=False), Answer.PROVEN),
        (FAILED, Scene().bundle(result=Result.FAILED), Answer.BLOCKED),
        (PROOF, Scene().bundle(result=Result.FAILED), Answer.BLOCKED),
        (FAILED, Scene().bundle(), Answer.PROVEN),
        ("unrelated", Scene().bundle(), Answer.ABSENT),
    ],
)
def test_proofs_are_found_under_their_own_tags(
    registry: FailingRegistry, tag: str, bundle: bytes, answer: Answer
) -> None:
    put(registry, tag, bundle)

    assert verify(registry, expectation(), pinned_keys()).answer is answer


def test_a_proof_that_is_only_listed_counts(registry: FailingRegistry) -> None:
    proof = put(registry, "some-tag")
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), index_body([proof]), OCI_INDEX)

    assert verify(registry, expectation(), pinned_keys()).answer is Answer.PROVEN


def test_a_proof_with_two_ways_to_it_is_one_candidate(registry: FailingRegistry) -> None:
    proof = put(registry, PROOF)
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), index_body([proof]), OCI_INDEX)

    found = gather(registry, IMAGE, DIGEST, [PROOF, SOFT])

    assert [each.where for each in found] == [PROOF]


def test_what_is_listed_and_gone_is_no_candidate(registry: FailingRegistry) -> None:
    proof = put(registry, PROOF)
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), index_body([proof]), OCI_INDEX)
    registry.delete_manifest(IMAGE, proof.digest)

    assert verify(registry, expectation(), pinned_keys()).answer is Answer.ABSENT


@pytest.mark.parametrize("kind", [RegistryUnavailableError, RegistryRefusedError, ContentCorruptError])
@pytest.mark.parametrize("place", [PROOF, FAILED, "referrers", "manifest", "blob"])
def test_no_error_is_ever_an_absence(registry: FailingRegistry, place: str, kind: type[HubwrightError]) -> None:
    put(registry, PROOF)
    # What a tag gives comes with its manifest; that of what is only listed is asked for.
    listed = put(registry, "some-tag", Scene().bundle(url="listed"))
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), index_body([listed]), OCI_INDEX)
    bundle = Scene().manifest(Scene().bundle())["layers"][0]["digest"]
    registry.failures = {{"manifest": listed.digest, "blob": bundle}.get(place, place): kind("as the test wants it")}

    decision = verify(registry, expectation(), pinned_keys())

    assert decision.answer is Answer.UNKNOWN
    assert any("as the test wants it" in reason.why for reason in decision.reasons)


@pytest.mark.parametrize("kind", [RegistryUnavailableError, RegistryRefusedError, ContentCorruptError])
@pytest.mark.parametrize("first", [None, Scene().bundle(hardware=False), Scene().bundle(smoke_set="f" * 64)])
def test_nor_is_one_about_what_was_made_without_hardware(
    registry: FailingRegistry, first: bytes | None, kind: type[HubwrightError]
) -> None:
    """Whether nothing was made with it, or what was proves less, or nothing."""
    if first:
        put(registry, PROOF, first)
    registry.failures = {SOFT: kind("as the test wants it")}

    decision = verify(registry, expectation(), pinned_keys())

    assert decision.answer is Answer.UNKNOWN
    assert any("as the test wants it" in reason.why for reason in decision.reasons)


def test_what_is_proven_on_hardware_is_not_asked_for_without(registry: FailingRegistry) -> None:
    put(registry, PROOF)
    put(registry, SOFT, Scene().bundle(hardware=False))

    assert verify(registry, expectation(), pinned_keys()).on_hardware
    assert SOFT not in registry.asked


def test_what_was_made_without_hardware_is_one_candidate_however_it_is_found(registry: FailingRegistry) -> None:
    other = put(registry, SOFT, Scene().bundle(smoke_set="f" * 64))
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), index_body([other]), OCI_INDEX)

    decision = verify(registry, expectation(), pinned_keys())

    assert decision.answer is Answer.REJECTED
    assert [reason.where for reason in decision.reasons] == [f"referrer {other.digest}"]
    bundle = Scene().manifest(Scene().bundle(smoke_set="f" * 64))["layers"][0]["digest"]
    assert registry.asked.count(bundle) == 1


def test_an_outage_is_no_absence(registry: FailingRegistry) -> None:
    registry.unavailable = True

    assert verify(registry, expectation(), pinned_keys()).answer is Answer.UNKNOWN


SILENCE, REFUSAL = RegistryUnavailableError("it is down"), RegistryRefusedError("no")


@pytest.mark.parametrize(
    "failures, asked",
    [
        ({PROOF: SILENCE, FAILED: SILENCE}, [PROOF, FAILED]),
        ({FAILED: SILENCE, "referrers": SILENCE}, [PROOF, FAILED, "referrers"]),
        ({PROOF: REFUSAL, FAILED: SILENCE}, [PROOF, FAILED, "referrers"]),
        ({SOFT: SILENCE}, [PROOF, FAILED, "referrers", SOFT]),
    ],
)
def test_a_registry_that_was_silent_twice_is_not_asked_any_more(
    registry: FailingRegistry, failures: dict[str, HubwrightError], asked: list[str]
) -> None:
    """Each silence took all the time that a call has."""
    registry.failures = failures

    assert verify(registry, expectation(), pinned_keys()[:1]).answer is Answer.UNKNOWN
    assert registry.asked == asked


def test_images_and_proofs_are_not_asked_for_either_after_two_silences(registry: FailingRegistry) -> None:
    proofs = [put(registry, f"proof-{number}", Scene().bundle(url=str(number))) for number in range(4)]
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), index_body(proofs), OCI_INDEX)
    digests = [proof.digest for proof in proofs]
    registry.failures = dict.fromkeys(digests[1:3], SILENCE)

    found = gather(registry, IMAGE, DIGEST, [])

    assert [type(each) for each in found] == [Unread, Unread, Candidate]
    assert registry.asked[-2:] == digests[1:3]


def test_what_a_tag_gives_is_not_asked_for_again(registry: FailingRegistry) -> None:
    proof = put(registry, PROOF)
    registry.put_manifest(IMAGE, fallback_tag(DIGEST), index_body([proof]), OCI_INDEX)

    assert verify(registry, expectation(), pinned_keys()).answer is Answer.PROVEN
    assert proof.digest not in registry.asked


def test_a_failure_is_found_behind_one_silence(registry: FailingRegistry) -> None:
    put(registry, FAILED, Scene().bundle(result=Result.FAILED))
    registry.failures = {PROOF: SILENCE}

    assert verify(registry, expectation(), pinned_keys()).answer is Answer.BLOCKED


def test_a_flood_of_tags_is_not_cut_but_unknown(registry: FailingRegistry) -> None:
    tags = [f"tag-{number}" for number in range(65)]
    for number, tag in enumerate(tags):
        put(registry, tag, Scene().bundle(url=str(number)))

    few, many = gather(registry, IMAGE, DIGEST, tags[:64]), gather(registry, IMAGE, DIGEST, tags)

    assert sum(isinstance(each, Candidate) for each in few) == len(few) == 64
    assert many == [Unread(where=DIGEST, why="there are more than 64 candidates")]


@pytest.mark.parametrize("lists_referrers", [True, False])
def test_proofs_of_other_shapes_and_days_do_not_stand_in_the_way_however_many(*, lists_referrers: bool) -> None:
    registry = FakeRegistry(lists_referrers=lists_referrers)
    push_image(registry, IMAGE, "fp-1", LAYER)
    notary = Notary(registry=registry, signer=signer("ours"), keys=pinned_keys(), timing=FakeTime().timing())
    for number in range(100):
        other = f"{number:064x}"
        notary.attach(claim(smoke_set=other), expectation(smoke_set=other), subject())
    assert verify(registry, expectation(), pinned_keys()).answer is Answer.ABSENT

    notary.attach(claim(), expectation(), subject())

    assert len(registry.referrers(IMAGE, DIGEST)) == 101
    assert verify(registry, expectation(), pinned_keys()).answer is Answer.PROVEN


def test_what_says_nothing_of_its_smoke_set_is_read_and_too_many_of_it_are_refused() -> None:
    registry = FakeRegistry(lists_referrers=True)
    push_image(registry, IMAGE, "fp-1", LAYER)
    for number in range(65):
        push_proof(registry, IMAGE, f"other-{number}", subject(), b"%d" % number)

    decision = verify(registry, expectation(), pinned_keys())

    assert decision.answer is Answer.UNKNOWN
    assert [reason.why for reason in decision.reasons] == ["there are more than 64 candidates"]


def test_a_failure_that_hides_behind_another_smoke_set_is_found_under_its_own_tag() -> None:
    registry = FakeRegistry(lists_referrers=True)
    push_image(registry, IMAGE, "fp-1", LAYER)
    bundle = Scene().bundle(result=Result.FAILED, passed=frozenset(), failed=frozenset({"home"}))
    manifest = Scene().manifest(bundle)
    manifest["annotations"]["io.github.hubwright.smoke-set"] = "0" * 64
    for blob in (EMPTY, bundle):
        registry.push_blob(IMAGE, blob)
    registry.put_manifest(IMAGE, FAILED, encode(manifest), OCI_MANIFEST)

    assert verify(registry, expectation(), pinned_keys()).answer is Answer.BLOCKED


def test_what_is_huge_is_not_even_fetched(registry: FailingRegistry) -> None:
    huge = b" " * (2**18 + 1)
    put(registry, PROOF, huge)

    [found] = gather(registry, IMAGE, DIGEST, [PROOF])

    assert isinstance(found, Candidate)
    assert found.bundle is None
    assert verify(registry, expectation(), pinned_keys()).answer is Answer.REJECTED


def test_what_is_as_large_as_it_may_be_is_fetched(registry: FailingRegistry) -> None:
    bundle = Scene().bundle()
    put(registry, PROOF, bundle + b" " * (2**18 - len(bundle)))

    assert verify(registry, expectation(), pinned_keys()).answer is Answer.PROVEN


def test_what_is_no_proof_stays_a_candidate(registry: FailingRegistry) -> None:
    push_image(registry, IMAGE, PROOF, b"another image")

    [found] = gather(registry, IMAGE, DIGEST, [PROOF])

    assert isinstance(found, Candidate)
    assert found.bundle is None
    assert verify(registry, expectation(), pinned_keys()).answer is Answer.ABSENT


def test_the_list_of_what_is_in_an_image_is_no_candidate_and_costs_nothing() -> None:
    registry = FailingRegistry()
    registry.lists_referrers = True
    image = push_image(registry, IMAGE, "fp-1", LAYER)
    packages = PackageList(variant="base", platform="linux/amd64", debian={}, python={}, complete=True)
    attach_list(registry, IMAGE, image.digest, packages)
    (listed,) = registry.referrers(IMAGE, image.digest)
    registry.asked.clear()
    assert gather(registry, IMAGE, image.digest, [PROOF]) == []
    assert listed.descriptor.digest not in registry.asked
