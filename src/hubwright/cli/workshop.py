"""What a build needs of this machine, put together for the command that builds."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hubwright.buildx import HostSettings
from hubwright.cli.capacity import side_by_side
from hubwright.cli.destination import open_destination
from hubwright.cli.engines import engine_when_asked, say
from hubwright.cli.folders import cache_folder, disks
from hubwright.cli.host import host_settings, known_secrets
from hubwright.cli.matrix import prepare
from hubwright.engines.interface import Engine
from hubwright.frozen import dataclass
from hubwright.model import Matrix
from hubwright.offering import Pin
from hubwright.pipeline.asking import ask
from hubwright.pipeline.building import Building
from hubwright.pipeline.contents import leave_list, lists_of
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.foundation_images import FoundationImages
from hubwright.pipeline.making import Workshop
from hubwright.pipeline.pinning import load_pins
from hubwright.pipeline.planning import Prepared
from hubwright.pipeline.watching import Watcher
from hubwright.planned import Action, Plan
from hubwright.process import follow
from hubwright.proxies import read_proxies
from hubwright.redaction import Redact, redaction
from hubwright.schedule import Once
from hubwright.sources import addresses, ask_source, secrets
from hubwright.tree import DiskTree

# What a build may take at its worst: packages are compressed and bytecode is made.
_MEMORY_PER_BUILD = 3 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A plan, and everything that carries it out; `started` is when the command did, on the monotonic clock.

    `building` is given who watches it; `builders` is how many builds it has go on side by side. `redact` hides what
    must not be read in the log of a build.
    """

    started: float
    root: Path
    matrix_file: str
    matrix: Matrix
    plan: Plan
    destination: Destination
    engine: Once[Engine]
    building: Callable[[Watcher], Building]
    builders: int
    redact: Redact


@contextmanager
def open_job(matrix_file: Path, patterns: tuple[str, ...], registry: str, jobs: int | None) -> Iterator[Job]:
    """Give what there is to do, when the registry and the sources have been asked; nothing is done yet.

    `jobs` builds will run side by side, or as many as the machine can take.
    """
    started = time.monotonic()
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        prepared = prepare(tree, matrix_file.name, patterns)
    prepared.require_locked()
    matrix = prepared.matrix
    with open_destination(registry, matrix.ecr, prepared.repositories) as destination:
        known = addresses(matrix.sources.values(), os.environ)
        told = secrets(matrix.sources.values(), known)
        host = host_settings(os.environ, Path.home(), told, foundations=matrix.foundations.values())
        plan = _plan(prepared, destination, known, host)
        engine = engine_when_asked()
        workshop = _workshop(root, host, engine, jobs)
        yield Job(
            started=started,
            root=root,
            matrix_file=matrix_file.name,
            matrix=matrix,
            plan=plan,
            destination=destination,
            engine=engine,
            building=_building(prepared, plan, destination, workshop),
            builders=workshop.workers,
            redact=workshop.redact,
        )


def _building(
    prepared: Prepared, plan: Plan, destination: Destination, workshop: Workshop
) -> Callable[[Watcher], Building]:
    foundations = FoundationImages(
        roots=prepared.roots, destination=destination, workshop=workshop, cache=cache_folder(os.environ), say=say
    )
    with DiskTree(workshop.root) as tree:
        to_build = [node.variant.name for node in plan.nodes if node.action is Action.BUILD]
        lists = lists_of(tree, prepared.matrix, prepared.roots, to_build)
    return lambda watcher: Building(
        recipes=prepared.recipes,
        foundation_ref=foundations.ref,
        destination=destination,
        workshop=workshop,
        watcher=watcher,
        built=lambda variant, published: leave_list(destination, lists, variant, published, say),
    )


def pins_of(job: Job) -> dict[str, Pin]:
    """Return what is pinned at this moment of the matrix's profiles."""
    with DiskTree(job.root) as tree:
        return load_pins(tree, [profile.slug for profile in job.matrix.profiles])


def _plan(prepared: Prepared, destination: Destination, known: Mapping[str, str], host: HostSettings) -> Plan:
    bundle = host.files.get("ca-bundle")
    ca_file, proxies = str(bundle) if bundle else None, read_proxies(os.environ)
    return ask(
        prepared,
        destination,
        addresses=known,
        answers=lambda address: ask_source(address, ca_file=ca_file, proxies=proxies),
        clock=time.monotonic,
    )


def _workshop(root: Path, host: HostSettings, engine: Once[Engine], jobs: int | None) -> Workshop:
    return Workshop(
        root=root,
        engine=engine,
        environment=os.environ,
        host=host,
        locks=cache_folder(os.environ) / "builds",
        follow=follow,
        workers=jobs or side_by_side(memory_each=_MEMORY_PER_BUILD),
        redact=redaction(known_secrets(os.environ, host)),
        disks=disks(os.environ),
    )
