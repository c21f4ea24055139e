"""What is known after a run: of a long one, what the registry says at its end."""

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.cli.known_after import known_after
from hubwright.cli.showing import Shown
from hubwright.cli.trust import Trust
from hubwright.cli.workshop import Job
from hubwright.engines.interface import Engine
from hubwright.fingerprint import smoke_set
from hubwright.pipeline.building import Building
from hubwright.pipeline.deciding import decide_all
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.duties import duties
from hubwright.pipeline.watching import Watcher
from hubwright.plan import make_plan
from hubwright.planned import Absent, Made, Published, SmokeNotebook
from hubwright.proof.attach import Notary
from hubwright.proof.decide import Answer
from hubwright.proof.statement import Result
from hubwright.schedule import Done, Once
from proofs import LAYER, claim, pinned_keys, signer, subject
from values import SHAPE, matrix, prints, profile, variant

_MATRIX = matrix(variant("base", smoke=("home",)), profiles=(profile("lab", "base"),))
_DIGEST = subject().digest


def _engine() -> Engine:
    pytest.fail("no engine is needed")


def _building(_: Watcher) -> Building:
    pytest.fail("nothing is built")


def _job(root: Path, registry: FakeRegistry) -> Job:
    notebook = SmokeNotebook(name="home", sha256="5" * 64, kernel="python3")
    plan = make_plan(
        _MATRIX,
        chosen=frozenset(_MATRIX.variants),
        fingerprints=prints(_MATRIX),
        smoke_sets={"lab": smoke_set(SHAPE, [notebook], "4.4.0")},
        presence=dict.fromkeys(_MATRIX.variants, Absent()),
        unreachable={},
    )
    return Job(
        started=0.0,
        root=root,
        matrix_file="matrix.yaml",
        matrix=_MATRIX,
        plan=plan,
        destination=Destination(registry=registry, host="host:1", prefix="hubwright"),
        engine=Once(_engine),
        building=_building,
        builders=1,
        redact=str,
    )


def _answer_after(root: Path, made: Made) -> Answer:
    """Return what is known of a start that was proven when its turn came, and has failed elsewhere since."""
    registry = FakeRegistry()
    push_image(registry, "hubwright/base", "fp-1", LAYER)
    job = _job(root, registry)
    duty = duties(job.plan, job.destination)["lab"]
    expected = duty.expectation(_DIGEST)
    notary = Notary(registry=registry, signer=signer("ours"), keys=pinned_keys(), timing=FakeTime().timing())
    proof = claim(smoke_set=duty.smoke_set, passed=expected.tests)
    notary.attach(proof, expected, subject())
    decisions = decide_all(registry, pinned_keys(), {"lab": duty}, {"lab": _DIGEST})
    failure = replace(proof, result=Result.FAILED, passed=frozenset(), failed=frozenset({"home"}))
    notary.attach(failure, expected, subject())
    trust = Trust(keys=pinned_keys(), signer=lambda: signer("ours"))
    shown = Shown(verdicts=(), errors=(), stretches=(), decisions=decisions)
    return known_after(job, trust, {"base": Done(value=made)}, shown).decisions["lab"].answer


def test_a_run_that_took_its_time_asks_again_whether_what_it_has_seen_proven_has_failed_since(tmp_path: Path) -> None:
    published = Published(digest=_DIGEST, size=1)
    assert _answer_after(tmp_path, Made(published=published, built=True, seconds=3600.0)) is Answer.BLOCKED


def test_a_run_that_found_everything_there_asks_once(tmp_path: Path) -> None:
    published = Published(digest=_DIGEST, size=1)
    assert _answer_after(tmp_path, Made(published=published, built=False, seconds=0.1)) is Answer.PROVEN
