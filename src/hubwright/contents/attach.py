"""What is said of an image's packages, put beside the image and found again by any machine.

Each is an OCI referrer of the image, under a tag of its own that the image's digest gives. None is evidence: nothing
is decided by it, and people are told by it what is in an image, and what is different there.
"""

import json
from collections.abc import Sequence

from hubwright.account import PackageSize
from hubwright.contents.document import LIST_LIMIT, PackageList, read_list, write_list
from hubwright.contents.sizes import read_sizes, write_sizes
from hubwright.errors import BuildError, ContentCorruptError, RegistryRefusedError
from hubwright.frozen import dataclass
from hubwright.registries.artifacts import EMPTY, EMPTY_TYPE, PACKAGES_TYPE, SIZES_TYPE, described, named
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, Registry, is_digest

_SUBJECT = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """What there may be one of beside an image; its tags end with `suffix`."""

    media_type: str
    suffix: str
    words: str


_LIST = _Kind(media_type=PACKAGES_TYPE, suffix="", words="list of the packages")
_SIZES = _Kind(media_type=SIZES_TYPE, suffix="-sizes", words="list of what packages take")


def list_tag(digest: str) -> str:
    """Return the one tag that the list of this image's packages has."""
    return _tag(_LIST, digest)


def sizes_tag(digest: str) -> str:
    """Return the one tag that the sizes of this image's packages have."""
    return _tag(_SIZES, digest)


def attach_list(registry: Registry, repository: str, digest: str, packages: PackageList) -> None:
    """Put the list beside the image; where it is there already, nothing is sent.

    Where another one stands under a tag that does not move, that one stays: nobody can say who is right.
    """
    _attach(registry, repository, digest, _LIST, write_list(packages))


def attach_sizes(registry: Registry, repository: str, digest: str, sizes: Sequence[PackageSize]) -> None:
    """Put the sizes beside the image, as the list is put there."""
    _attach(registry, repository, digest, _SIZES, write_sizes(sizes))


def attached_list(registry: Registry, repository: str, digest: str) -> PackageList | None:
    """Return the list of what is in the image; None where there is none, and what is in the image is not known."""
    body = _attached(registry, repository, digest, _LIST)
    return None if body is None else read_list(body, where=f"{repository}:{list_tag(digest)}")


def attached_sizes(registry: Registry, repository: str, digest: str) -> tuple[PackageSize, ...] | None:
    """Return what the image's packages take, the largest first; None where nobody has measured that."""
    body = _attached(registry, repository, digest, _SIZES)
    return None if body is None else read_sizes(body, where=f"{repository}:{sizes_tag(digest)}")


def _tag(kind: _Kind, digest: str) -> str:
    return f"packages-{digest.removeprefix('sha256:')[:_SUBJECT]}{kind.suffix}"


def _attach(registry: Registry, repository: str, digest: str, kind: _Kind, body: bytes) -> None:
    image = registry.manifest(repository, digest)
    if image is None:
        msg = f"{repository}@{digest} is not in the registry any more; does something else delete there?"
        raise BuildError(msg)
    for blob in (EMPTY, body):
        registry.push_blob(repository, blob)
    manifest = _manifest(image.descriptor, body, kind)
    try:
        registry.put_manifest(repository, _tag(kind, digest), manifest, OCI_MANIFEST)
    except RegistryRefusedError as error:
        if error.holds is None:
            raise


def _attached(registry: Registry, repository: str, digest: str, kind: _Kind) -> bytes | None:
    tag = _tag(kind, digest)
    manifest = registry.tagged(repository, tag)
    if manifest is None:
        return None
    layer = _layer(manifest.body, digest, kind)
    if layer is None:
        msg = f"{repository}:{tag} is no {kind.words} of {digest}, though it has the name of one; delete that tag"
        raise ContentCorruptError(msg)
    return registry.blob(repository, layer, limit=LIST_LIMIT)


def _manifest(subject: Descriptor, body: bytes, kind: _Kind) -> bytes:
    # No time stands in it, so that whoever writes it writes the same.
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "artifactType": kind.media_type,
        "config": described(EMPTY, EMPTY_TYPE),
        "layers": [described(body, kind.media_type)],
        "subject": named(subject),
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _layer(manifest: bytes, subject: str, kind: _Kind) -> str | None:
    """Return the digest of what the manifest is for, None where it is about something else."""
    match json.loads(manifest):
        case {
            "artifactType": str(media_type),
            "layers": [{"digest": str(layer)}],
            "subject": {"digest": str(about)},
        } if media_type == kind.media_type and about == subject and is_digest(layer):
            return layer
    return None
