"""What a run has to do, as values for whoever shows how it goes: every build, and every start under its image."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from enum import StrEnum

from hubwright.frozen import dataclass
from hubwright.model import Offer
from hubwright.planned import Action, Node, Plan
from hubwright.progress import name_of_start


class Kind(StrEnum):
    """What a task is about, in the words of an account."""

    IMAGE = "image"
    START = "start"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One piece of work, by the name that a watcher is told.

    `under` is the task that it is shown below, `waits_for` the one that it cannot begin without: an image that is
    there already waits for nothing. `held` says why it will not begin at all. A task that is not `certain` may turn
    out to be done already when its turn comes.
    """

    name: str
    kind: Kind
    under: str | None = None
    waits_for: str | None = None
    held: str = ""
    certain: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What pieces of work took at an earlier time, in seconds by their names.

    `sources` says from what that is known (`proofs`), and of which day the newest of it is.
    """

    seconds: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def and_(self, other: "Earlier") -> "Earlier":
        """Return both; of a name that both have the other one says it."""
        days = {what: max(day, self.sources.get(what, "")) for what, day in other.sources.items()}
        return Earlier(seconds={**self.seconds, **other.seconds}, sources={**self.sources, **days})


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """A run before it begins: what there is to do, parents first, and how much of each kind goes on side by side."""

    tasks: tuple[Task, ...]
    places: Mapping[Kind, int]
    earlier: Earlier = field(default_factory=Earlier)


def builds_of(plan: Plan) -> tuple[Task, ...]:
    """Return a task for each node of the plan, each below what it stands on where that is one as well."""
    names = {node.variant.name for node in plan.nodes}
    return tuple(_build(node, names) for node in plan.nodes)


def whole_of(plan: Plan) -> tuple[Task, ...]:
    """Return the builds of the plan, and below each image the starts that it is offered for."""
    return tuple(_with_starts(plan))


def starts_of(offers: Iterable[Offer], missing: Mapping[str, str], *, certain: bool) -> tuple[Task, ...]:
    """Return a task for each offer of a run that builds nothing; `missing` says which variants have no image, and why.

    Where no proof is looked for, it is `certain` that all are rehearsed.
    """
    return tuple(
        Task(
            name=name_of_start(offer.name),
            kind=Kind.START,
            held=missing.get(offer.variant, ""),
            certain=certain and offer.variant not in missing,
        )
        for offer in offers
    )


def _with_starts(plan: Plan) -> Iterator[Task]:
    for build in builds_of(plan):
        yield build
        for planned in plan.offers:
            if planned.offer.variant == build.name:
                # An image that is built now cannot have been proven.
                yield Task(
                    name=name_of_start(planned.offer.name),
                    kind=Kind.START,
                    under=build.name,
                    waits_for=build.name,
                    certain=build.certain,
                )


def _build(node: Node, names: set[str]) -> Task:
    parent = node.variant.parent if node.variant.parent in names else None
    held_back = node.action in {Action.WITHHELD, Action.BLOCKED}
    return Task(
        name=node.variant.name,
        kind=Kind.IMAGE,
        under=parent,
        waits_for=parent if node.action is Action.BUILD else None,
        held=f"{node.action.value}: {node.reason}" if held_back else "",
        certain=node.action is Action.BUILD,
    )
