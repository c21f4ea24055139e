"""The list of an image's packages, beside it in a registry that may hold anything."""

import json
from typing import Any

import pytest

from fakes.content import EMPTY, push_image
from fakes.registry import FakeRegistry
from hubwright.contents.attach import attach_list, attached_list, list_tag
from hubwright.contents.document import PackageList, read_list, write_list
from hubwright.errors import BuildError, ContentCorruptError, RegistryRefusedError, RegistryUnavailableError
from hubwright.proof.tags import by_subject
from hubwright.registries.artifacts import PACKAGES_TYPE
from hubwright.registries.ecr_policy import KEPT_PREFIXES
from hubwright.registries.interface import OCI_MANIFEST, is_tag

REPOSITORY = "hubwright/base"
LIST = PackageList(
    variant="base",
    platform="linux/amd64",
    debian={"libc6": "2.41-12", "less": "668-1"},
    python={"numpy": "2.3.5"},
    complete=True,
)


def test_what_was_put_beside_an_image_is_found_there() -> None:
    registry = FakeRegistry(lists_referrers=True)
    image = push_image(registry, REPOSITORY, "fp-1")
    assert attached_list(registry, REPOSITORY, image.digest) is None
    attach_list(registry, REPOSITORY, image.digest, LIST)
    assert attached_list(registry, REPOSITORY, image.digest) == LIST
    (referrer,) = registry.referrers(REPOSITORY, image.digest)
    assert referrer.artifact_type == PACKAGES_TYPE


def test_a_second_time_sends_nothing() -> None:
    registry = FakeRegistry()
    image = push_image(registry, REPOSITORY, "fp-1")
    attach_list(registry, REPOSITORY, image.digest, LIST)
    before = list(registry.writes)
    attach_list(registry, REPOSITORY, image.digest, LIST)
    assert registry.writes == before


def test_its_tag_is_one_that_stays_and_no_proofs() -> None:
    tag = list_tag(f"sha256:{'a' * 64}")
    assert is_tag(tag)
    assert tag.startswith(KEPT_PREFIXES)
    assert by_subject([tag]) == {}


def test_what_stands_under_a_tag_that_does_not_move_stays() -> None:
    registry = FakeRegistry(immutable=lambda tag: tag.startswith("packages-"))
    image = push_image(registry, REPOSITORY, "fp-1")
    attach_list(registry, REPOSITORY, image.digest, LIST)
    other = PackageList(variant="base", platform="linux/amd64", debian={}, python={}, complete=False)
    attach_list(registry, REPOSITORY, image.digest, other)
    assert attached_list(registry, REPOSITORY, image.digest) == LIST


def test_a_no_of_the_registry_is_told() -> None:
    registry = FakeRegistry(takes_subjects=False)
    image = push_image(registry, REPOSITORY, "fp-1")
    with pytest.raises(RegistryRefusedError, match="UNSUPPORTED"):
        attach_list(registry, REPOSITORY, image.digest, LIST)


def test_an_image_that_is_gone_gets_none() -> None:
    with pytest.raises(BuildError, match="is not in the registry any more"):
        attach_list(FakeRegistry(), REPOSITORY, f"sha256:{'0' * 64}", LIST)


def test_a_registry_that_does_not_answer_is_no_absence() -> None:
    registry = FakeRegistry()
    image = push_image(registry, REPOSITORY, "fp-1")
    registry.unavailable = True
    with pytest.raises(RegistryUnavailableError):
        attached_list(registry, REPOSITORY, image.digest)


def test_a_list_that_the_registry_lost_is_not_known() -> None:
    registry = FakeRegistry()
    image = push_image(registry, REPOSITORY, "fp-1")
    attach_list(registry, REPOSITORY, image.digest, LIST)
    del registry.blobs[REPOSITORY, registry.push_blob(REPOSITORY, write_list(LIST))]
    assert attached_list(registry, REPOSITORY, image.digest) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"artifactType": "application/vnd.example"},
        {"subject": {"digest": f"sha256:{'1' * 64}"}},
        {"subject": None},
        {"layers": [{"digest": "x"}]},
        {"layers": []},
    ],
)
def test_what_has_its_tag_and_is_none_is_told(changed: dict[str, Any]) -> None:
    registry = FakeRegistry()
    image = push_image(registry, REPOSITORY, "fp-1")
    attach_list(registry, REPOSITORY, image.digest, LIST)
    tag = list_tag(image.digest)
    held = registry.manifests[REPOSITORY, registry.tags_held[REPOSITORY, tag]]
    document = {**json.loads(held.body), **changed}
    # A registry wants what a manifest names, and not more of it.
    document["layers"] = [each for each in document["layers"] if each["digest"] != "x"]
    body = json.dumps({key: value for key, value in document.items() if value is not None}).encode()
    registry.push_blob(REPOSITORY, EMPTY)
    registry.put_manifest(REPOSITORY, tag, body, OCI_MANIFEST)
    with pytest.raises(ContentCorruptError, match=f"{tag} is no list of the packages of {image.digest}"):
        attached_list(registry, REPOSITORY, image.digest)


def test_the_same_packages_are_the_same_bytes() -> None:
    turned = PackageList(
        variant="base",
        platform="linux/amd64",
        debian=dict(reversed(list(LIST.debian.items()))),
        python=LIST.python,
        complete=True,
    )
    assert write_list(turned) == write_list(LIST)
    assert read_list(write_list(LIST), where="here") == LIST


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 100_000,
        b"[]",
        b"\xff",
        write_list(LIST).replace(b'"schema":1', b'"schema":2'),
        write_list(LIST).replace(b"true", b"1"),
        write_list(LIST).replace(b'"2.3.5"', b"2"),
        write_list(LIST).replace(b'"python":{"numpy":"2.3.5"}', b'"python":[]'),
    ],
)
def test_what_is_no_list_is_told_with_its_place(body: bytes) -> None:
    with pytest.raises(ContentCorruptError, match="here should be a list of packages, and is not"):
        read_list(body, where="here")
