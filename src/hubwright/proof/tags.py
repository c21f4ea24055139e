"""The tags of proofs: each proof has its own, so that writers never meet, and garbage collection leaves it alone.

A tag is a place to look, and no evidence: what it gives is decided on like anything else.
"""

import re
from collections.abc import Iterable

from hubwright.proof.statement import Claim, Result

_SUBJECT = 32
_SMOKE_SET = 24
_KEY = 8
_ABOUT = re.compile(rf"(?:proof|failed)-([0-9a-f]{{{_SUBJECT}}})-")
_OF_SMOKE_SET = re.compile(rf"{_ABOUT.pattern}([0-9a-f]{{{_SMOKE_SET}}})-")
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
    place = f"{subject(digest)}-{short_smoke_set(smoke_set)}-{key_id[:_KEY]}"
    return f"proof-{place}", f"proof-{place}{_WITHOUT_HARDWARE}", f"failed-{place}"


def by_subject(tags: Iterable[str]) -> dict[str, list[str]]:
    """Return the tags of proofs, whatever their smoke set and key, by what `subject` says of their image."""
    found: dict[str, list[str]] = {}
    for tag in tags:
        if match := _ABOUT.match(tag):
            found.setdefault(match[1], []).append(tag)
    return found


def smoke_set_named(tag: str) -> str | None:
    """Return how the tag of a proof names its smoke set, as `short_smoke_set` does; None where it names none."""
    match = _OF_SMOKE_SET.match(tag)
    return match[2] if match else None


def short_smoke_set(smoke_set: str) -> str:
    """Return how tags name a smoke set."""
    return smoke_set[:_SMOKE_SET]


def subject(digest: str) -> str:
    """Return how tags name an image."""
    return digest.removeprefix("sha256:")[:_SUBJECT]
