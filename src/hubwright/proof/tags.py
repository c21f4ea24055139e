"""The tags of proofs: each proof has its own, so that writers never meet, and garbage collection leaves it alone.

A tag is a place to look, and no evidence: what it gives is decided on like anything else.
"""

from hubwright.proof.statement import Claim, Result

_SUBJECT = 32
_SMOKE_SET = 24
_KEY = 8
# A proof that was made without hardware must not take the place of the one that somebody makes with it.
_WITHOUT_HARDWARE = "-without-hardware"


def own_tag(claim: Claim, key_id: str) -> str:
    """Return the tag of the one proof that says this about this image and smoke set, signed with this key."""
    proof, without_hardware, failed = own_tags(claim.digest, claim.smoke_set, key_id)
    if claim.result is not Result.PASSED:
        return failed
    return proof if claim.hardware else without_hardware


def own_tags(digest: str, smoke_set: str, key_id: str) -> tuple[str, str, str]:
    """Return where a key's proof may be: made with the hardware, without it, or of a failure."""
    place = f"{_subject(digest)}-{smoke_set[:_SMOKE_SET]}-{key_id[:_KEY]}"
    return f"proof-{place}", f"proof-{place}{_WITHOUT_HARDWARE}", f"failed-{place}"


def is_tag_about(tag: str, digest: str) -> bool:
    """Return whether the tag is that of a proof about the digest, whatever its smoke set and key."""
    return tag.startswith((f"proof-{_subject(digest)}-", f"failed-{_subject(digest)}-"))


def _subject(digest: str) -> str:
    return digest.removeprefix("sha256:")[:_SUBJECT]
