"""cosign and the decision agree about every signature and every digest; where they differ, it is policy, and named."""

import pytest

from fakes.content import index_body, push_image
from forged.genuine import genuine
from forged.making import Row
from forged.opinion import COSIGN_REFUSES, COSIGN_TAKES
from forged.table import forgeries
from helpers.cosign import Cosign
from hubwright.proof.attach import Notary
from hubwright.proof.decide import Answer
from hubwright.proof.gather import verify
from hubwright.proof.keys import key_id
from hubwright.proof.tags import own_tags
from hubwright.registries.artifacts import EMPTY
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.interface import OCI_INDEX, Registry, fallback_tag
from hubwright.registries.oci import OciRegistry
from hubwright.registries.timing import Timing
from proofs import LAYER, SMOKE_SET, Scene, claim, encode, expectation, pinned_keys, signer

TAKEN = tuple(row for row in (*forgeries(), *genuine()) if row.taken)


def attach_row(registry: Registry, row: Row, image: str) -> None:
    """Attach what the row says, as somebody would who may push whatever he likes."""
    scene = Scene(image=image)
    push_image(registry, image, "latest", LAYER)
    bundle = row.bundle(scene)
    document = row.manifest(scene, scene.manifest(bundle))
    for blob in (EMPTY, bundle):
        registry.push_blob(image, blob)
    tag = own_tags(scene.subject.digest, SMOKE_SET, key_id(signer("ours").public_key))[0]
    stored = registry.put_manifest(image, tag, encode(document), document["mediaType"])
    registry.put_manifest(image, fallback_tag(scene.subject.digest), index_body([stored.descriptor]), OCI_INDEX)


@pytest.mark.parametrize("row", TAKEN, ids=lambda row: row.name)
def test_both_say_the_same_where_it_is_no_policy(
    row: Row, real: OciRegistry, distribution: EmbeddedRegistry, cosign: Cosign, repository: str
) -> None:
    image = f"hubwright/{repository}"
    attach_row(real, row, image)

    decision = verify(real, expectation(image), pinned_keys())
    accepted = cosign.accepts(row.cosign_key, f"{distribution.start()}/{image}@{Scene().subject.digest}")

    assert decision.answer is row.answer
    if decision.answer is Answer.PROVEN:
        assert accepted is (row.name not in COSIGN_REFUSES)
    else:
        assert accepted is (row.name in COSIGN_TAKES)


def test_every_difference_is_about_a_row() -> None:
    assert COSIGN_TAKES.keys() <= {row.name for row in forgeries()}
    assert COSIGN_REFUSES.keys() <= {row.name for row in genuine()}


def test_cosign_verifies_what_is_attached_and_refuses_it_for_another_image(
    real: OciRegistry, distribution: EmbeddedRegistry, cosign: Cosign, repository: str
) -> None:
    image, host = f"hubwright/{repository}", distribution.start()
    ours = push_image(real, image, "ours", LAYER)
    other = push_image(real, image, "other", b"something else")
    notary = Notary(registry=real, signer=signer("ours"), keys=pinned_keys(), timing=Timing())

    attached = notary.attach(claim(image), expectation(image), ours)
    replayed = real.resolve(image, attached.tag)
    assert replayed is not None
    real.put_manifest(image, fallback_tag(other.digest), index_body([replayed]), OCI_INDEX)

    assert attached.listed
    assert cosign.accepts("ours", f"{host}/{image}@{ours.digest}")
    assert not cosign.accepts("stranger", f"{host}/{image}@{ours.digest}")
    assert not cosign.accepts("ours", f"{host}/{image}@{other.digest}")
    assert verify(real, expectation(image, digest=other.digest), pinned_keys()).answer is Answer.REJECTED
