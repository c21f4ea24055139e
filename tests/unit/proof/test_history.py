"""Looking back: which digests were proven for a shape, with any smoke set."""

import hashlib
import itertools
from collections.abc import Mapping

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.errors import RegistryUnavailableError
from hubwright.labels import CREATED, SMOKE_SET
from hubwright.proof.attach import Notary
from hubwright.proof.history import Interest, look_back
from hubwright.proof.newest import NOBODY_KNOWS, last_said
from hubwright.proof.record import Record
from hubwright.proof.statement import Result
from hubwright.proof.tags import by_subject, subject
from hubwright.registries.interface import Descriptor, Manifest, Referrer
from proofs import IMAGE, LAYER, MADE, SHAPE, attach, claim, expectation, pinned_keys, signer
from proofs import subject as layer


def hexed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


def image(registry: FakeRegistry, name: str) -> Descriptor:
    return push_image(registry, IMAGE, f"fp-{hexed(name)}", name.encode())


def look(registry: FakeRegistry, shape: str = SHAPE) -> Record:
    return look_back(registry, IMAGE, shapes=[shape], keys=pinned_keys(), clock=FakeTime().clock)[shape]


def test_of_nothing_nothing_is_proven(registry: FakeRegistry) -> None:
    assert look(registry) == Record(proven=(), failed=(), unknown=())


def test_proofs_of_any_smoke_set_are_found_the_newest_first(registry: FakeRegistry) -> None:
    first, second = image(registry, "first"), image(registry, "second")
    attach(registry, first, "2026-03-01", smoke_set=hexed("s1"))
    attach(registry, second, "2026-02-01", smoke_set=hexed("s2"))
    attach(registry, first, "2026-01-15", smoke_set=hexed("s3"), hardware=False)

    found = look(registry)

    assert [(proof.claim.digest, proof.claim.finished_on[:7]) for proof in found.proven] == [
        (first.digest, "2026-03"),
        (second.digest, "2026-02"),
        (first.digest, "2026-01"),
    ]
    assert (found.failed, found.unknown) == ((), ())


def test_another_shape_is_another_matter(registry: FakeRegistry) -> None:
    first = image(registry, "first")
    attach(registry, first, "2026-03-01", shape=hexed("large"))

    assert look(registry).proven == ()
    assert len(look(registry, hexed("large")).proven) == 1


@pytest.mark.parametrize("by", ["stranger", "revoked", "elsewhere"])
def test_each_is_examined(registry: FakeRegistry, by: str) -> None:
    attach(registry, image(registry, "first"), "2026-03-01", by=by)

    assert look(registry) == Record(proven=(), failed=(), unknown=())


def test_a_smoke_set_that_failed_is_not_proven_and_others_are(registry: FakeRegistry) -> None:
    first = image(registry, "first")
    attach(registry, first, "2026-01-01", smoke_set=hexed("s1"))
    attach(registry, first, "2026-02-01", smoke_set=hexed("s2"))
    attach(registry, first, "2026-03-01", smoke_set=hexed("s2"), result=Result.FAILED, passed=frozenset())

    found = look(registry)

    assert [proof.claim.smoke_set for proof in found.proven] == [hexed("s1")]
    assert [proof.claim.smoke_set for proof in found.failed] == [hexed("s2")]


def test_a_claim_that_names_no_test_proves_nothing(registry: FakeRegistry) -> None:
    attach(registry, image(registry, "first"), "2026-03-01", passed=frozenset())

    assert look(registry).proven == ()


def test_an_image_that_lost_its_tag_is_not_offered(registry: FakeRegistry) -> None:
    first = image(registry, "first")
    attach(registry, first, "2026-03-01")
    registry.delete_manifest(IMAGE, first.digest)

    assert look(registry) == Record(proven=(), failed=(), unknown=())


class TornRegistry(FakeRegistry):
    """Some tags answer 500."""

    torn = ""

    def tagged(self, repository: str, tag: str) -> Manifest | None:
        if tag == self.torn:
            msg = "it answered 500"
            raise RegistryUnavailableError(msg)
        return super().tagged(repository, tag)


