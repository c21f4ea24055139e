"""What the objects beside an image have in common, proofs and others, and the type of those that are no proofs."""

from hubwright.registries.interface import Descriptor, sha256_digest

# The configuration of an object that has none.
EMPTY = b"{}"
EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
PACKAGES_TYPE = "application/vnd.hubwright.packages.v1+json"
SIZES_TYPE = "application/vnd.hubwright.package-sizes.v1+json"


def described(body: bytes, media_type: str) -> dict[str, object]:
    """Return how a manifest names a blob."""
    return named(Descriptor(media_type=media_type, digest=sha256_digest(body), size=len(body)))


def named(descriptor: Descriptor) -> dict[str, object]:
    return {"mediaType": descriptor.media_type, "digest": descriptor.digest, "size": descriptor.size}
