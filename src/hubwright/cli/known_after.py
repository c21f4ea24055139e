"""What is known of every start after a run that has just built and shown; of the others, what the registry says."""

from collections.abc import Mapping

from hubwright.cli.emission import Known
from hubwright.cli.known import known_now
from hubwright.cli.matrix import prepare
from hubwright.cli.showing import Shown
from hubwright.cli.trust import Trust
from hubwright.cli.workshop import Job
from hubwright.pipeline.deciding import decide_all
from hubwright.pipeline.duties import duties
from hubwright.planned import Made
from hubwright.proof.decide import Answer, Decision
from hubwright.schedule import Done, Result
from hubwright.tree import DiskTree


def known_after(job: Job, trust: Trust, results: Mapping[str, Result[Made]], shown: Shown) -> Known:
    """Return what a run found out, and of what it was not asked for what the registry says."""
    digests = {name: result.value.published.digest for name, result in results.items() if isinstance(result, Done)}
    decisions = shown.decisions if _took_no_time(results, shown) else _decided_again(job, trust, digests, shown)
    reasons = {
        each.offer: each.reason for each in shown.verdicts if each.reason and not _is_settled(decisions.get(each.offer))
    }
    own = Known(digests=digests, decisions=decisions, reasons=reasons)
    if {planned.offer.name for planned in job.plan.offers} == {
        offer.name for profile in job.matrix.profiles for offer in profile.offers
    }:
        return own
    with DiskTree(job.root) as tree:
        prepared = prepare(tree, job.matrix_file, ())
    others = known_now(prepared, job.destination, trust)
    return Known(
        digests={**others.digests, **own.digests},
        decisions={**others.decisions, **own.decisions},
        reasons={**others.reasons, **own.reasons},
    )


def _took_no_time(results: Mapping[str, Result[Made]], shown: Shown) -> bool:
    """Return whether everything was there already, so that what was decided is still what the registry says."""
    there = all(isinstance(result, Done) and not result.value.built for result in results.values())
    return there and not any(verdict.trials for verdict in shown.verdicts)


def _decided_again(job: Job, trust: Trust, digests: Mapping[str, str], shown: Shown) -> dict[str, Decision]:
    """Return the decisions of now: a start whose turn was hours ago may have failed elsewhere since."""
    variants = {planned.offer.name: planned.offer.variant for planned in job.plan.offers}
    about = {name: digests[variants[name]] for name in shown.decisions}
    return decide_all(job.destination.registry, trust.keys, duties(job.plan, job.destination), about)


def _is_settled(decision: Decision | None) -> bool:
    """Return whether the registry tells it all: what it says is the same tomorrow, in whoever's words it happened."""
    return decision is not None and decision.answer in {Answer.PROVEN, Answer.BLOCKED}
