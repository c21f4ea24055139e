"""What each piece of work waited for, which is in the plan and not in what was seen of it."""

from collections.abc import Iterable
from dataclasses import replace

from hubwright.account import Stretch
from hubwright.planned import Action, Plan


def with_waits(stretches: Iterable[Stretch], plan: Plan) -> tuple[Stretch, ...]:
    """Return the stretches by their beginning, each with what it waited for and when that was ready.

    What waits for nothing, or for what was there before the run, could have begun with the first of all.
    """
    there = sorted(stretches, key=lambda each: (each.began_s, each.name))
    ended = {each.name: each.ended_s for each in there if each.kind == "image"}
    images = {
        node.variant.name: node.variant.parent
        for node in plan.nodes
        # What is there already does not wait for its parent.
        if node.action is Action.BUILD
    }
    starts = {planned.offer.name: planned.offer.variant for planned in plan.offers}
    waited = []
    for each in there:
        needed = (images if each.kind == "image" else starts).get(each.name)
        if needed is None or needed not in ended:
            waited.append(replace(each, waited_for="", ready_s=min(there[0].began_s, each.began_s)))
        else:
            waited.append(replace(each, waited_for=needed, ready_s=min(ended[needed], each.began_s)))
    return tuple(waited)
