import json

import pytest

from fakes.registry import FakeRegistry
from hubwright.errors import ContentCorruptError, UnresolvableError
from hubwright.locks.outside import Reference, read_reference, resolve_outside
from hubwright.registries.interface import OCI_INDEX, OCI_MANIFEST, Descriptor

REFERENCE = "registry.example.com/library/debian:13"
REPOSITORY = "library/debian"


def _image(registry: FakeRegistry, architecture: str, *, tag: str) -> Descriptor:
    config = registry.push_blob(REPOSITORY, json.dumps({"os": "linux", "architecture": architecture}).encode())
    body = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config, "size": 1},
        "layers": [],
    }
    return registry.put_manifest(REPOSITORY, tag, json.dumps(body).encode(), OCI_MANIFEST).descriptor


def _index(registry: FakeRegistry, tag: str, **platforms: Descriptor) -> Descriptor:
    entries = []
    for name, image in platforms.items():
        os, architecture, *variant = name.split("_")
        platform = {"os": os, "architecture": architecture} | ({"variant": variant[0]} if variant else {})
        entry = {"mediaType": image.media_type, "digest": image.digest, "size": image.size, "platform": platform}
        entries.append(entry)
    body = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
    return registry.put_manifest(REPOSITORY, tag, json.dumps(body).encode(), OCI_INDEX).descriptor


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.mark.parametrize(
    "reference, parts",
    [
        ("docker.io/library/debian:trixie-slim", ("docker.io", "library/debian", "trixie-slim")),
        ("localhost:5000/a/b", ("localhost:5000", "a/b", "latest")),
        (f"q.io/a:1@sha256:{'0' * 64}", ("q.io", "a", f"sha256:{'0' * 64}")),
    ],
)
def test_a_reference_has_three_parts(reference: str, parts: tuple[str, str, str]) -> None:
    host, repository, version = parts
    assert read_reference(reference) == Reference(host=host, repository=repository, version=version)


def test_of_an_index_the_manifest_of_the_platform_is_taken(registry: FakeRegistry) -> None:
    amd64, arm64 = (_image(registry, name, tag=name) for name in ("amd64", "arm64"))
    _index(registry, "13", linux_amd64=amd64, linux_arm64_v8=arm64, unknown_unknown=amd64)
    asked: list[str] = []

    def open_registry(host: str) -> FakeRegistry:
        asked.append(host)
        return registry

    assert resolve_outside(REFERENCE, "linux/amd64", open_registry) == amd64.digest
    assert resolve_outside(REFERENCE, "linux/arm64", open_registry) == arm64.digest
    assert set(asked) == {"registry.example.com"}


def test_a_platform_that_is_not_offered_is_named_with_those_that_are(registry: FakeRegistry) -> None:
    image = _image(registry, "amd64", tag="a")
    _index(registry, "13", linux_amd64=image, unknown_unknown=image)
    with pytest.raises(UnresolvableError, match=r"not offered for linux/arm64; its platforms are linux/amd64$"):
        resolve_outside(REFERENCE, "linux/arm64", lambda _: registry)


def test_a_single_image_is_taken_where_it_is_for_the_platform(registry: FakeRegistry) -> None:
    image = _image(registry, "amd64", tag="13")
    assert resolve_outside(REFERENCE, "linux/amd64", lambda _: registry) == image.digest
    pinned = f"registry.example.com/library/debian@{image.digest}"
    assert resolve_outside(pinned, "linux/amd64", lambda _: registry) == image.digest
    with pytest.raises(UnresolvableError, match="an image for linux/amd64, and linux/arm64 is asked for"):
        resolve_outside(REFERENCE, "linux/arm64", lambda _: registry)


def test_a_tag_that_is_not_there_is_an_answer(registry: FakeRegistry) -> None:
    with pytest.raises(UnresolvableError, match="its registry answered, and has no such image"):
        resolve_outside(REFERENCE, "linux/amd64", lambda _: registry)


def test_an_image_without_its_configuration_is_corrupt(registry: FakeRegistry) -> None:
    _image(registry, "amd64", tag="13")
    registry.blobs.clear()
    with pytest.raises(ContentCorruptError, match="has no configuration"):
        resolve_outside(REFERENCE, "linux/amd64", lambda _: registry)
