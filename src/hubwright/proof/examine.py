"""One candidate, examined: whose claim it is, about which image, and whether that can be relied on.

A pure function of bytes: it asks nobody, and looks at no clock.
"""

from collections.abc import Sequence
from dataclasses import field

from hubwright.frozen import dataclass
from hubwright.proof.envelope import BUNDLE_LIMIT, is_signed_by, read_bundle
from hubwright.proof.keys import PinnedKey
from hubwright.proof.manifest import ProofManifest, read_proof_manifest
from hubwright.proof.statement import PREDICATE_TYPE, Claim, Result, read_statement
from hubwright.proof.strict import Discounted, Refused
from hubwright.registries.interface import sha256_digest
from hubwright.words import shorten

# More are an attack or a mistake, and a part of them would decide nothing.
CANDIDATES_LIMIT = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """What may be a proof; `bundle` is None where the registry has none of that digest, or was not asked for it."""

    where: str
    digest: str
    manifest: bytes = field(repr=False)
    bundle: bytes | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """What may be a proof, or a failure, and could not be read."""

    where: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A claim whose signature and subject hold; `digest` is that of its manifest, `key` the name of who signed."""

    where: str
    digest: str
    key: str
    claim: Claim


def examine(candidate: Candidate, *, image: str, digest: str, keys: Sequence[PinnedKey]) -> Proof:
    """Return the claim that a key of this image's signed about exactly this digest, or raise Refused.

    The order is that of trust: nothing is parsed that a signature could have vouched for, before it has.
    """
    manifest = _checked_manifest(candidate, digest)
    envelope = read_bundle(_checked_bundle(candidate, manifest))
    signed = [key for key in keys if is_signed_by(envelope, key.public_key)]
    signers = _entitled(signed, image, keys)
    claim = read_statement(envelope.payload)
    if claim.image != image or claim.digest != digest:
        msg = f"it is about {claim.image}@{claim.digest}"
        raise Refused(msg)
    key = _valid(signers, claim.finished_on)
    return Proof(where=candidate.where, digest=candidate.digest, key=key.name, claim=claim)


def require_entitled(public_key: bytes, *, image: str, keys: Sequence[PinnedKey], on: str) -> None:
    """Raise Refused where `examine` would refuse whatever this key signs about the image at this time."""
    _valid(_entitled([key for key in keys if key.public_key == public_key], image, keys), on)


def is_clean(claim: Claim) -> bool:
    """Return whether nothing in the claim speaks of a failure, the kernels' canaries included."""
    bad = claim.result is not Result.PASSED or claim.failed or claim.warned
    return not bad and all(claim.canaries.values())


def _checked_manifest(candidate: Candidate, digest: str) -> ProofManifest:
    if sha256_digest(candidate.manifest) != candidate.digest:
        msg = f"its manifest hashes to {sha256_digest(candidate.manifest)}, and was listed as {candidate.digest}"
        raise Refused(msg)
    manifest = read_proof_manifest(candidate.manifest)
    if manifest.subject not in {None, digest}:
        msg = f"its manifest is about {shorten(str(manifest.subject), 80)}"
        raise Refused(msg)
    return manifest


def _checked_bundle(candidate: Candidate, manifest: ProofManifest) -> bytes:
    if manifest.bundle.size > BUNDLE_LIMIT:
        msg = f"its bundle has {manifest.bundle.size:,} bytes; at most {BUNDLE_LIMIT:,} are read"
        raise Refused(msg)
    if candidate.bundle is None:
        msg = f"its bundle {manifest.bundle.digest} is not there"
        raise Refused(msg)
    if (sha256_digest(candidate.bundle), len(candidate.bundle)) != (manifest.bundle.digest, manifest.bundle.size):
        msg = f"its bundle has {len(candidate.bundle)} bytes with another hash than its manifest says"
        raise Refused(msg)
    return candidate.bundle


def _entitled(signed: Sequence[PinnedKey], image: str, keys: Sequence[PinnedKey]) -> list[PinnedKey]:
    """Return those that signed and may speak about the image; raise Refused with what is known of who did."""
    if not signed:
        msg = "no key that is pinned signed it"
        raise Refused(msg)
    allowed = [key for key in signed if key.allows(image, PREDICATE_TYPE)]
    if not allowed:
        key = signed[0]
        msg = f"the key {key.name} signed it, which may sign {key.predicate} for {key.repositories} only"
        raise Refused(msg)
    # A key may stand in the list more than once; revoked in one place, it is revoked.
    revoked = {key.id: key for key in keys if key.revoked is not None}
    live = [key for key in allowed if key.id not in revoked]
    if not live:
        key = revoked[allowed[0].id]
        msg = f"the key {key.name} signed it, which is revoked: {key.revoked}"
        raise Discounted(msg)
    return live


def _valid(signers: Sequence[PinnedKey], on: str) -> PinnedKey:
    for key in signers:
        if key.valid_at(on):
            return key
    msg = f"it says that it was made on {on}, when the key {signers[0].name} was not valid"
    raise Refused(msg)
