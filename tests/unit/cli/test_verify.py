"""What `hubwright verify` leaves of what was played, with a company that needs no engine."""

from pathlib import Path
from typing import NoReturn

import pytest

from hubwright.account import Account, TrialAccount
from hubwright.cli.bill import Bill
from hubwright.cli.ledger import RUN_FILE, open_ledger
from hubwright.cli.occasion import Occasion
from hubwright.cli.rehearsal import Company
from hubwright.cli.verify import new_run, play_under_each
from hubwright.errors import RehearsalBrokenError
from hubwright.matrix.charts import CHARTS
from hubwright.model import Offer
from hubwright.planned import Plan
from hubwright.progress import Milestone, Moves
from hubwright.report.accounts.document import read_account
from hubwright.verdicts import Evidence, Standing, Trial, Verdict
from values import matrix, profile, variant

_MATRIX = matrix(variant("base", smoke=("home",)), profiles=(profile("lab", "base"), profile("gpu", "base")))
_LAB, _GPU = (each.offers[0] for each in _MATRIX.profiles)
_CHARTS = tuple(CHARTS.values())[:2]


def _play(offer: Offer, out: Path) -> Verdict:
    shown = Evidence(check="a check", expected=1, seen=1, where="home, cell 1")
    executed = out / "rehearsals" / offer.name / "home.ipynb"
    return Verdict(
        offer=offer.name,
        variant="base",
        digest="sha256:d",
        standing=Standing.PROVEN,
        reason="",
        trials=(Trial(name="home", evidence=(shown,), findings=(), seconds=1.0, executed=executed),),
        seconds=1.0,
    )


def _left(out: Path, *charts: str) -> Account:
    """Play lab, which is proven, and gpu, which cannot be rehearsed, under each chart; return what is left of it."""

    def no_engine() -> NoReturn:
        pytest.fail("nobody needs an engine here")

    def begin(company: Company) -> None:
        def lab(moves: Moves) -> Verdict:
            moves(Milestone(doing="notebook home", done=1, total=2))
            return _play(_LAB, out)

        def gpu(_: Moves) -> Verdict:
            msg = "the hub died"
            raise RehearsalBrokenError(msg)

        company.rehearsals.begin(_LAB, lab)
        company.rehearsals.begin(_GPU, gpu)

    chosen = tuple(CHARTS[version] for version in charts)
    occasion = Occasion(
        root=out,
        chart=chosen[0],
        matrix=_MATRIX,
        variants=frozenset(_MATRIX.variants),
        planned=(),
        engine=no_engine,
        out=out,
        keep=False,
    )
    plan = Plan(chart=_MATRIX.chart, nodes=(), offers=())
    bill = Bill(plan=plan, variants=_MATRIX.variants, offers=(_LAB, _GPU), foreign=begin)
    with open_ledger(new_run(occasion, bill, started=0.0), str) as ledger:
        verdicts = play_under_each(chosen, occasion, bill, ledger, started=0.0)
    left = read_account((out / RUN_FILE).read_bytes(), RUN_FILE)
    assert [(each.offer, each.standing) for each in verdicts] == [(each.name, each.standing) for each in left.starts]
    return left


def test_what_was_played_is_told_with_its_notebooks_and_its_times(tmp_path: Path) -> None:
    left = _left(tmp_path, "4.4.0")

    lab, gpu = left.starts
    assert (left.chart, left.registry, left.command) == ("4.4.0", "", "hubwright verify")
    assert (lab.standing, lab.rehearsed) == (Standing.PROVEN, True)
    (trial,) = lab.trials
    assert isinstance(trial, TrialAccount)
    assert (trial.name, trial.notebook) == ("home", "rehearsals/lab/home.ipynb")
    assert (gpu.standing, gpu.reason) == (Standing.NOT_TESTED, "it could not be rehearsed: the hub died")
    assert left.wrong == ("the hub died",)
    stretches = {each.name: each for each in left.stretches}
    assert {name: each.outcome for name, each in stretches.items()} == {"lab": "proven", "gpu": "failed"}
    assert [each.doing for each in stretches["lab"].moments] == ["notebook home"]


def test_each_chart_has_its_own_starts(tmp_path: Path) -> None:
    one, other = (chart.version for chart in _CHARTS)
    left = _left(tmp_path, one, other)
    names = [f"{offer} under {version}" for version in (one, other) for offer in ("lab", "gpu")]
    assert [each.name for each in left.starts] == names
    assert {each.name for each in left.stretches} == set(names)
    assert {each.display_name for each in left.starts} == {"Lab", "Gpu"}
    assert left.wrong == ("the hub died", "the hub died")
