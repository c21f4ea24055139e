import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubwright.build import HostSettings
from hubwright.cli.destination import open_destination, registry_option
from hubwright.cli.folders import cache_folder
from hubwright.cli.host import host_settings
from hubwright.cli.options import matrix_option, select_option
from hubwright.engines.choose import choose, sources
from hubwright.errors import WithheldError
from hubwright.model import Action, Plan
from hubwright.pipeline.asking import ask
from hubwright.pipeline.building import Building, Destination, Workshop, failure_of
from hubwright.pipeline.foundation_images import FoundationImages
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.process import follow
from hubwright.report.build import build_closing, build_table
from hubwright.report.live import PlainWatcher
from hubwright.report.table import print_tables
from hubwright.schedule import Once
from hubwright.sources import addresses, ask_source
from hubwright.tree import DiskTree

if TYPE_CHECKING:
    from hubwright.report.terminal import TerminalWatcher

# What a build may take at its worst: packages are compressed and bytecode is made.
_MEMORY_PER_BUILD = 3 << 30


@click.command("build")
@matrix_option
@select_option
@click.option(
    "--until",
    type=click.Choice(["publish"]),
    default="publish",
    show_default=True,
    help="The last stage: publish leaves every image in the registry.",
)
@registry_option
@click.option("-j", "--jobs", type=click.IntRange(1, 64), help="Builds side by side; by default as the machine allows.")
@click.option("--strict", is_flag=True, help="Fail where an image is withheld, as a nightly job should.")
def command(
    matrix_file: Path, patterns: tuple[str, ...], until: str, registry: str, jobs: int | None, *, strict: bool
) -> None:
    r"""Build what the registry does not have, and push it there.

    Images are built side by side, each as soon as the one it stands on is in the registry. What fails blocks only
    what stands on it. Nothing is built twice: run it again, and it says `reused` for all.

    \b
    Examples:
      hubwright build
      hubwright build --select 'pyspark*'
    """
    del until
    started = time.monotonic()
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        prepared = prepare(tree, matrix_file.name, patterns)
    prepared.require_locked()
    variants = [prepared.matrix.variants[name] for name in prepared.fingerprints]
    images = sorted({each.image for each in variants} | {f"foundation-{each.foundation}" for each in variants})
    with open_destination(registry, prepared.matrix.ecr, images) as destination:
        known = addresses(prepared.matrix.sources.values(), os.environ)
        host = host_settings(os.environ, Path.home(), {f"source-{name}": address for name, address in known.items()})
        plan = _plan(prepared, destination, known, host)
        with _building(prepared, destination, root, host, jobs or _workers()) as building:
            results = building.run(plan)
    table = build_table(plan, results, destination.host, destination.prefix)
    print_tables([table], build_closing(plan, results, time.monotonic() - started))
    if failure := failure_of(results):
        raise failure
    if strict and (withheld := [node for node in plan.nodes if node.action in {Action.WITHHELD, Action.BLOCKED}]):
        raise WithheldError("; ".join(f"{node.variant.name}: {node.reason}" for node in withheld))


def _plan(prepared: Prepared, destination: Destination, known: Mapping[str, str], host: HostSettings) -> Plan:
    bundle = host.files.get("ca-bundle")
    ca_file = str(bundle) if bundle else None
    return ask(
        prepared,
        destination,
        addresses=known,
        answers=lambda address: ask_source(address, ca_file=ca_file),
        clock=time.monotonic,
    )


@contextmanager
def _building(
    prepared: Prepared, destination: Destination, root: Path, host: HostSettings, jobs: int
) -> Iterator[Building]:
    """Give what leads the builds, and a view of them that is taken down in the end."""
    cache = cache_folder(os.environ)
    workshop = Workshop(
        root=root,
        engine=Once(lambda: choose(sources(environment=os.environ, cache=cache, uid=os.geteuid()), _say)),
        environment=os.environ,
        host=host,
        locks=cache / "builds",
        follow=follow,
        workers=jobs,
    )
    foundations = FoundationImages(
        roots=prepared.roots, destination=destination, workshop=workshop, cache=cache, say=_say
    )
    with _watcher() as watcher:
        yield Building(
            recipes=prepared.recipes,
            foundation_ref=foundations.ref,
            destination=destination,
            workshop=workshop,
            watcher=watcher,
        )


def _watcher() -> "PlainWatcher | TerminalWatcher":
    if not sys.stderr.isatty():
        return PlainWatcher()
    # Loading rich is a good part of a run that finds everything there.
    from hubwright.report.terminal import TerminalWatcher  # noqa: PLC0415

    return TerminalWatcher()


def _workers() -> int:
    """Return how many builds this machine can take side by side."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)), memory // _MEMORY_PER_BUILD))


def _say(line: str) -> None:
    click.echo(line, err=True)
