"""What an image says of itself, and what lies beside it: names, and nothing else.

Those of the OCI specification where it has one, names of our own otherwise. A child inherits what its parent says, so
that an image also tells which foundation it ends at.
"""

BASE_NAME = "org.opencontainers.image.base.name"
BASE_DIGEST = "org.opencontainers.image.base.digest"
CREATED = "org.opencontainers.image.created"

_OWN = "io.github.hubwright"
VARIANT = f"{_OWN}.variant"
FINGERPRINT = f"{_OWN}.fingerprint"
FOUNDATION = f"{_OWN}.foundation"
FOUNDATION_WAY = f"{_OWN}.foundation.way"
FOUNDATION_LOCK = f"{_OWN}.foundation.lock"
# Of proofs, where it is a hint and no more: what counts is what was signed.
SMOKE_SET = f"{_OWN}.smoke-set"


def lock_label(path: str) -> str:
    """Return the name of the label for the hash of a lock in the image's folder."""
    return f"{_OWN}.lock.{path.replace('/', '.')}"
