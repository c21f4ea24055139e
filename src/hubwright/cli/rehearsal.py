"""What rehearsals need of this machine, put together for the commands that hold them."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from hubwright.cli.engines import say
from hubwright.cli.folders import cache_folder
from hubwright.cli.installer import uv_of_host
from hubwright.cli.verdicts import Rehearsed
from hubwright.cli.workshop import Job
from hubwright.engines.interface import Engine
from hubwright.model import Chart, Made, Matrix
from hubwright.pipeline.casting import Cast, Material, missing_images, read_material
from hubwright.pipeline.rehearsals import Rehearsals
from hubwright.pipeline.rehearsing import House, Part, Shared
from hubwright.pipeline.watching import Watcher
from hubwright.rehearse.contract.files import accelerators
from hubwright.rehearse.contract.run import check_contract
from hubwright.rehearse.contract.subject import Subject
from hubwright.rehearse.docker.spark import SparkCluster, spark_cluster
from hubwright.rehearse.hub.environment import Installer
from hubwright.rehearse.interface import Condition, Server, Started
from hubwright.rehearse.judge.examination import Examinations
from hubwright.rehearse.judge.trial import judge_notebook
from hubwright.rehearse.script import Script
from hubwright.rehearse.stage import Stage, Surroundings, open_stage
from hubwright.schedule import Once, Result
from hubwright.tree import DiskTree
from hubwright.verdicts import Finding, Trial

# What a server takes with a kernel that computes something; Spark's cluster is beside it for a minute.
_MEMORY_PER_REHEARSAL = 2 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """What the rehearsals are held for, and with what; nothing of it is asked before the first one begins.

    `environment` and `log_in` let the engine into the registry.
    """

    chart: Chart
    matrix: Matrix
    material: Material
    engine: Callable[[], Engine]
    environment: Mapping[str, str]
    log_in: Callable[[], object]
    out: Path
    keep: bool


@contextmanager
def open_rehearsals(occasion: Occasion, watcher: Watcher) -> Iterator[Rehearsals]:
    """Give the company that plays what it is handed; the hub and all servers are gone in the end.

    Where failed servers are kept, that is when the person at the terminal has seen enough of them.
    """
    kept: list[tuple[Part, Started]] = []
    with ExitStack() as stack:
        stage = Once(lambda: stack.enter_context(open_stage(occasion.chart, _surroundings(occasion))))
        house = House(
            chart=occasion.chart,
            log_in=occasion.log_in,
            spawner=stage,
            judge=_Judge(),
            contract=lambda part, started: _contract(occasion, part, started),
            cluster=lambda _, part: _cluster(stage(), part),
            shared=Shared(),
            out=occasion.out / "rehearsals",
            keep=(lambda part, started: kept.append((part, started))) if occasion.keep else None,
        )
        with Rehearsals(house, watcher, workers=_workers(), end_stage=stack.close) as rehearsals:
            yield rehearsals
            if kept:
                _wait_for(kept)


def build_and_rehearse(job: Job, *, out: Path, keep: bool) -> tuple[dict[str, Result[Made]], Rehearsed]:
    """Return what became of every variant, and of every offer of those that are there then."""
    with DiskTree(job.root) as tree:
        material = read_material(tree, job.matrix, {planned.offer.variant for planned in job.plan.offers})
    occasion = Occasion(
        chart=job.plan.chart,
        matrix=job.matrix,
        material=material,
        engine=job.engine,
        environment=job.destination.environment,
        log_in=job.destination.log_in,
        out=out,
        keep=keep,
    )
    with open_rehearsals(occasion, job.watcher) as rehearsals:
        cast = Cast(job.plan, material, job.destination, rehearsals.begin)
        building = replace(job.building, finished=lambda name, published: cast.enter(name, published.digest))
        results = building.run(job.plan)
        offers = tuple(planned.offer for planned in job.plan.offers)
        verdicts = rehearsals.verdicts(offers, missing_images(job.plan, results))
    return results, Rehearsed(verdicts=verdicts, errors=tuple(rehearsals.errors))


def _wait_for(kept: list[tuple[Part, Started]]) -> None:
    """Say where the servers are, and return when the person says that they may go."""
    say("these servers are left running, on this machine:")
    for part, started in kept:
        say(f"  {part.offer.name}: {started.server.url}lab?token={started.server.token}")
    say("press Ctrl-C to end them")
    with suppress(KeyboardInterrupt):
        Event().wait()


def _surroundings(occasion: Occasion) -> Surroundings:
    program, environment = uv_of_host()
    folder = occasion.out / f"hub-{occasion.chart.version}"
    folder.mkdir(parents=True, exist_ok=True)
    return Surroundings(
        engine=occasion.engine(),
        environment=_environment(occasion),
        cache=cache_folder(os.environ),
        folder=folder,
        installer=Installer(program=program, environment=environment),
        opened_by_people=occasion.keep,
    )


def _environment(occasion: Occasion) -> dict[str, str]:
    return {**os.environ, **occasion.environment}


class _Judge:
    """The judge, who examines each kernel of an image once."""

    def __init__(self) -> None:
        self._examinations: dict[str, Examinations] = {}

    def __call__(
        self,
        server: Server,
        script: Script,
        *,
        image: str,
        parameters: Mapping[str, object],
        hardware: bool,
        state: Callable[[], Condition],
        output: Path,
    ) -> Trial:
        return judge_notebook(
            server,
            script.content,
            script.name,
            state=state,
            output=output,
            examinations=self._examinations.setdefault(image, Examinations()),
            parameters=parameters,
            hardware=hardware,
        )


def _contract(occasion: Occasion, part: Part, started: Started) -> Trial:
    shape, variant = part.offer.shape, part.variant
    material = occasion.material
    subject = Subject(
        container=started.container_id,
        uid=shape.uid,
        gid=shape.gid,
        fs_gid=shape.fs_gid,
        home=shape.home,
        accelerators=accelerators(variant, occasion.matrix.variants) if variant else (),
        parent=part.parent_ref,
        versions=material.versions[variant.name] if variant else None,
    )
    own = material.checks[variant.name] if variant else {}
    return check_contract(subject, own, engine=occasion.engine(), environment=_environment(occasion))


@contextmanager
def _cluster(stage: Stage, part: Part) -> Iterator[Mapping[str, object] | Finding]:
    with spark_cluster(stage, part.ref, part.offer.shape) as cluster:
        yield cluster.parameters if isinstance(cluster, SparkCluster) else cluster


def _workers() -> int:
    """Return how many servers this machine can rehearse side by side; starting one is mostly waiting for it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)) + 1, memory // _MEMORY_PER_REHEARSAL))
