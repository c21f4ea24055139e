"""Who plays what: the image that is there for every start of a plan, or why there is none.

Loaded by every run, also by one that finds everything proven; what a rehearsal takes besides is `material`.
"""

from collections.abc import Callable, Mapping
from typing import assert_never

from hubwright.errors import SelectionError
from hubwright.frozen import dataclass
from hubwright.model import Matrix, Offer, Variant
from hubwright.pipeline.destination import Destination
from hubwright.planned import Action, Made, Node, Plan
from hubwright.schedule import Aborted, Done, Failed, Result
from hubwright.words import did_you_mean, escape


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A start that is called up: the offer, and the image that plays it, with the one that this stands on."""

    offer: Offer
    variant: Variant
    ref: str
    digest: str
    parent_ref: str | None = None


class Cast:
    """Calls up the starts of a plan as their images come: each variant plays every offer that is made of it."""

    def __init__(self, plan: Plan, destination: Destination, begin: Callable[[Call], None]) -> None:
        self._plan = plan
        self._destination = destination
        self._begin = begin
        self._digests = plan.digests

    def enter(self, name: str, digest: str) -> None:
        """Begin what the variant plays, now that the registry has it under this digest; called once for each."""
        self._digests[name] = digest
        node = next(node for node in self._plan.nodes if node.variant.name == name)
        for planned in self._plan.offers:
            if planned.offer.variant == name:
                self._begin(self._call(planned.offer, node.variant, digest))

    def _call(self, offer: Offer, variant: Variant, digest: str) -> Call:
        parent, image = variant.parent, variant.parent_image
        known = self._digests.get(parent) if parent else None
        return Call(
            offer=offer,
            variant=variant,
            ref=self._ref(variant.image, digest),
            digest=digest,
            parent_ref=self._ref(image, known) if image and known else None,
        )

    def _ref(self, image: str, digest: str) -> str:
        return f"{self._destination.host}/{self._destination.repository(image)}@{digest}"


def missing_images(plan: Plan, results: Mapping[str, Result[Made]]) -> dict[str, str]:
    """Return for every variant that the registry does not have now the reason, as a user of a profile would ask."""
    reasons = {}
    for node in plan.nodes:
        match results.get(node.variant.name):
            case Done():
                continue
            case Failed():
                reasons[node.variant.name] = "its image did not build"
            case Aborted(because_of=name):
                reasons[node.variant.name] = f"its image stands on {name}, which did not build"
            case None:
                reasons[node.variant.name] = _held_back(node)
            case never:
                assert_never(never)
    return reasons


def unbuilt_images(plan: Plan) -> dict[str, str]:
    """Return for every variant that the registry does not have the reason, where nothing is built now."""
    return {
        node.variant.name: (
            "its image is not in the registry; `hubwright build` builds it"
            if node.action is Action.BUILD
            else _held_back(node)
        )
        for node in plan.nodes
        if node.digest is None
    }


def _held_back(node: Node) -> str:
    return f"its image is {node.action.value}: {node.reason}"


def offer_like(matrix: Matrix, like: str | None) -> Offer:
    """Return the first start of the profile with that slug, or of the default one."""
    for profile in matrix.profiles:
        if profile.slug == like or (like is None and profile.default):
            return profile.offers[0]
    known = [profile.slug for profile in matrix.profiles]
    if like is None and matrix.profiles:
        return matrix.profiles[0].offers[0]
    wanted = f"there is no profile {escape(like)}.{did_you_mean(like, known)}" if like else "the matrix has no profile"
    msg = f"{wanted} An image can only be started as some profile would start it"
    raise SelectionError(msg)
