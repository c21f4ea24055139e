"""What was ever proven of a profile, for people and for programs."""

import json
from collections.abc import Mapping
from typing import Any

from hubwright.offering import Pin, ProfileEntry, Start
from hubwright.planned import Plan, PlannedOffer
from hubwright.proof.examine import Proof, is_clean
from hubwright.proof.record import Record
from hubwright.report.table import Table
from hubwright.verdicts import Standing
from hubwright.words import day_of, listed, short_digest, shorten

_SCHEMA = 1
_SHORT = 12
_HEADINGS = ("profile", "day", "image", "smoke set", "key", "offered", "verdict")
_TODAYS = " today's"


def history_table(plan: Plan, records: Mapping[str, Record], entry: ProfileEntry | None) -> Table:
    """Return a row for everything that was said about a start, the newest first; without an entry none is offered."""
    digests = {node.variant.name: node.digest for node in plan.nodes}
    rows: list[tuple[str, ...]] = []
    for planned in plan.offers:
        start, name = _start(planned, entry), planned.offer.name
        told = [
            (
                name,
                day_of(proof.claim.finished_on),
                short_digest(proof.claim.digest) + _TODAYS * (proof.claim.digest == digests[planned.offer.variant]),
                proof.claim.smoke_set[:_SHORT] + _TODAYS * _is_todays(proof, planned),
                proof.key,
                start.basis.value if start and _is_offered(proof, start) else "",
                shorten(_verdict(proof)),
            )
            for proof in said_in(records[name])
        ]
        rows += told or [(name, *[""] * (len(_HEADINGS) - 2), "nothing was ever proven")]
    return Table(headings=_HEADINGS, rows=tuple(rows), styles={})


def history_closing(slug: str, entry: ProfileEntry | None, pin: Pin | None) -> str:
    """Return what is offered by today's rules in a few words, and what keeps the rest from it."""
    lines = []
    if pin:
        lines.append(f"pinned to {pin.digest}: {pin.because}; `hubwright rollback {slug} --undo` takes that back")
    if entry:
        lines += [f"{each.offer.name} is withheld: {each.reason}" for each in entry.withheld]
        lines.append(f"{len(entry.starts)} of {len(entry.profile.offers)} starts are offered by the rules of today")
    else:
        lines.append("what is offered cannot be told, because not everything could be read")
    return "\n".join(lines)


def history_json(
    plan: Plan,
    records: Mapping[str, Record],
    entry: ProfileEntry | None,
    *,
    pin: Pin | None,
    repositories: Mapping[str, str],
) -> str:
    """Return one object with a stable order; `offered` is null where nothing is, or where that cannot be told."""
    starts = [_start_json(planned, records[planned.offer.name], entry, repositories) for planned in plan.offers]
    pinned = {"digest": pin.digest, "because": pin.because} if pin else None
    document = {"schema": _SCHEMA, "pin": pinned, "complete": entry is not None, "starts": starts}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _start_json(
    planned: PlannedOffer, record: Record, entry: ProfileEntry | None, repositories: Mapping[str, str]
) -> dict[str, Any]:
    start, name = _start(planned, entry), planned.offer.name
    reasons = {each.offer.name: each.reason for each in entry.withheld} if entry else {}
    offered = {"digest": start.proven.digest, "basis": start.basis.value, "reason": start.reason} if start else None
    return {
        "start": name,
        "repository": repositories[name],
        "smoke_set": planned.smoke_set.hex,
        "offered": offered,
        "withheld": reasons.get(name),
        "said": [
            {
                "on": proof.claim.finished_on,
                "digest": proof.claim.digest,
                "fingerprint": proof.claim.fingerprint,
                "smoke_set": proof.claim.smoke_set,
                "key": proof.key,
                "proof": proof.digest,
                "verdict": standing_of(proof).value,
                "failed": failed_in(proof),
                "offered": start is not None and _is_offered(proof, start),
            }
            for proof in said_in(record)
        ],
        "unread": [str(reason) for reason in record.unknown],
    }


def said_in(record: Record) -> list[Proof]:
    """Return everything that was ever said, the newest first."""
    proofs = [*record.proven, *record.failed]
    return sorted(proofs, key=lambda proof: (proof.claim.finished_on, proof.digest), reverse=True)


def _start(planned: PlannedOffer, entry: ProfileEntry | None) -> Start | None:
    starts = entry.starts if entry else ()
    return next((start for start in starts if start.offer.name == planned.offer.name), None)


def _is_offered(proof: Proof, start: Start) -> bool:
    return proof.digest == start.proven.proof


def _is_todays(proof: Proof, planned: PlannedOffer) -> bool:
    return proof.claim.smoke_set == planned.smoke_set.hex


def standing_of(proof: Proof) -> Standing:
    """Return what the claim says about its image."""
    if not is_clean(proof.claim):
        return Standing.FAILED
    return Standing.PROVEN if proof.claim.hardware else Standing.WITHOUT_HARDWARE


def _verdict(proof: Proof) -> str:
    names = failed_in(proof)
    return standing_of(proof).value + (f": {listed(names, conjunction='and')}" if names else "")


def failed_in(proof: Proof) -> list[str]:
    """Return the names of all that the claim says was wrong."""
    missed = [f"the canary of {kernel}" for kernel, caught in sorted(proof.claim.canaries.items()) if not caught]
    return [*sorted(proof.claim.failed), *sorted(proof.claim.warned), *missed]
