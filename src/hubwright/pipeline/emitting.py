"""From what stands in the registry about every start to what each profile is offered with."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from hubwright.emit.choose import choose, is_settled
from hubwright.errors import ProofUnknownError
from hubwright.model import Matrix, Needs, Offer, OnWithheld, Profile
from hubwright.offering import Evidence, Pin, ProfileEntry, Proven
from hubwright.pipeline.destination import Destination
from hubwright.proof.decide import Answer, Decision
from hubwright.proof.examine import Proof
from hubwright.proof.history import Interest
from hubwright.proof.newest import NOBODY_KNOWS
from hubwright.proof.record import Record
from hubwright.words import listed


def proven_of(proof: Proof) -> Proven:
    """Return what those who choose and write have to know of a proof."""
    claim = proof.claim
    return Proven(
        digest=claim.digest,
        fingerprint=claim.fingerprint,
        proof=proof.digest,
        key=proof.key,
        on=claim.finished_on,
        hardware=claim.hardware,
        smoke_set=claim.smoke_set,
    )


def evidence_today(
    matrix: Matrix,
    destination: Destination,
    *,
    digests: Mapping[str, str],
    decisions: Mapping[str, Decision],
    reasons: Mapping[str, str],
) -> dict[str, Evidence]:
    """Return what is known of today's image of every offer, by the offer's name.

    `digests` is by variant. `reasons` says for an offer why nothing is proven about it, in the words of whoever tried.
    Where nobody could find out whether something is proven, nothing can be said at all: ProofUnknownError.
    """
    made = {}
    for offer in _offers(matrix.profiles):
        decision = decisions.get(offer.name)
        if decision is not None and decision.answer is Answer.UNKNOWN:
            told = "; ".join(str(reason) for reason in decision.reasons)
            msg = (
                f"whether {offer.name} is proven could not be found out: {told}. What was written before stays as it "
                "is; run again"
            )
            raise ProofUnknownError(msg)
        proof = decision.proof if decision is not None and decision.answer is Answer.PROVEN else None
        made[offer.name] = Evidence(
            offer=offer,
            repository=destination.repository(matrix.variants[offer.variant].image),
            digest=digests.get(offer.variant),
            today=proven_of(proof) if proof else None,
            reason="" if proof else reasons.get(offer.name) or why_not(decision),
        )
    return made


def entries_of(
    matrix: Matrix,
    evidence: Mapping[str, Evidence],
    *,
    pins: Mapping[str, Pin],
    look_back: Callable[[Collection[Offer], Interest], Mapping[str, tuple[Proven, ...]]],
    today: str,
) -> tuple[ProfileEntry, ...]:
    """Return every profile as it is offered on this day; it is only looked back where today's images do not do."""
    wanted = [offer for profile in matrix.profiles if _looks_back(profile, evidence, pins) for offer in profile.offers]
    past = look_back(wanted, _interest(matrix, evidence, pins, today)) if wanted else {}
    return tuple(
        choose(
            profile,
            [replace(evidence[offer.name], past=past.get(offer.name, ())) for offer in profile.offers],
            pin=pins.get(profile.slug),
            today=today,
        )
        for profile in matrix.profiles
    )


def _interest(matrix: Matrix, evidence: Mapping[str, Evidence], pins: Mapping[str, Pin], today: str) -> Interest:
    """Return what of the past decides how profiles are offered."""

    def enough(found: Mapping[str, Record], unread: str) -> bool:
        if any(record.unknown for record in found.values()):
            # What is not known does not come to be by reading on.
            return True
        known = {
            name: replace(evidence[name], past=tuple(proven_of(proof) for proof in record.proven))
            for name, record in found.items()
        }
        return unread != NOBODY_KNOWS and all(
            is_settled(profile, starts, pin=pins.get(profile.slug), today=today, unread=unread)
            for profile in matrix.profiles
            for starts in _by_variant(profile, known)
        )

    first = {pin.digest for pin in pins.values()} | {each.digest for each in evidence.values() if each.digest}
    return Interest(digests=frozenset(first), enough=enough)


def _by_variant(profile: Profile, known: Mapping[str, Evidence]) -> Collection[Sequence[Evidence]]:
    starts: dict[str, list[Evidence]] = {}
    for offer in profile.offers:
        if offer.name in known:
            starts.setdefault(offer.variant, []).append(known[offer.name])
    return starts.values()


def _looks_back(profile: Profile, evidence: Mapping[str, Evidence], pins: Mapping[str, Pin]) -> bool:
    keeps = profile.policy.on_withheld is OnWithheld.KEEP_LAST_GOOD
    return profile.slug in pins or (keeps and not all(_does(evidence[offer.name], profile) for offer in profile.offers))


def _does(evidence: Evidence, profile: Profile) -> bool:
    return evidence.today is not None and (evidence.today.hardware or profile.policy.needs is Needs.SOFTWARE)


def why_not(decision: Decision | None) -> str:
    """Return why nothing is proven about today's image, in the registry's words; without a decision there is none."""
    if decision is None:
        return "its image is not in the registry"
    match decision.answer:
        case Answer.BLOCKED:
            return _failure(decision)
        case Answer.REJECTED:
            return f"no proof of it holds: {_told(decision)}"
        case _:
            return "nothing is proven about its image yet; `hubwright verify` rehearses it"


def _failure(decision: Decision) -> str:
    if decision.proof is None:
        return f"it failed its rehearsal: {_told(decision)}"
    claim = decision.proof.claim
    return f"it failed its rehearsal on {claim.finished_on[:10]}: {listed(sorted(claim.failed), conjunction='and')}"


def _told(decision: Decision) -> str:
    return "; ".join(str(reason) for reason in decision.reasons)


def _offers(profiles: Iterable[Profile]) -> list[Offer]:
    return [offer for profile in profiles for offer in profile.offers]
