"""What stands in the registry about starts that nobody rehearsed now, in the words of a rehearsal."""

from collections.abc import Iterable, Mapping

from hubwright.model import Offer
from hubwright.pipeline.emitting import why_not
from hubwright.pipeline.proving import standing_verdict
from hubwright.proof.decide import Answer, Decision
from hubwright.verdicts import Verdict, untested

_SETTLED = {Answer.PROVEN, Answer.BLOCKED}


def standings(
    offers: Iterable[Offer],
    *,
    digests: Mapping[str, str],
    decisions: Mapping[str, Decision],
    reasons: Mapping[str, str],
) -> dict[str, Verdict]:
    """Return a verdict on every offer, by its name; `digests` is by variant, the rest by the offer's name.

    `reasons` says for an offer why nothing is proven about it, in the words of whoever tried.
    """
    found = {}
    for offer in offers:
        decision, digest = decisions.get(offer.name), digests.get(offer.variant)
        if decision is not None and digest is not None and decision.answer in _SETTLED:
            found[offer.name] = standing_verdict(decision, offer, digest)
        else:
            why = reasons.get(offer.name) or why_not(decision)
            found[offer.name] = untested(offer.name, offer.variant, why)
    return found
