"""What was ever said about starts, as a report tells it."""

from collections.abc import Mapping

from hubwright.account import Said
from hubwright.proof.record import Record
from hubwright.report.history import failed_in, said_in, standing_of


def histories_of(records: Mapping[str, Record], sizes: Mapping[str, int]) -> dict[str, tuple[Said, ...]]:
    """Return for every start what its record holds, the newest first; `sizes` are by the image's digest."""
    return {
        name: tuple(
            Said(
                on=proof.claim.finished_on,
                digest=proof.claim.digest,
                standing=standing_of(proof),
                failed=tuple(failed_in(proof)),
                size=sizes.get(proof.claim.digest),
            )
            for proof in said_in(record)
        )
        for name, record in records.items()
    }
