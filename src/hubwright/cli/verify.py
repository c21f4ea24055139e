import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from hubwright.cli.destination import open_destination, registry_option
from hubwright.cli.engines import engine_when_asked, say
from hubwright.cli.options import json_option, keep_option, matrix_option, out_option, select_option
from hubwright.cli.rehearsal import Occasion, open_rehearsals
from hubwright.cli.verdicts import Rehearsed, require_proven, show_verdicts
from hubwright.engines.interface import Engine
from hubwright.errors import HubwrightError, UsageError
from hubwright.matrix.charts import CHARTS
from hubwright.model import Offer
from hubwright.pipeline.asking import ask
from hubwright.pipeline.casting import Cast, Material, foreign_part, offer_like, read_material, unbuilt_images
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.pipeline.rehearsing import Part
from hubwright.rehearse.contract.files import not_asked_of_strangers
from hubwright.rehearse.docker.images import have_image
from hubwright.report.live import open_watcher
from hubwright.tree import DiskTree
from hubwright.verdicts import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bill:
    """What is to be played: the parts, and why other offers have none.

    `environment` and `log_in` let the engine into the registry.
    """

    offers: tuple[Offer, ...]
    parts: tuple[Part, ...]
    missing: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    log_in: Callable[[], object] = lambda: None


@click.command("verify")
@matrix_option
@select_option
@registry_option
@click.option("--image", "foreign", metavar="REF", help="Rehearse this image, which Hubwright need not have built.")
@click.option("--like", metavar="PROFILE", help="Start --image as this profile would, not as the default one.")
@click.option(
    "--chart",
    "versions",
    multiple=True,
    type=click.Choice(sorted(CHARTS)),
    metavar="VERSION",
    help="Rehearse under the hub of this chart, not under the matrix's; may be given more than once.",
)
@out_option
@keep_option
@json_option
@click.option("--strict", is_flag=True, help="Fail where something was not tested, as a nightly job should.")
def command(
    *,
    matrix_file: Path,
    patterns: tuple[str, ...],
    registry: str,
    foreign: str | None,
    like: str | None,
    versions: tuple[str, ...],
    out: Path,
    keep: bool,
    as_json: bool,
    strict: bool,
) -> None:
    r"""Rehearse a user's start of each profile, and say what was seen.

    A real JupyterHub starts every image as its profiles ask for it, the smoke notebooks run through its server, and a
    judge outside of it says what they showed. Nothing is built: what the registry does not have is not tested.

    \b
    Examples:
      hubwright verify
      hubwright verify --select 'pyspark*' --keep
      hubwright verify --image registry.example/team/notebook:2026-11 --like jupyterlab
    """
    if like and not foreign:
        msg = "--like says what --image is started as; add --image REF, or leave it out"
        raise UsageError(msg)
    if foreign and patterns:
        msg = "--select chooses among the images of the matrix, and --image names another one; leave one of them out"
        raise UsageError(msg)
    started = time.monotonic()
    with DiskTree(matrix_file.parent.resolve()) as tree:
        prepared = prepare(tree, matrix_file.name, patterns)
        material = read_material(tree, prepared.matrix, prepared.chosen)
    engine = engine_when_asked()
    of_matrix = _of_matrix(registry, prepared, material)
    with _foreign(foreign, like, prepared, material, engine) if foreign else of_matrix as bill:
        occasion = Occasion(
            chart=prepared.matrix.chart,
            matrix=prepared.matrix,
            material=material,
            engine=engine,
            environment=bill.environment,
            log_in=bill.log_in,
            out=out,
            keep=keep,
        )
        rehearsed = _under_each(tuple(dict.fromkeys(versions)), occasion, bill)
    show_verdicts(rehearsed.verdicts, as_json=as_json, seconds=time.monotonic() - started)
    require_proven(rehearsed.verdicts, rehearsed.errors, strict=strict)


def _under_each(versions: tuple[str, ...], occasion: Occasion, bill: _Bill) -> Rehearsed:
    """Play everything under the hub of each chart, or of the matrix's where none is named.

    Of several, each has a folder of its own, and its name in that of the offers.
    """
    if len(versions) <= 1:
        return _play(replace(occasion, chart=CHARTS[versions[0]]) if versions else occasion, bill)
    verdicts: list[Verdict] = []
    errors: list[HubwrightError] = []
    for version in versions:
        played = _play(replace(occasion, chart=CHARTS[version], out=occasion.out / version), bill)
        verdicts += [replace(each, offer=f"{each.offer} under {version}") for each in played.verdicts]
        errors += played.errors
    return Rehearsed(verdicts=tuple(verdicts), errors=tuple(errors))


def _play(occasion: Occasion, bill: _Bill) -> Rehearsed:
    """Return a verdict for every offer, and what kept some from being rehearsed."""
    with open_watcher() as watcher, open_rehearsals(occasion, watcher) as rehearsals:
        for part in bill.parts:
            rehearsals.begin(part)
        verdicts = rehearsals.verdicts(bill.offers, bill.missing)
    return Rehearsed(verdicts=verdicts, errors=tuple(rehearsals.errors))


@contextmanager
def _of_matrix(registry: str, prepared: Prepared, material: Material) -> Iterator[_Bill]:
    """Give what the registry has of the matrix."""
    with open_destination(registry, prepared.matrix.ecr, images=()) as destination:
        plan = ask(prepared, destination, addresses={}, answers=lambda _: None, clock=time.monotonic)
        parts: list[Part] = []
        cast = Cast(plan, material, destination, parts.append)
        for node in plan.nodes:
            if node.digest is not None:
                cast.enter(node.variant.name, node.digest)
        yield _Bill(
            offers=tuple(planned.offer for planned in plan.offers),
            parts=tuple(parts),
            missing=unbuilt_images(plan),
            environment=destination.environment,
            log_in=destination.log_in,
        )


@contextmanager
def _foreign(
    name: str, like: str | None, prepared: Prepared, material: Material, engine: Callable[[], Engine]
) -> Iterator[_Bill]:
    """Give the one part of an image that somebody names."""
    offer = offer_like(prepared.matrix, like)
    part = foreign_part(have_image(engine(), os.environ, name), offer, prepared.matrix, material)
    say(f"{name} was not built here, so its contract does not have everything:")
    for kind, reason in not_asked_of_strangers().items():
        say(f"  {kind} is not asked: {reason}")
    yield _Bill(offers=(part.offer,), parts=(part,))
