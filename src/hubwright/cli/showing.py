"""Every start of a plan, shown: proven already, or rehearsed and signed now."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import UTC, datetime
from pathlib import Path

from hubwright.account import Stretch
from hubwright.cli.engines import say
from hubwright.cli.live import ask_proofs, watch
from hubwright.cli.occasion import Occasion
from hubwright.cli.rehearsal import Company, open_company
from hubwright.cli.trust import Trust
from hubwright.cli.workshop import Job
from hubwright.engines.interface import Engine
from hubwright.errors import HubwrightError
from hubwright.frozen import dataclass
from hubwright.model import Matrix, Variant
from hubwright.pipeline.casting import Call, Cast, missing_images
from hubwright.pipeline.contents import leave_sizes
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.duties import duties
from hubwright.pipeline.proving import Proving
from hubwright.pipeline.recording import Recorder
from hubwright.pipeline.watching import Watcher
from hubwright.planned import Made, Plan
from hubwright.proof.attach import Notary
from hubwright.proof.decide import Decision
from hubwright.registries.timing import Timing
from hubwright.report.inquiry import Ask
from hubwright.report.tasks import whole_of
from hubwright.schedule import Once, Result
from hubwright.verdicts import Verdict

_DEVICES = ("nvidia*", "neuron*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Show:
    """What is shown, and to whom it is signed; without `sign` nothing is."""

    plan: Plan
    destination: Destination
    trust: Trust
    sign: bool


@contextmanager
def open_show(show: Show, occasion: Occasion, watcher: Watcher) -> Iterator[tuple[Company, Proving]]:
    """Give the company, and the one who proves what it shows; all is over in the end."""

    def weighed(variant: Variant, digest: str, weigh: Callable[[], bytes]) -> None:
        leave_sizes(show.destination, variant, digest, weigh, say)

    with open_company(replace(occasion, weighed=weighed), watcher) as company:
        yield company, _proving(show, company, occasion.engine)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The verdicts of a run, what kept some starts from having one, and what stands in the registry about each.

    `stretches` says when what was done.
    """

    verdicts: tuple[Verdict, ...]
    errors: tuple[HubwrightError, ...]
    stretches: tuple[Stretch, ...]
    decisions: Mapping[str, Decision] = field(default_factory=dict)


def build_and_show(job: Job, show: Show, *, out: Path, keep: bool) -> tuple[dict[str, Result[Made]], Shown]:
    """Return what became of every variant, and of every offer of those that are there then."""
    plan, destination = job.plan, job.destination
    occasion = Occasion(
        root=job.root,
        chart=plan.chart,
        matrix=job.matrix,
        variants=frozenset(planned.offer.variant for planned in plan.offers),
        planned=plan.offers,
        engine=job.engine,
        out=out,
        keep=keep,
        environment=destination.environment,
        log_in=destination.log_in,
    )
    offers = tuple(planned.offer for planned in plan.offers)
    watching = watch(whole_of(plan), builders=job.builders, out=out, ask=asker(show, job.matrix))
    with watching as watcher:
        recorder = Recorder(watcher, since=job.started)
        with open_show(show, occasion, recorder) as (company, proving):
            cast = Cast(plan, destination, beginner(company, proving))
            building = job.building(recorder)
            building = replace(building, finished=lambda name, published: cast.enter(name, published.digest))
            results = building.run(plan)
            verdicts = company.rehearsals.verdicts(offers, missing_images(plan, results))
    return results, Shown(
        verdicts=verdicts,
        errors=tuple(company.rehearsals.errors),
        stretches=recorder.stretches(),
        decisions=dict(proving.decisions),
    )


def beginner(company: Company, proving: Proving) -> Callable[[Call], None]:
    """Return what begins a start that is called up."""

    def begin(call: Call) -> None:
        company.rehearsals.begin(call.offer, lambda moves: proving.show(call, moves))

    return begin


def asker(show: Show, matrix: Matrix) -> Ask:
    """Return what finds out how long the starts of the show took the last time."""
    offers = [planned.offer for planned in show.plan.offers]
    return ask_proofs(offers, matrix, show.destination, show.trust.keys)


def _proving(show: Show, company: Company, engine: Callable[[], Engine]) -> Proving:
    registry, trust = show.destination.registry, show.trust
    notary = Once(lambda: Notary(registry=registry, signer=trust.signer(), keys=trust.keys, timing=Timing()))
    return Proving(
        registry=registry,
        keys=trust.keys,
        duties=duties(show.plan, show.destination),
        rehearse=lambda call, moves: company.theatre().rehearse(call, moves),
        has_devices=lambda resources: _has_devices(resources, engine),
        clock=lambda: datetime.now(UTC),
        notary=notary if show.sign else None,
    )


def _has_devices(resources: Mapping[str, int], engine: Callable[[], Engine]) -> bool:
    """Return whether the engine could give these devices to a container; it is asked only where that may be."""
    elsewhere = not os.environ.get("DOCKER_HOST", "unix:").startswith("unix:")
    if not resources or not (elsewhere or any(any(Path("/dev").glob(name)) for name in _DEVICES)):
        return False
    # The engine's library takes longer to load than a run that finds everything proven.
    from hubwright.rehearse.docker.machine import has_devices  # noqa: PLC0415 - see above

    return has_devices(engine(), os.environ, resources)
