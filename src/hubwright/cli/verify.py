import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from hubwright.cli.bill import Bill, of_matrix, of_stranger
from hubwright.cli.destination import registry_option
from hubwright.cli.engines import engine_when_asked
from hubwright.cli.folders import require_place
from hubwright.cli.ledger import Ledger, open_ledger
from hubwright.cli.live import watch
from hubwright.cli.matrix import prepare
from hubwright.cli.occasion import Occasion
from hubwright.cli.options import charts_option, json_option, keep_option, matrix_option, out_option, select_option
from hubwright.cli.promotion import promote_earned
from hubwright.cli.rehearsal import Company, open_company
from hubwright.cli.showing import Shown, asker, beginner, open_show
from hubwright.cli.today import moment
from hubwright.cli.verdicts import show_verdicts, wrong_with_verdicts
from hubwright.errors import UsageError, raise_first
from hubwright.matrix.charts import CHARTS
from hubwright.model import Chart
from hubwright.pipeline.casting import Call
from hubwright.pipeline.recording import Recorder
from hubwright.redaction import redaction, secrets_of_environment
from hubwright.report.accounts.run import Run
from hubwright.report.tasks import starts_of
from hubwright.tree import DiskTree
from hubwright.verdicts import Verdict


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
    not rehearsed again, and an image of which all starts are proven gets the tag `proven`. Nothing is built: what the
    registry does not have is not tested. What is rehearsed with --again or --image, or under another chart than the
    matrix's, is only shown.

    \b
    Examples:
      hubwright verify
      hubwright verify --select 'pyspark*' --keep
      hubwright verify --image registry.example/team/notebook:2026-11 --like jupyterlab
    """
    _check_usage(foreign, like, patterns)
    for folder in (out, *(out / version for version in versions)):
        require_place(folder, rehearses=True)
    started = time.monotonic()
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        prepared = prepare(tree, matrix_file.name, patterns)
    engine = engine_when_asked()
    charts = tuple(CHARTS[version] for version in dict.fromkeys(versions)) or (prepared.matrix.chart,)
    occasion = Occasion(
        root=root,
        chart=charts[0],
        matrix=prepared.matrix,
        variants=prepared.chosen,
        planned=(),
        engine=engine,
        out=out,
        keep=keep,
    )
    registered = of_matrix(registry, root, prepared, again=again)
    with (
        of_stranger(foreign, like, occasion) if foreign else registered as bill,
        open_ledger(new_run(occasion, bill, started), redaction(secrets_of_environment(os.environ))) as ledger,
    ):
        verdicts = play_under_each(charts, occasion, bill, ledger, started)
        show_verdicts(verdicts, as_json=as_json, seconds=time.monotonic() - started)
        ledger.wrong[:] = wrong_with_verdicts(verdicts, ledger.wrong, strict=strict)
    raise_first(ledger.wrong)


def _check_usage(foreign: str | None, like: str | None, patterns: tuple[str, ...]) -> None:
    """Raise UsageError for options that say nothing together."""
    if like and not foreign:
        msg = "--like says what --image is started as; add --image REF, or leave it out"
        raise UsageError(msg)
    if foreign and patterns:
        msg = "--select chooses among the images of the matrix, and --image names another one; leave one of them out"
        raise UsageError(msg)


def new_run(occasion: Occasion, bill: Bill, started: float) -> Run:
    return Run(
        command="hubwright verify",
        registry=bill.registry,
        prefix=bill.prefix,
        plan=replace(bill.plan, chart=occasion.chart),
        profiles=occasion.matrix.profiles,
        variants=bill.variants,
        out=occasion.out,
        began_on=moment(since=started),
    )


def play_under_each(
    charts: tuple[Chart, ...], occasion: Occasion, bill: Bill, ledger: Ledger, started: float
) -> tuple[Verdict, ...]:
    """Play everything under the hub of each chart, and return all verdicts.

    Of several, each has a folder of its own, and its name in that of the offers. What kept starts from being
    rehearsed comes into the ledger, with everything else.
    """
    for chart in charts:
        several = len(charts) > 1
        suffix, out = (f" under {chart.version}", occasion.out / chart.version) if several else ("", occasion.out)
        played = _play(replace(occasion, chart=chart, out=out), bill, started)
        ledger.wrong += played.errors
        if bill.show:
            ledger.wrong += promote_earned(occasion.matrix, bill.show.destination, bill.plan.digests, played.decisions)
        ledger.stretches += [replace(each, name=f"{each.name}{suffix}") for each in played.stretches]
        offers = {f"{offer.name}{suffix}": offer for offer in bill.offers}
        ledger.run = replace(ledger.run, offers={**ledger.run.offers, **offers})
        ledger.saw({f"{each.offer}{suffix}": replace(each, offer=f"{each.offer}{suffix}") for each in played.verdicts})
    return tuple(ledger.run.verdicts[name] for name in ledger.run.offers)


def _play(occasion: Occasion, bill: Bill, started: float) -> Shown:
    """Return a verdict for every offer with what kept some from being rehearsed, and when each was at it."""
    occasion = replace(occasion, environment=bill.environment, log_in=bill.log_in)
    show = bill.show if bill.show and bill.show.plan.chart == occasion.chart else None
    tasks = starts_of(bill.offers, bill.missing, certain=show is None)
    with watch(tasks, builders=0, out=occasion.out, ask=asker(show, occasion.matrix) if show else None) as watcher:
        recorder = Recorder(watcher, since=started)
        if show:
            with open_show(show, replace(occasion, planned=show.plan.offers), recorder) as (company, proving):
                shown = _shown(company, bill, recorder, beginner(company, proving))
            return replace(shown, decisions=dict(proving.decisions))
        with open_company(occasion, recorder) as company:
            return _shown(company, bill, recorder, lambda call: _begin_unsigned(company, call))


def _begin_unsigned(company: Company, call: Call) -> None:
    company.rehearsals.begin(call.offer, lambda moves: company.theatre().rehearse(call, moves))


def _shown(company: Company, bill: Bill, recorder: Recorder, begin: Callable[[Call], None]) -> Shown:
    for call in bill.calls:
        begin(call)
    if bill.foreign:
        bill.foreign(company)
    verdicts = company.rehearsals.verdicts(bill.offers, bill.missing)
    return Shown(verdicts=verdicts, errors=tuple(company.rehearsals.errors), stretches=recorder.stretches())
