"""What the registry alone says of every start of the matrix."""

from hubwright.cli.asked import plan_now
from hubwright.cli.emission import Known
from hubwright.cli.trust import Trust
from hubwright.pipeline.casting import unbuilt_images
from hubwright.pipeline.deciding import decide_all
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.duties import duties
from hubwright.pipeline.planning import Prepared
from hubwright.planned import Plan


def known_now(prepared: Prepared, destination: Destination, trust: Trust) -> Known:
    """Return what the registry says about every start."""
    return known_of(plan_now(prepared, destination), destination, trust)


def known_of(plan: Plan, destination: Destination, trust: Trust) -> Known:
    """Return what the registry says about every start of the plan."""
    variants = {planned.offer.name: planned.offer.variant for planned in plan.offers}
    digests, missing = plan.digests, unbuilt_images(plan)
    there = {name: digests[variant] for name, variant in variants.items() if variant in digests}
    return Known(
        digests=digests,
        decisions=decide_all(destination.registry, trust.keys, duties(plan, destination), there),
        reasons={name: missing[variant] for name, variant in variants.items() if variant in missing},
    )
