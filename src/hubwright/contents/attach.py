"""The list of an image's packages, put beside the image and found again by any machine.

It is an OCI referrer of the image, under a tag of its own that the image's digest gives. It is no evidence: nothing
is decided by it, and people are told by it what is different in an image.
"""

import json

from hubwright.contents.document import LIST_LIMIT, PackageList, read_list, write_list
from hubwright.errors import BuildError, ContentCorruptError, RegistryRefusedError
from hubwright.registries.artifacts import EMPTY, EMPTY_TYPE, PACKAGES_TYPE, described, named
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, Registry, is_digest

_SUBJECT = 32


def list_tag(digest: str) -> str:
    """Return the one tag that the list of this image's packages has."""
    return f"packages-{digest.removeprefix('sha256:')[:_SUBJECT]}"


def attach_list(registry: Registry, repository: str, digest: str, packages: PackageList) -> None:
    """Put the list beside the image; where it is there already, nothing is sent.

    Where another one stands under a tag that does not move, that one stays: nobody can say who is right.
    """
    image = registry.manifest(repository, digest)
    if image is None:
        msg = f"{repository}@{digest} is not in the registry any more; does something else delete there?"
        raise BuildError(msg)
    body = write_list(packages)
    for blob in (EMPTY, body):
        registry.push_blob(repository, blob)
    try:
        registry.put_manifest(repository, list_tag(digest), _manifest(image.descriptor, body), OCI_MANIFEST)
    except RegistryRefusedError as error:
        if error.holds is None:
            raise


def attached_list(registry: Registry, repository: str, digest: str) -> PackageList | None:
    """Return the list of what is in the image; None where there is none, and what is in the image is not known."""
    where = f"{repository}:{list_tag(digest)}"
    manifest = registry.tagged(repository, list_tag(digest))
    if manifest is None:
        return None
    layer = _layer(manifest.body, digest)
    if layer is None:
        msg = f"{where} is no list of the packages of {digest}, though it has the name of one; delete that tag"
        raise ContentCorruptError(msg)
    body = registry.blob(repository, layer, limit=LIST_LIMIT)
    return None if body is None else read_list(body, where=where)


def _manifest(subject: Descriptor, body: bytes) -> bytes:
    # No time stands in it, so that whoever writes it writes the same.
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": PACKAGES_TYPE,
        "config": described(EMPTY, EMPTY_TYPE),
        "layers": [described(body, PACKAGES_TYPE)],
        "subject": named(subject),
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _layer(manifest: bytes, subject: str) -> str | None:
    """Return the digest of the list that the manifest is for, None where it is about something else."""
    match json.loads(manifest):
        case {
            "artifactType": str(kind),
            "layers": [{"digest": str(layer)}],
            "subject": {"digest": str(about)},
        } if kind == PACKAGES_TYPE and about == subject and is_digest(layer):
            return layer
    return None