def test_what_could_not_be_asked_about_is_told() -> None:
    registry = TornRegistry()
    proof = attach(registry, image(registry, "first"), "2026-03-01")
    attach(registry, image(registry, "second"), "2026-02-01")

    registry.torn = f"fp-{hexed('first')}"
    without_image = look(registry)
    registry.torn = proof
    without_proof = look(registry)

    for found, where in ((without_image, f"fp-{hexed('first')}"), (without_proof, proof)):
        assert [proof.claim.finished_on[:7] for proof in found.proven] == ["2026-02"]
        assert [(reason.where, reason.why) for reason in found.unknown] == [(where, "it answered 500")]


def test_an_outage_is_no_empty_history(registry: FakeRegistry) -> None:
    registry.unavailable = True

    with pytest.raises(RegistryUnavailableError):
        look(registry)


def test_several_shapes_are_looked_for_at_once() -> None:
    registry = CountingRegistry()
    first = image(registry, "first")
    shapes = [hexed(f"shape {number}") for number in range(3)]
    for number, shape in enumerate(shapes):
        attach(registry, first, "2026-03-01", shape=shape, smoke_set=hexed(f"s{number}"))
    registry.asked.clear()

    one = look(registry, shapes[0])
    alone = len(registry.asked)
    all_three = look_back(registry, IMAGE, shapes=shapes, keys=pinned_keys(), clock=FakeTime().clock)

    assert all_three[shapes[0]] == one
    assert [len(all_three[shape].proven) for shape in shapes] == [1, 1, 1]
    assert len(registry.asked) == 2 * alone


