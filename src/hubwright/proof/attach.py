"""How a proof comes to lie beside its image. Each step may be repeated, and finds what an earlier run has done."""

from collections.abc import Sequence
from typing import Protocol

from hubwright.errors import (
    HubwrightError,
    ProofNotStandingError,
    ProofUnknownError,
    RegistryRefusedError,
    SigningError,
)
from hubwright.frozen import dataclass
from hubwright.proof.decide import Answer, Decision, Expectation, decide
from hubwright.proof.envelope import PAYLOAD_TYPE, pre_authentication_encoding, write_bundle
from hubwright.proof.examine import Candidate, require_entitled
from hubwright.proof.fallback import list_in_fallback
from hubwright.proof.gather import verify
from hubwright.proof.keys import PinnedKey, key_id, keys_for
from hubwright.proof.manifest import write_manifest
from hubwright.proof.statement import PREDICATE_TYPE, Claim, Result, write_statement
from hubwright.proof.strict import Discounted, Refused
from hubwright.proof.tags import own_tag
from hubwright.registries.artifacts import EMPTY
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, Registry, sha256_digest
from hubwright.registries.timing import Timing

_ADVICE = "Look at the list of keys, and at the clock of this machine"


class Signer(Protocol):
    """Somebody with a P-256 key; the public half is DER."""

    @property
    def public_key(self) -> bytes: ...

    def sign(self, message: bytes) -> bytes:
        """Return an ECDSA signature over the message's SHA-256, as DER, or raise SigningError."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attached:
    """`listed` tells whether other tools find the proof among the image's referrers; nothing of ours needs that."""

    decision: Decision
    tag: str
    listed: bool


def require_counting(public_key: bytes, *, image: str, keys: Sequence[PinnedKey], on: str) -> None:
    """Raise what `Notary.attach` would for any claim about the image that this key signs at this time."""
    _require_pinned(public_key, image, keys)
    try:
        require_entitled(public_key, image=image, keys=keys, on=on)
    except Refused as refusal:
        answer = Answer.ABSENT if isinstance(refusal, Discounted) else Answer.REJECTED
        msg = f"{image} would not be proven: its proof would be {answer.value}, and not be sent: {refusal}. {_ADVICE}"
        raise ProofNotStandingError(msg) from refusal


def _require_pinned(public_key: bytes, image: str, keys: Sequence[PinnedKey]) -> None:
    signing = key_id(public_key)
    if signing not in {key.id for key in keys_for(keys, image, PREDICATE_TYPE)}:
        msg = (
            f"the key to sign with ({signing[:12]}) is not pinned for {image}, so nobody would accept its "
            "proofs. Have its public half added to the list of keys, or sign with one that is there"
        )
        raise SigningError(msg)


