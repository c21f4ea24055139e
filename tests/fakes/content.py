"""Small images and what hangs on them, for tests of registries."""

import json
from collections.abc import Sequence

from hubwright.registries.interface import OCI_INDEX, OCI_MANIFEST, Descriptor, Registry, sha256_digest

EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
EMPTY = b"{}"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"
PROOF_TYPE = "application/vnd.example.proof+json"


def image_body(layer: bytes) -> bytes:
    """Return the manifest of an image with one layer."""
    return _encode(
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "config": {"mediaType": CONFIG_TYPE, "digest": sha256_digest(EMPTY), "size": len(EMPTY)},
            "layers": [{"mediaType": LAYER_TYPE, "digest": sha256_digest(layer), "size": len(layer)}],
        }
    )


def proof_body(subject: Descriptor, content: bytes) -> bytes:
    """Return the manifest of something that is about the subject."""
    return _encode(
        {
            "schemaVersion": 2,
            "mediaType": OCI_MANIFEST,
            "artifactType": PROOF_TYPE,
            "config": {"mediaType": EMPTY_TYPE, "digest": sha256_digest(EMPTY), "size": len(EMPTY)},
            "layers": [{"mediaType": PROOF_TYPE, "digest": sha256_digest(content), "size": len(content)}],
            "subject": _described(subject),
            "annotations": {"written": "by a test"},
        }
    )


def index_body(children: Sequence[Descriptor]) -> bytes:
    return _encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [_described(child) for child in children]})


def push_image(registry: Registry, repository: str, tag: str, layer: bytes = b"a layer") -> Descriptor:
    """Push an image with one layer, and return its descriptor."""
    registry.push_blob(repository, EMPTY)
    registry.push_blob(repository, layer)
    return registry.put_manifest(repository, tag, image_body(layer), OCI_MANIFEST).descriptor


def push_proof(registry: Registry, repository: str, tag: str, subject: Descriptor, content: bytes) -> Descriptor:
    registry.push_blob(repository, EMPTY)
    registry.push_blob(repository, content)
    return registry.put_manifest(repository, tag, proof_body(subject, content), OCI_MANIFEST).descriptor


def _described(descriptor: Descriptor) -> dict[str, object]:
    return {"mediaType": descriptor.media_type, "digest": descriptor.digest, "size": descriptor.size}


def _encode(document: dict[str, object]) -> bytes:
    return json.dumps(document).encode()


def push_outside_image(registry: Registry, repository: str, tag: str) -> str:
    """Push an index of an image for amd64, as outside registries have them, and return that image's digest."""
    config = json.dumps({"os": "linux", "architecture": "amd64"}).encode()
    digest = registry.push_blob(repository, config)
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": {"mediaType": CONFIG_TYPE, "digest": digest, "size": len(config)},
        "layers": [],
    }
    body = _encode(manifest)
    image = registry.put_manifest(repository, sha256_digest(body), body, OCI_MANIFEST).descriptor
    entry = {**_described(image), "platform": {"os": "linux", "architecture": "amd64"}}
    index = _encode({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]})
    registry.put_manifest(repository, tag, index, OCI_INDEX)
    return image.digest