class CountingRegistry(FakeRegistry):
    """Notes which tags and manifests it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def _find(self, repository: str, reference: str) -> Manifest | None:
        self.asked.append(reference)
        return super()._find(repository, reference)


def test_what_the_deadline_left_out_is_not_absent(registry: FakeRegistry) -> None:
    attach(registry, image(registry, "first"), "2026-03-01")
    ticks = itertools.count()

    found = look_back(
        registry, IMAGE, shapes=[SHAPE], keys=pinned_keys(), clock=lambda: next(ticks) * 10.0, deadline_s=25.0
    )[SHAPE]

    assert found.proven == ()
    assert [reason.why for reason in found.unknown] == ["it was not asked about: others took the whole 25 s. Try again"]


class Nights(FakeRegistry):
    """Holds an image for each night, each proven in its own; notes which tags of proofs were asked for."""

    def __init__(self, count: int) -> None:
        super().__init__(lists_referrers=True)
        self.asked: set[str] = set()
        self.torn = self.unreadable = ""
        self.unlisted: set[str] = set()
        self.images = [image(self, f"night {night}") for night in range(count)]
        self.proofs = [attach(self, each, f"2026-03-{night + 1:02}") for night, each in enumerate(self.images)]
        self.asked.clear()

    def tagged(self, repository: str, tag: str) -> Manifest | None:
        if not tag.startswith("fp-"):
            self.asked.add(tag)
        if tag == self.torn:
            msg = "it answered 500"
            raise RegistryUnavailableError(msg)
        return super().tagged(repository, tag)

    def referrers(self, repository: str, digest: str) -> tuple[Referrer, ...]:
        if digest == self.unreadable:
            msg = "it answered 500"
            raise RegistryUnavailableError(msg)
        hidden = {self.tags_held[repository, tag] for tag in self.unlisted}
        listed = super().referrers(repository, digest)
        return tuple(each for each in listed if each.descriptor.digest not in hidden)

    def look(self, interest: Interest) -> Record:
        return look_back(self, IMAGE, shapes=[SHAPE], keys=pinned_keys(), clock=FakeTime().clock, interest=interest)[
            SHAPE
        ]


def has_newest(found: Mapping[str, Record], unread: str) -> bool:
    return all(record.proven and record.proven[0].claim.finished_on > unread for record in found.values())


def test_no_more_is_read_than_is_wanted_and_that_is_the_newest() -> None:
    registry = Nights(28)
    registry.torn = registry.proofs[0]

    found = registry.look(Interest(enough=has_newest))

    assert registry.asked == set(registry.proofs[-8:])
    assert (found.proven[0].claim.digest, found.unknown) == (registry.images[-1].digest, ())


def test_what_somebody_wants_to_know_of_is_read_whatever_its_age() -> None:
    registry = Nights(28)
    first = registry.images[0].digest

    found = registry.look(Interest(digests=frozenset({first}), enough=has_newest))

    assert registry.proofs[0] in registry.asked
    assert first in {proof.claim.digest for proof in found.proven}
    assert len(registry.asked) == 8


def test_an_old_image_is_read_whose_newest_proof_no_list_tells_of() -> None:
    registry = Nights(28)
    late = attach(registry, registry.images[3], "2026-04-01", smoke_set=hexed("later"))
    registry.unlisted = {late}

    found = registry.look(Interest(enough=has_newest))

    assert (found.proven[0].claim.digest, found.proven[0].where) == (registry.images[3].digest, late)


def test_an_image_that_is_read_is_read_in_full() -> None:
    registry = Nights(28)
    attach(registry, registry.images[-1], "2026-02-01", result=Result.FAILED, passed=frozenset())

    found = registry.look(Interest(enough=has_newest))

    assert found.proven[0].claim.digest == registry.images[-2].digest
    assert [proof.claim.digest for proof in found.failed] == [registry.images[-1].digest]


def test_a_list_that_cannot_be_read_leaves_it_open() -> None:
    registry = Nights(28)
    registry.unreadable = registry.images[0].digest

    found = registry.look(Interest(enough=has_newest))

    assert [reason.why for reason in found.unknown] == ["it answered 500"]


@pytest.mark.parametrize(
    "annotations, said",
    [
        ([{SMOKE_SET: "a" * 64, CREATED: "2026-03-01"}, {SMOKE_SET: "b" * 64, CREATED: "2026-04-01"}], "2026-04-01"),
        ([{SMOKE_SET: "a" * 64, CREATED: "2026-03-01"}], NOBODY_KNOWS),
        ([{SMOKE_SET: "a" * 64, CREATED: "2026-03-01"}, {SMOKE_SET: "b" * 64}], NOBODY_KNOWS),
        ([{SMOKE_SET: "a" * 64, CREATED: "2026-03-01"}, {CREATED: "2026-04-01"}], NOBODY_KNOWS),
        ([], NOBODY_KNOWS),
    ],
)
def test_a_list_says_when_the_last_proof_was_made_where_it_tells_of_all(
    annotations: list[dict[str, str]], said: str
) -> None:
    listed = [Referrer(descriptor=layer(), artifact_type=None, annotations=each) for each in annotations]
    tags = [f"proof-{'d' * 32}-{'a' * 24}-key", f"failed-{'d' * 32}-{'b' * 24}-key"]

    assert last_said(listed, tags) == said


def test_so_does_the_list_that_is_kept_in_the_place_of_a_registry_that_has_none(registry: FakeRegistry) -> None:
    push_image(registry, IMAGE, "fp-1", LAYER)
    notary = Notary(registry=registry, signer=signer("ours"), keys=pinned_keys(), timing=FakeTime().timing())

    attached = notary.attach(claim(), expectation(), layer())

    assert last_said(registry.referrers(IMAGE, layer().digest), [attached.tag]) == MADE


def test_a_tag_that_names_no_smoke_set_is_told_of_by_no_list() -> None:
    said = {SMOKE_SET: "a" * 64, CREATED: "2026-03-01"}
    listed = [Referrer(descriptor=layer(), artifact_type=None, annotations=said)]

    assert last_said(listed, [f"proof-{'d' * 32}-x"]) == NOBODY_KNOWS


def test_a_tag_tells_what_it_is_about() -> None:
    digest, other = f"sha256:{'a' * 64}", f"sha256:{'a' * 31}{'b' * 33}"
    about = [f"proof-{'a' * 32}-x", f"failed-{'a' * 32}-x"]

    found = by_subject([*about, f"fp-{'a' * 32}-x", "latest"])

    assert found[subject(digest)] == about
    assert subject(other) not in found
