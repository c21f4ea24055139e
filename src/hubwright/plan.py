"""What will be done with each variant, and why; decided from values alone.

The matrix says what there is, the fingerprints what it is made of, the registry what is there already.
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import assert_never

from hubwright.errors import SelectionError
from hubwright.model import Matrix, Variant
from hubwright.planned import Absent, Action, Fingerprint, Node, Plan, PlannedOffer, Presence, Present, Unasked, Unknown
from hubwright.words import did_you_mean, escape


def select(matrix: Matrix, patterns: Iterable[str]) -> frozenset[str]:
    """Return the variants that match a pattern by their own or their image's name; no pattern means all.

    A pattern that matches nothing is a SelectionError: a typo must not look like work done.
    """
    patterns = tuple(patterns)
    if not patterns:
        return frozenset(matrix.variants)
    chosen: set[str] = set()
    for pattern in patterns:
        glob = _closed(pattern)
        matched = {
            variant.name
            for variant in matrix.variants.values()
            if fnmatchcase(variant.name, glob) or fnmatchcase(variant.image, glob)
        }
        if not matched:
            known = [*matrix.variants, *(variant.image for variant in matrix.variants.values())]
            hint = did_you_mean(pattern.strip("*"), known)
            msg = f"{escape(pattern)} matches no image or variant.{hint} `hubwright plan` lists them all"
            raise SelectionError(msg)
        chosen |= matched
    return frozenset(chosen)


def _closed(pattern: str) -> str:
    """Return the same glob without a bracket that nothing closes: fnmatch looks through the rest for each of them."""
    head, bracket, tail = pattern.rpartition("]")
    return head + bracket + tail.replace("[", "[[]")


def make_plan(
    matrix: Matrix,
    *,
    chosen: frozenset[str],
    fingerprints: Mapping[str, Fingerprint],
    smoke_sets: Mapping[str, Fingerprint],
    presence: Mapping[str, Presence],
    unreachable: Mapping[str, str],
    unlocked: Mapping[str, str] = MappingProxyType({}),
    missing: Mapping[str, str] = MappingProxyType({}),
) -> Plan:
    """Return the plan for the chosen variants and everything they stand on, parents first.

    `smoke_sets` is keyed by the offer's name, `presence` by the variant's, and `unreachable` gives for a source
    the reason why it cannot be had. `unlocked` gives for a variant the reason why its foundation cannot be relied
    on: the plan shows what there is to do, and the build refuses to do it. `missing` gives for a variant the reason
    why it cannot be built on what the repository holds.
    """
    wanted = with_parents(matrix, chosen)
    nodes: dict[str, Node] = {}
    for variant in matrix.variants.values():
        if variant.name in wanted:
            action, reason = _decide(variant, nodes, presence[variant.name], unreachable, missing)
            if variant.name in unlocked:
                reason = f"{reason}; {unlocked[variant.name]}, run `hubwright lock`"
            if variant.name not in chosen:
                reason = f"{reason}; needed by what was selected"
            known = presence[variant.name]
            nodes[variant.name] = Node(
                variant=variant,
                fingerprint=fingerprints[variant.name],
                action=action,
                reason=reason,
                digest=known.digest if isinstance(known, Present) else None,
            )
    offers = tuple(
        PlannedOffer(offer=offer, smoke_set=smoke_sets[offer.name])
        for profile in matrix.profiles
        for offer in profile.offers
        if offer.variant in chosen
    )
    return Plan(chart=matrix.chart, nodes=tuple(nodes.values()), offers=offers)


def with_parents(matrix: Matrix, chosen: frozenset[str]) -> set[str]:
    """Return the variants and everything they stand on."""
    wanted: set[str] = set()
    for name in chosen:
        level: str | None = name
        while level is not None and level not in wanted:
            wanted.add(level)
            level = matrix.variants[level].parent
    return wanted


def _decide(
    variant: Variant,
    nodes: Mapping[str, Node],
    known: Presence,
    unreachable: Mapping[str, str],
    missing: Mapping[str, str],
) -> tuple[Action, str]:
    match known:
        case Present(digest=digest):
            return Action.REUSE, f"the registry has this fingerprint as {digest}"
        case Unknown(error=error):
            return Action.BLOCKED, f"the registry did not say whether it has this fingerprint: {error}"
        case Absent():
            reason = "the registry does not have this fingerprint"
        case Unasked():
            reason = "no registry was asked"
        case _:
            assert_never(known)
    for source in variant.sources:
        if source in unreachable:
            return Action.WITHHELD, f"source {source} is unreachable: {unreachable[source]}"
    if variant.name in missing:
        return Action.WITHHELD, missing[variant.name]
    parent = nodes[variant.parent] if variant.parent else None
    if parent and parent.action in {Action.WITHHELD, Action.BLOCKED}:
        return Action.BLOCKED, f"its parent {parent.variant.name} is {parent.action}"
    return Action.BUILD, reason
