"""What a registry and the named sources say about what the repository asks for."""

from collections.abc import Callable, Mapping

from hubwright.pipeline.destination import Destination
from hubwright.pipeline.planning import Prepared
from hubwright.planned import Plan, Present, Published, Unknown
from hubwright.publish import look_up, read_back
from hubwright.sources import unreachable


def ask(
    prepared: Prepared,
    destination: Destination,
    *,
    addresses: Mapping[str, str],
    answers: Callable[[str], str | None],
    clock: Callable[[], float],
) -> Plan:
    """Return the plan with what is there already; a registry that gives no answer ends it here.

    Only the sources of what is missing are asked.
    """
    variants = prepared.matrix.variants
    repositories = {name: destination.repository(variants[name].image) for name in prepared.fingerprints}
    presence = look_up(destination.registry, repositories, prepared.fingerprints, clock)
    for state in presence.values():
        if isinstance(state, Unknown):
            raise state.error
    missing = [name for name, state in presence.items() if not isinstance(state, Present)]
    needed = sorted({source for name in missing for source in variants[name].sources})
    sources = [prepared.matrix.sources[name] for name in needed]
    return prepared.plan(presence, unreachable(sources, addresses, answers))


def ask_registry(
    prepared: Prepared, destination: Destination, *, addresses: Mapping[str, str], clock: Callable[[], float]
) -> Plan:
    """Return the plan for whoever builds nothing: no source is asked, and one with an address may well answer."""
    return ask(prepared, destination, addresses=addresses, answers=lambda _: None, clock=clock)


def held(plan: Plan, destination: Destination) -> dict[str, Published]:
    """Return what the registry holds of the plan's variants, each checked as a build would check it."""
    return {
        node.variant.name: read_back(destination.registry, destination.repository(node.variant.image), node.digest)
        for node in plan.nodes
        if node.digest is not None
    }
