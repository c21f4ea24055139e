"""What was ever said about images and one shape, for whoever looks for the last good. Pure, like the decision."""

import contextlib
from collections.abc import Collection, Iterable, Sequence

from hubwright.frozen import dataclass
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
    candidates: Sequence[Candidate | Unread],
    *,
    image: str,
    digest: str,
    shapes: Collection[str],
    keys: Sequence[PinnedKey],
) -> dict[str, Record]:
    """Return for each shape the claims about it and this digest, the newest first; what is refused is left out.

    What could not be read may be about any shape, so it stands in each record.
    """
    unknown = tuple(Reason(where=each.where, why=each.why) for each in candidates if isinstance(each, Unread))
    proofs: list[Proof] = []
    for candidate in candidates:
        if isinstance(candidate, Candidate):
            with contextlib.suppress(Refused):
                proofs.append(examine(candidate, image=image, digest=digest, keys=keys))
    return {shape: _about(shape, proofs, unknown) for shape in shapes}


def _about(shape: str, proofs: Sequence[Proof], unknown: tuple[Reason, ...]) -> Record:
    """Return the record of a shape. A smoke set that failed is not proven, whoever else says that it passed.

    Which tests a smoke set of its own time was made of is not known any more, so a claim counts that names any.
    """
    about = [proof for proof in proofs if proof.claim.shape == shape]
    failed = [proof for proof in about if not is_clean(proof.claim)]
    blocked = {proof.claim.smoke_set for proof in failed}
    proven = [
        proof
        for proof in about
        if is_clean(proof.claim) and proof.claim.passed and proof.claim.smoke_set not in blocked
    ]
    return merge([Record(proven=tuple(proven), failed=tuple(failed), unknown=unknown)])


def merge(records: Sequence[Record]) -> Record:
    """Return all of them as one, the newest claims first."""
    return Record(
        proven=_newest_first(proof for record in records for proof in record.proven),
        failed=_newest_first(proof for record in records for proof in record.failed),
        unknown=tuple(reason for record in records for reason in record.unknown),
    )


def _newest_first(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    return tuple(sorted(proofs, key=lambda proof: (proof.claim.finished_on, proof.digest), reverse=True))
