import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from hubwright.cli.destination import open_destination, registry_option
from hubwright.cli.engines import engine_when_asked, say
from hubwright.cli.live import watch
from hubwright.cli.occasion import Occasion
from hubwright.cli.options import charts_option, json_option, keep_option, matrix_option, out_option, select_option
from hubwright.cli.rehearsal import Company, open_company
from hubwright.cli.showing import Show, Shown, asker, beginner, open_show
from hubwright.cli.trust import open_trust
from hubwright.cli.verdicts import show_verdicts, wrong_with_verdicts
from hubwright.errors import HubwrightError, UsageError, raise_first
from hubwright.matrix.charts import CHARTS
from hubwright.model import Offer
from hubwright.pipeline.asking import ask_registry
from hubwright.pipeline.casting import Call, Cast, offer_like, unbuilt_images
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.report.tasks import starts_of
from hubwright.tree import DiskTree
from hubwright.verdicts import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bill:
    """What is to be shown: the calls, and why other offers have none.

    `show` says how it is proven; without it nothing is looked up or signed. `foreign` begins the one start of an
    image that is no variant. `environment` and `log_in` let the engine into the registry.
    """

    offers: tuple[Offer, ...]
    calls: tuple[Call, ...] = ()
    foreign: Callable[[Company], None] | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    show: Show | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    log_in: Callable[[], object] = lambda: None


@click.command("verify")
@matrix_option
@select_option
@registry_option
@click.option("--image", "foreign", metavar="REF", help="Rehearse this image, which Hubwright need not have built.")
@click.option("--like", metavar="PROFILE", help="Start --image as this profile would, not as the default one.")
@charts_option
@click.option("--again", is_flag=True, help="Rehearse whatever is proven already, too; what is seen is only shown.")
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
    again: bool,
    out: Path,
    keep: bool,
    as_json: bool,
    strict: bool,
) -> None:
    r"""Rehearse a user's start of each profile that is not proven yet, and sign what was seen.

    A real JupyterHub starts every image as its profiles ask for it, the smoke notebooks run through its server, and a
    judge outside of it says what they showed. That is signed, and stored beside the image; what is settled already is
    not rehearsed again. Nothing is built: what the registry does not have is not tested. What is rehearsed with
    --again or --image, or under another chart than the matrix's, is only shown.

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
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        prepared = prepare(tree, matrix_file.name, patterns)
    engine = engine_when_asked()
    occasion = Occasion(
        root=root,
        chart=prepared.matrix.chart,
        matrix=prepared.matrix,
        variants=prepared.chosen,
        planned=(),
        engine=engine,
        out=out,
        keep=keep,
    )
    of_matrix = _of_matrix(registry, root, prepared, again=again)
    with _foreign(foreign, like, occasion) if foreign else of_matrix as bill:
        shown = _under_each(tuple(dict.fromkeys(versions)), occasion, bill)
    show_verdicts(shown.verdicts, as_json=as_json, seconds=time.monotonic() - started)
    raise_first(wrong_with_verdicts(shown.verdicts, shown.errors, strict=strict))


def _under_each(versions: tuple[str, ...], occasion: Occasion, bill: _Bill) -> Shown:
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
    return Shown(verdicts=tuple(verdicts), errors=tuple(errors))


def _play(occasion: Occasion, bill: _Bill) -> Shown:
    """Return a verdict for every offer, and what kept some from being rehearsed."""
    occasion = replace(occasion, environment=bill.environment, log_in=bill.log_in)
    show = bill.show if bill.show and bill.show.plan.chart == occasion.chart else None
    tasks = starts_of(bill.offers, bill.missing, certain=show is None)
    with watch(tasks, builders=0, ask=asker(show, occasion.matrix) if show else None) as watcher:
        if show:
            with open_show(show, replace(occasion, planned=show.plan.offers), watcher) as (company, proving):
                return _shown(company, bill, beginner(company, proving))
        with open_company(occasion, watcher) as company:
            return _shown(company, bill, lambda call: _begin_unsigned(company, call))


def _begin_unsigned(company: Company, call: Call) -> None:
    company.rehearsals.begin(call.offer, lambda moves: company.theatre().rehearse(call, moves))


def _shown(company: Company, bill: _Bill, begin: Callable[[Call], None]) -> Shown:
    for call in bill.calls:
        begin(call)
    if bill.foreign:
        bill.foreign(company)
    verdicts = company.rehearsals.verdicts(bill.offers, bill.missing)
    return Shown(verdicts=verdicts, errors=tuple(company.rehearsals.errors))


@contextmanager
def _of_matrix(registry: str, root: Path, prepared: Prepared, *, again: bool) -> Iterator[_Bill]:
    """Give what the registry has of the matrix."""
    with open_destination(registry, prepared.matrix.ecr, images=()) as destination:
        plan = ask_registry(prepared, destination, clock=time.monotonic)
        calls: list[Call] = []
        cast = Cast(plan, destination, calls.append)
        for name, digest in plan.digests.items():
            cast.enter(name, digest)
        show = None
        if not again:
            trust = open_trust(registry, root, destination, prepared.matrix.ecr)
            show = Show(plan=plan, destination=destination, trust=trust, sign=True)
        yield _Bill(
            offers=tuple(planned.offer for planned in plan.offers),
            calls=tuple(calls),
            missing=unbuilt_images(plan),
            show=show,
            environment=destination.environment,
            log_in=destination.log_in,
        )


@contextmanager
def _foreign(name: str, like: str | None, occasion: Occasion) -> Iterator[_Bill]:
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
    yield _Bill(
        offers=(offer,),
        foreign=lambda company: company.rehearsals.begin(
            offer, lambda moves: company.theatre().rehearse_foreign(image, start, moves)
        ),
    )
