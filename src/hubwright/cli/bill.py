"""What there is to be rehearsed: what a registry has of the matrix, or an image that somebody names."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from hubwright.cli.asked import plan_now
from hubwright.cli.destination import open_destination
from hubwright.cli.engines import say
from hubwright.cli.occasion import Occasion
from hubwright.cli.rehearsal import Company
from hubwright.cli.showing import Show
from hubwright.cli.trust import open_trust
from hubwright.frozen import dataclass
from hubwright.model import Offer, Variant
from hubwright.pipeline.casting import Call, Cast, offer_like, unbuilt_images
from hubwright.pipeline.planning import Prepared
from hubwright.planned import Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Bill:
    """What is to be shown: the calls, and why other offers have none.

    `show` says how it is proven; without it nothing is looked up or signed. `foreign` begins the one start of an
    image that is no variant. `environment` and `log_in` let the engine into the registry. `variants` are those that
    the offers are of, a stranger's image taken for the one that it is started like. `registry` and `prefix` are empty
    where none was asked.
    """

    plan: Plan
    variants: Mapping[str, Variant]
    offers: tuple[Offer, ...]
    registry: str = ""
    prefix: str = ""
    calls: tuple[Call, ...] = ()
    foreign: Callable[[Company], None] | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    show: Show | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    log_in: Callable[[], object] = lambda: None


@contextmanager
def of_matrix(registry: str, root: Path, prepared: Prepared, *, again: bool) -> Iterator[Bill]:
    """Give what the registry has of the matrix."""
    with open_destination(registry, prepared.matrix.ecr, images=()) as destination:
        plan = plan_now(prepared, destination)
        calls: list[Call] = []
        cast = Cast(plan, destination, calls.append)
        for name, digest in plan.digests.items():
            cast.enter(name, digest)
        show = None
        if not again:
            trust = open_trust(registry, root, destination, prepared.matrix.ecr)
            show = Show(plan=plan, destination=destination, trust=trust, sign=True)
        yield Bill(
            plan=plan,
            variants=prepared.matrix.variants,
            registry=destination.host,
            prefix=destination.prefix,
            offers=tuple(planned.offer for planned in plan.offers),
            calls=tuple(calls),
            missing=unbuilt_images(plan),
            show=show,
            environment=destination.environment,
            log_in=destination.log_in,
        )


@contextmanager
def of_stranger(name: str, like: str | None, occasion: Occasion) -> Iterator[Bill]:
    """Give the one part of an image that somebody names."""
    from hubwright.pipeline.material import foreign_offer  # noqa: PLC0415 - takes longer to load than a look at proofs
    from hubwright.rehearse.contract.files import not_asked_of_strangers  # noqa: PLC0415 - the same
    from hubwright.rehearse.docker.images import have_image  # noqa: PLC0415 - the same

    start = offer_like(occasion.matrix, like)
    image = have_image(occasion.engine(), os.environ, name)
    offer = foreign_offer(image, start)
    say(f"{name} was not built here, so its contract does not have everything:")
    for kind, reason in not_asked_of_strangers().items():
        say(f"  {kind} is not asked: {reason}")
    variants = occasion.matrix.variants
    yield Bill(
        plan=Plan(chart=occasion.chart, nodes=(), offers=()),
        variants={**variants, offer.variant: variants[start.variant]},
        offers=(offer,),
        foreign=lambda company: company.rehearsals.begin(
            offer, lambda moves: company.theatre().rehearse_foreign(image, start, moves)
        ),
    )
