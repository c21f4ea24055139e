"""What every registry keeps, the one in memory as much as the real one."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from fakes.content import EMPTY, image_body, index_body, proof_body, push_image, push_proof
from fakes.registry import WholeRegistry
from hubwright.errors import ContentCorruptError, RegistryRefusedError
from hubwright.registries.interface import (
    DOCKER_MANIFEST,
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    fallback_tag,
    sha256_digest,
)

NOWHERE = "sha256:" + "0" * 64


def test_what_was_never_there_is_absent(registry: WholeRegistry, repository: str) -> None:
    assert registry.resolve(repository, "latest") is None
    assert registry.manifest(repository, NOWHERE) is None
    assert registry.blob(repository, NOWHERE, limit=10) is None
    assert registry.referrers(repository, NOWHERE) == ()
    assert registry.tags(repository) == ()


def test_a_tag_is_absent_beside_others(registry: WholeRegistry, repository: str) -> None:
    push_image(registry, repository, "one")

    assert registry.resolve(repository, "two") is None
    assert registry.manifest(repository, NOWHERE) is None
    assert registry.blob(repository, NOWHERE, limit=10) is None


def test_an_image_comes_back_byte_by_byte(registry: WholeRegistry, repository: str) -> None:
    body = image_body(b"layer")

    pushed = push_image(registry, repository, "one", b"layer")

    assert pushed == Descriptor(media_type=OCI_MANIFEST, digest=sha256_digest(body), size=len(body))
    assert registry.resolve(repository, "one") == pushed
    fetched = registry.manifest(repository, pushed.digest)
    assert fetched is not None
    assert (fetched.descriptor, fetched.body) == (pushed, body)


def test_a_blob_comes_back_byte_by_byte(registry: WholeRegistry, repository: str) -> None:
    body = bytes(range(256)) * 4096

    digest = registry.push_blob(repository, body)

    assert digest == sha256_digest(body)
    assert registry.blob(repository, digest, limit=len(body)) == body


def test_an_empty_blob_is_not_an_absent_one(registry: WholeRegistry, repository: str) -> None:
    digest = registry.push_blob(repository, b"")

    assert registry.blob(repository, digest, limit=0) == b""


def test_a_blob_longer_than_allowed_is_not_cut(registry: WholeRegistry, repository: str) -> None:
    digest = registry.push_blob(repository, b"four")

    with pytest.raises(ContentCorruptError, match="more than the 3 bytes"):
        registry.blob(repository, digest, limit=3)


def test_pushing_again_changes_nothing(registry: WholeRegistry, repository: str) -> None:
    assert push_image(registry, repository, "one") == push_image(registry, repository, "one")


def test_a_tag_can_be_moved(registry: WholeRegistry, repository: str) -> None:
    first = push_image(registry, repository, "latest", b"first")
    second = push_image(registry, repository, "latest", b"second")

    assert first != second
    assert registry.resolve(repository, "latest") == second
    assert registry.manifest(repository, first.digest) is not None


def test_a_manifest_can_be_put_under_its_digest_alone(registry: WholeRegistry, repository: str) -> None:
    registry.push_blob(repository, EMPTY)
    registry.push_blob(repository, b"layer")
    body = image_body(b"layer")

    stored = registry.put_manifest(repository, sha256_digest(body), body, OCI_MANIFEST)

    assert registry.manifest(repository, stored.descriptor.digest) is not None


def test_a_manifest_is_not_put_under_the_digest_of_another(registry: WholeRegistry, repository: str) -> None:
    with pytest.raises(ContentCorruptError, match="hash to"):
        registry.put_manifest(repository, NOWHERE, image_body(b"layer"), OCI_MANIFEST)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        json.dumps({"schemaVersion": 1, "name": "old"}).encode(),
        json.dumps({"schemaVersion": 2, "mediaType": DOCKER_MANIFEST}).encode(),
    ],
)
def test_what_is_no_manifest_is_not_put(registry: WholeRegistry, repository: str, body: bytes) -> None:
    with pytest.raises(ContentCorruptError):
        registry.put_manifest(repository, "one", body, OCI_MANIFEST)

    assert registry.resolve(repository, "one") is None


def test_a_manifest_without_its_content_is_refused(registry: WholeRegistry, repository: str) -> None:
    with pytest.raises(RegistryRefusedError, match="refused with 400") as caught:
        registry.put_manifest(repository, "one", image_body(b"never pushed"), OCI_MANIFEST)

    assert caught.value.holds is None
    assert registry.resolve(repository, "one") is None


def test_an_index_resolves_as_an_index(registry: WholeRegistry, repository: str) -> None:
    child = push_image(registry, repository, "child")

    registry.put_manifest(repository, "all", index_body([child]), OCI_INDEX)

    found = registry.resolve(repository, "all")
    assert found is not None
    assert found.media_type == OCI_INDEX


def test_all_tags_are_listed(registry: WholeRegistry, repository: str) -> None:
    tags = {f"tag-{number}" for number in range(5)}
    for tag in tags:
        push_image(registry, repository, tag)

    listed = registry.tags(repository)

    assert (set(listed), len(listed)) == (tags, len(tags))


def test_what_refers_to_an_image_is_listed(registry: WholeRegistry, repository: str) -> None:
    image = push_image(registry, repository, "one")
    proofs = {push_proof(registry, repository, f"proof-{number}", image, b"%d" % number) for number in range(5)}
    push_proof(registry, repository, "other", push_image(registry, repository, "two", b"other"), b"x")
    # A registry without a list of its own has it kept by its clients.
    _keep_list(registry, repository, image, sorted(proofs, key=lambda proof: proof.digest))

    listed = registry.referrers(repository, image.digest)

    assert {referrer.descriptor for referrer in listed} == proofs
    assert len(listed) == len(proofs)


def _keep_list(registry: WholeRegistry, repository: str, subject: Descriptor, proofs: list[Descriptor]) -> None:
    body = proof_body(subject, b"probe")
    registry.push_blob(repository, b"probe")
    lists_itself = registry.put_manifest(repository, "probe", body, OCI_MANIFEST).subject_listed
    assert registry.delete_manifest(repository, sha256_digest(body))
    if not lists_itself:
        registry.put_manifest(repository, fallback_tag(subject.digest), index_body(proofs), OCI_INDEX)


def test_a_deleted_manifest_is_absent_with_its_tags(registry: WholeRegistry, repository: str) -> None:
    image = push_image(registry, repository, "one")

    assert registry.delete_manifest(repository, image.digest)

    assert registry.manifest(repository, image.digest) is None
    assert registry.resolve(repository, "one") is None
    assert not registry.delete_manifest(repository, image.digest)


@pytest.mark.parametrize(
    "name, tag",
    [("Upper", "one"), ("a//b", "one"), ("a/../b", "one"), ("", "one"), ("a", ""), ("a", "-x"), ("a", "x\n")],
)
def test_names_that_are_none_reach_no_registry(registry: WholeRegistry, name: str, tag: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        registry.resolve(name, tag)


def test_many_can_write_at_once(registry: WholeRegistry, repository: str) -> None:
    writers = 8
    barrier = Barrier(writers)

    def write(number: int) -> Descriptor:
        barrier.wait(timeout=30)
        return push_image(registry, repository, f"tag-{number}", b"shared layer")

    with ThreadPoolExecutor(writers) as pool:
        pushed = set(pool.map(write, range(writers)))

    assert len(pushed) == 1
    assert all(registry.resolve(repository, f"tag-{number}") in pushed for number in range(writers))
