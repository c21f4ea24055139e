"""What was ever said about images and one shape, for whoever looks for the last good. Pure, like the decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hubwright.proof.decide import Reason
from hubwright.proof.examine import Candidate, Proof, Unread, examine, is_clean
from hubwright.proof.keys import PinnedKey
from hubwright.proof.strict import Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What was ever said about one image and one shape, with any smoke set; each claim was examined."""

    proven: tuple[Proof, ...]
    failed: tuple[Proof, ...]
    unknown: tuple[Reason, ...]


def recall(
    candidates: Sequence[Candidate | Unread], *, image: str, digest: str, shape: str, keys: Sequence[PinnedKey]
) -> Record:
    """Return the claims about this digest and shape, the newest first; what is refused is left out.

    A smoke set that failed is not proven, whoever else says that it passed. Which tests a smoke set of its own time
    was made of is not known any more, so a claim counts that names any.
    """
    proven: list[Proof] = []
    failed: list[Proof] = []
    unknown: list[Reason] = []
    for candidate in candidates:
        if isinstance(candidate, Unread):
            unknown.append(Reason(where=candidate.where, why=candidate.why))
            continue
        try:
            proof = examine(candidate, image=image, digest=digest, keys=keys)
        except Refused:
            continue
        if proof.claim.shape == shape and (proof.claim.passed or not is_clean(proof.claim)):
            (proven if is_clean(proof.claim) else failed).append(proof)
    blocked = {proof.claim.smoke_set for proof in failed}
    open_ = [proof for proof in proven if proof.claim.smoke_set not in blocked]
    return merge([Record(proven=tuple(open_), failed=tuple(failed), unknown=tuple(unknown))])


def merge(records: Sequence[Record]) -> Record:
    """Return all of them as one, the newest claims first."""
    return Record(
        proven=_newest_first(proof for record in records for proof in record.proven),
        failed=_newest_first(proof for record in records for proof in record.failed),
        unknown=tuple(reason for record in records for reason in record.unknown),
    )


def _newest_first(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    return tuple(sorted(proofs, key=lambda proof: (proof.claim.finished_on, proof.digest), reverse=True))
