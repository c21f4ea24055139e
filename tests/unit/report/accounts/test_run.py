"""From what the stages left to the account of a run: nothing but values."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hubwright.account import Became, Offered, PackageSize, Shown, Stretch, Wrong
from hubwright.errors import BuildError
from hubwright.model import Choice, Offer, Option
from hubwright.offering import Basis, ProfileEntry, Start, Withheld
from hubwright.plan import make_plan
from hubwright.planned import Absent, Layer, Made, Plan, Presence, Present, Published
from hubwright.proof.examine import Proof
from hubwright.proof.record import Record
from hubwright.proof.statement import Result as Said
from hubwright.report.accounts.past import histories_of
from hubwright.report.accounts.run import Run, account_of
from hubwright.schedule import Aborted, Done, Failed
from hubwright.verdicts import Evidence, Finding, Standing, Trial, Verdict, untested
from proofs import claim
from proven import proven
from values import SHAPE, layer, matrix, prints, profile, variant

_MATRIX = matrix(
    variant("base", smoke=("home",)),
    variant("spark", "base", smoke=("home", "spark")),
    variant("cuda", "base"),
    variant("neuron", sources=("neuron",)),
    profiles=(profile("lab", "base"), profile("data", "spark"), profile("gpu", "cuda"), profile("trn", "neuron")),
)
_OFFERS = {offer.name: offer for each in _MATRIX.profiles for offer in each.offers}
_D, _E = f"sha256:{'d' * 64}", f"sha256:{'e' * 64}"


def _plan(**presence: Presence) -> Plan:
    known = {name: presence.get(name, Absent()) for name in _MATRIX.variants}
    sets = dict.fromkeys(_OFFERS, prints(_MATRIX)["base"])
    return make_plan(
        _MATRIX,
        fingerprints=prints(_MATRIX),
        smoke_sets=sets,
        chosen=frozenset(_MATRIX.variants),
        presence=known,
        unreachable={"neuron": "it has no address"},
    )


def _run(**changes: Any) -> Run:
    fields: dict[str, Any] = {
        "command": "hubwright build",
        "registry": "host:1",
        "prefix": "team",
        "plan": _plan(),
        "profiles": _MATRIX.profiles,
        "variants": _MATRIX.variants,
        "out": Path("out"),
        "began_on": "2026-11-21T12:00:00Z",
        "offers": _OFFERS,
        **changes,
    }
    return Run(**fields)


def _made(digest: str, *, built: bool) -> Done[Made]:
    return Done(value=Made(published=Published(digest=digest, size=7), built=built, seconds=1.0))


def _verdict(name: str, *trials: Trial, **changes: Any) -> Verdict:
    offer = _OFFERS[name]
    shown = Verdict(
        offer=name,
        variant=offer.variant,
        digest=_D,
        standing=Standing.PROVEN,
        reason="",
        trials=trials,
        seconds=1.23456,
    )
    return replace(shown, **changes)


def test_each_image_says_what_became_of_it() -> None:
    layers = {"base": (Layer(digest=_E, size=1, made_by="RUN it"),)}
    results = {
        "base": _made(_D, built=True),
        "spark": Failed(error=BuildError("RUN failed\nand why")),
        "cuda": Aborted(because_of="base"),
    }
    packages = {"base": (PackageSize(kind="python", name="numpy", size=1),)}
    images = account_of(_run(results=results, layers=layers, packages=packages)).images

    told = {each.variant: (each.became, each.digest, each.size, each.error) for each in images}
    assert told == {
        "base": (Became.BUILT, _D, 7, ""),
        "spark": (Became.FAILED, None, None, "RUN failed\nand why"),
        "cuda": (Became.NOT_BEGUN, None, None, ""),
        "neuron": (Became.WITHHELD, None, None, ""),
    }
    assert [each.reason for each in images[1:3]] == ["RUN failed", "it stands on base, which did not build"]
    assert "neuron is unreachable" in images[3].reason
    assert (images[0].layers, images[0].repository, images[1].parent) == (layers["base"], "team/base", "base")
    assert [each.packages for each in images[:2]] == [packages["base"], ()]


def test_what_nobody_worked_on_is_as_the_plan_found_it() -> None:
    plan = _plan(base=Present(digest=_D))
    images = account_of(_run(plan=plan, sizes={"base": 9})).images
    assert [(each.became, each.digest, each.size) for each in images[:2]] == [
        (Became.REUSED, _D, 9),
        (Became.NOT_BEGUN, None, None),
    ]
    again = account_of(_run(plan=plan, results={"base": _made(_D, built=False)})).images
    assert (again[0].became, again[0].size) == (Became.REUSED, 7)


def test_a_rehearsal_is_told_with_all_that_it_saw() -> None:
    seen = Evidence(check="a check", expected=("a", 1), seen={"b": (True, None)}, where="home, cell 4")
    wrong = Finding(where="home, cell 5", expected="a", seen="b", advice="c")
    trials = (
        Trial(
            name="home", evidence=(seen,), findings=(), seconds=1.0006, executed=Path("out/rehearsals/lab/home.ipynb")
        ),
        Trial(name="contract", evidence=(), findings=(wrong,), seconds=0.0, executed=Path("/elsewhere/home.ipynb")),
    )
    verdict = _verdict("lab", *trials, standing=Standing.FAILED, reason="home, cell 5")

    (start,) = account_of(_run(verdicts={"lab": verdict})).starts

    assert (start.standing, start.reason, start.rehearsed, start.seconds) == (
        Standing.FAILED,
        "home, cell 5",
        True,
        1.235,
    )
    assert start.planned == ("start", "server-outside", "home", "contract", "used home", "network home")
    home, contract = start.trials
    assert home.evidence == (Shown(check="a check", expected=["a", 1], seen={"b": [True, None]}, where="home, cell 4"),)
    assert (home.passed, home.notebook, home.seconds) == (True, "rehearsals/lab/home.ipynb", 1.001)
    assert contract.findings == (Wrong(where="home, cell 5", expected="a", seen="b", advice="c"),)
    assert (contract.passed, contract.notebook) == (False, "")


def test_what_is_offered_is_told_beside_what_was_seen() -> None:
    lab, data, *_ = _MATRIX.profiles
    entries = (
        ProfileEntry(
            profile=lab,
            starts=(
                Start(
                    offer=lab.offers[0],
                    repository="team/base",
                    basis=Basis.LAST_GOOD,
                    proven=proven(_E, "2026-11-14"),
                    reason="today's image failed",
                ),
            ),
            withheld=(),
        ),
        ProfileEntry(profile=data, starts=(), withheld=(Withheld(offer=data.offers[0], reason="not proven"),)),
    )
    verdicts = {name: untested(name, _OFFERS[name].variant, "it has no image\nat all") for name in ("lab", "data")}
    lab_told, data_told = account_of(_run(verdicts=verdicts, entries=entries, before={"lab": _D})).starts

    assert lab_told.offered == Offered(
        digest=_E,
        basis=Basis.LAST_GOOD,
        reason="today's image failed",
        since="2026-11-14T12:00:00Z",
        key="ours",
        hardware=True,
        before=_D,
    )
    assert (lab_told.withheld, lab_told.rehearsed, lab_told.reason) == ("", False, "it has no image")
    assert (data_told.offered, data_told.withheld) == (None, "not proven")


def test_a_start_is_called_what_people_pick() -> None:
    choice = Choice(key="new", display_name="Spark 4.1", default=True, layer=layer())
    picked = replace(
        profile("lab", "base"), options=(Option(key="spark", display_name="Spark", choices=(choice,)),), offers=()
    )
    offer = Offer(profile="lab", choices={"spark": "new"}, variant="registry.example/theirs@sha256:1", shape=SHAPE)
    shown = _verdict("lab", Trial(name="home", evidence=(), findings=(), seconds=0.0))
    run = _run(profiles=(picked,), offers={"lab under 4.3.0": offer}, verdicts={"lab under 4.3.0": shown}, registry="")

    account = account_of(run)

    (start,) = account.starts
    assert (start.name, start.title, start.planned) == ("lab under 4.3.0", "Lab (Spark 4.1)", ("home",))
    assert account.registry == ""


def _stretch(kind: str, name: str, began_s: float, ended_s: float) -> Stretch:
    return Stretch(
        name=name, kind=kind, waited_for="", ready_s=began_s, began_s=began_s, ended_s=ended_s, outcome="", moments=()
    )


def _waits(plan: Plan, *stretches: Stretch) -> Mapping[str, tuple[str, float]]:
    told = account_of(_run(plan=plan, stretches=stretches)).stretches
    return {each.name: (each.waited_for, each.ready_s) for each in told}


def test_each_piece_of_work_waited_for_its_parent_or_its_image() -> None:
    waits = _waits(
        _plan(),
        _stretch("start", "data", 9.5, 10.0),
        _stretch("image", "spark", 5.0, 9.0),
        _stretch("image", "base", 1.0, 4.0),
        _stretch("start", "lab", 4.5, 6.0),
    )
    assert waits == {"base": ("", 1.0), "lab": ("base", 4.0), "spark": ("base", 4.0), "data": ("spark", 9.0)}
    assert list(waits) == ["base", "lab", "spark", "data"]


def test_what_was_there_already_was_waited_for_by_nobody() -> None:
    there = _plan(base=Present(digest=_D), spark=Present(digest=_D))
    waits = _waits(there, _stretch("image", "base", 2.0, 3.0), _stretch("image", "spark", 1.0, 2.0))
    assert waits == {"base": ("", 1.0), "spark": ("", 1.0)}
    assert _waits(there, _stretch("start", "lab", 3.0, 4.0), _stretch("start", "data", 5.0, 6.0)) == {
        "lab": ("", 3.0),
        "data": ("", 3.0),
    }
    assert _waits(there) == {}


def test_the_past_of_a_start_has_its_failures_and_the_sizes_of_its_images() -> None:
    good = Proof(where="t", digest=_D, key="ours", claim=claim(digest=_D, hardware=False))
    bad = Proof(
        where="t",
        digest=_E,
        key="ours",
        claim=claim(
            digest=_E,
            result=Said.FAILED,
            passed=frozenset(),
            failed=frozenset({"home", "contract"}),
            finished_on="2026-06-01T00:00:00Z",
        ),
    )
    record = Record(proven=(good,), failed=(bad,), unknown=())
    newest, oldest = histories_of({"lab": record}, {_D: 7})["lab"]
    assert (newest.digest, newest.standing, newest.failed, newest.size) == (
        _E,
        Standing.FAILED,
        ("contract", "home"),
        None,
    )
    assert (oldest.digest, oldest.standing, oldest.failed, oldest.size) == (_D, Standing.WITHOUT_HARDWARE, (), 7)
    assert account_of(_run(histories={"lab": (newest,)}, verdicts={"lab": _verdict("lab")})).starts[0].history == (
        newest,
    )
