"""Looking back: which digests were proven for a shape, with any smoke set."""

import hashlib
import itertools

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.errors import RegistryUnavailableError
from hubwright.proof.history import look_back
from hubwright.proof.record import Record
from hubwright.proof.statement import Result
from hubwright.proof.tags import by_subject, subject
from hubwright.registries.interface import Descriptor, Manifest
from proofs import IMAGE, SHAPE, attach, pinned_keys


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


def test_a_tag_tells_what_it_is_about() -> None:
    digest, other = f"sha256:{'a' * 64}", f"sha256:{'a' * 31}{'b' * 33}"
    about = [f"proof-{'a' * 32}-x", f"failed-{'a' * 32}-x"]

    found = by_subject([*about, f"fp-{'a' * 32}-x", "latest"])

    assert found[subject(digest)] == about
    assert subject(other) not in found