def sign(claim: Claim, signer: Signer) -> bytes:
    """Return the bundle with the claim and its signature."""
    payload = write_statement(claim)
    signature = signer.sign(pre_authentication_encoding(PAYLOAD_TYPE, payload))
    return write_bundle(payload, signature=signature, public_key=signer.public_key)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Made:
    """What is signed, in the bytes that are sent."""

    bundle: bytes
    manifest: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Notary:
    """What it takes to attach proofs: the registry, who signs, and whose word counts.

    `names_subjects` is False for a registry that takes no manifest with a subject.
    """

    registry: Registry
    signer: Signer
    keys: Sequence[PinnedKey]
    timing: Timing
    names_subjects: bool = True

    def attach(self, claim: Claim, expectation: Expectation, subject: Descriptor) -> Attached:
        """Attach the claim to its image, and return the decision that was read back with it there.

        It is PROVEN where the claim passed, and BLOCKED where it failed; anything else is raised. A claim that passed
        is not even signed where a failure stands against it: trying until it passes proves nothing.
        """
        _require_pinned(self.signer.public_key, claim.image, self.keys)
        wanted = Answer.PROVEN if claim.result is Result.PASSED else Answer.BLOCKED
        tag = own_tag(claim, key_id(self.signer.public_key))
        before = verify(self.registry, expectation, self.keys)
        if before.proof and _says(before, wanted, hardware=claim.hardware):
            listed = self._ensure_listed(claim, before.proof.digest, subject)
            return Attached(decision=before, tag=tag, listed=listed)
        if before.answer is Answer.BLOCKED:
            raise _not_standing(expectation, before)
        listed = self._put(claim, tag, subject, self._made(claim, tag, expectation, subject))
        after = verify(self.registry, expectation, self.keys)
        if after.answer is Answer.UNKNOWN:
            msg = f"the proof of {_named(expectation)} was sent, and cannot be read back: {_told(after)}. Run again"
            raise ProofUnknownError(msg)
        if not _says(after, wanted, hardware=claim.hardware):
            raise _not_standing(expectation, after)
        return Attached(decision=after, tag=tag, listed=listed)

    def _made(self, claim: Claim, tag: str, expectation: Expectation, subject: Descriptor) -> _Made:
        """Sign the claim; raise ProofNotStandingError where it would not count even if it were all that there is.

        What does not count is not sent: under a tag that does not move, it would keep a better one from its place.
        """
        bundle = sign(claim, self.signer)
        body = write_manifest(
            bundle,
            subject=subject if self.names_subjects else None,
            predicate=PREDICATE_TYPE,
            created=claim.finished_on,
            smoke_set=claim.smoke_set,
        )
        candidate = Candidate(where=tag, digest=sha256_digest(body), manifest=body, bundle=bundle)
        alone = decide([candidate], expectation, self.keys)
        if alone.answer not in {Answer.PROVEN, Answer.BLOCKED}:
            msg = (
                f"{_named(expectation)} is not proven: its proof would be {alone.answer.value}, and was not sent: "
                f"{_told(alone)}. {_ADVICE}"
            )
            raise ProofNotStandingError(msg)
        return _Made(bundle=bundle, manifest=body)

    def _put(self, claim: Claim, tag: str, subject: Descriptor, made: _Made) -> bool:
        for blob in (EMPTY, made.bundle):
            self.registry.push_blob(claim.image, blob)
        try:
            stored = self.registry.put_manifest(claim.image, tag, made.manifest, OCI_MANIFEST)
        except RegistryRefusedError as error:
            if error.holds is None:
                raise
            # Another run was faster under the tag; whether its proof is good is for the decision.
            return self._ensure_listed(claim, error.holds, subject)
        return stored.subject_listed or self._ensure_listed(claim, stored.descriptor.digest, subject)

    def _ensure_listed(self, claim: Claim, digest: str, subject: Descriptor) -> bool:
        """Return whether the proof stands among the image's referrers; an error here fails nothing."""
        try:
            if any(each.descriptor.digest == digest for each in self.registry.referrers(claim.image, subject.digest)):
                return True
            proof = self.registry.manifest(claim.image, digest)
        except HubwrightError:
            return False
        return proof is not None and list_in_fallback(self.registry, claim.image, subject.digest, proof, self.timing)


def _says(decision: Decision, wanted: Answer, *, hardware: bool) -> bool:
    """Return whether the decision is the wanted one, and a yes no weaker than the claim."""
    enough = wanted is not Answer.PROVEN or decision.on_hardware or not hardware
    return decision.answer is wanted and enough


def _not_standing(expectation: Expectation, decision: Decision) -> ProofNotStandingError:
    advice = (
        "Change what failed: a new image or a new smoke set is judged anew"
        if decision.answer is Answer.BLOCKED
        else "Look at what stands under the proof's tags, and whether the key that signs is pinned for this repository"
    )
    return ProofNotStandingError(
        f"{_named(expectation)} is not proven, but {decision.answer.value}: {_told(decision)}. {advice}"
    )


def _named(expectation: Expectation) -> str:
    return f"{expectation.image}@{expectation.digest}"


def _told(decision: Decision) -> str:
    return "; ".join(str(reason) for reason in decision.reasons) or "nothing is there"
