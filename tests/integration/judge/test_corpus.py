"""Every broken notebook and kernel is caught, with its place and in words; no healthy one is refused."""

import nbformat
import pytest

from judging.bench import Bench
from judging.broken import BROKEN
from judging.case import Case
from judging.healthy import HEALTHY


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_what_is_broken_is_caught(bench: Bench, case: Case) -> None:
    trial = bench.trial(case, BROKEN)
    assert not isinstance(trial, Exception)
    assert not trial.passed
    told = [(finding.where, finding.expected, finding.seen) for finding in trial.findings]
    assert any(
        where.startswith(case.where) and case.expected in expected and case.seen in seen
        for where, expected, seen in told
    ), told


@pytest.mark.parametrize("case", HEALTHY, ids=lambda case: case.name)
def test_what_is_healthy_is_not_refused(bench: Bench, case: Case) -> None:
    trial = bench.trial(case, HEALTHY)
    assert not isinstance(trial, Exception)
    assert trial.findings == ()
    assert trial.passed
    assert trial.hardware is case.hardware
    assert {entry.check for entry in trial.evidence} >= set(case.checks) | {
        "code cells executed",
        "the kernel computes",
    }
    assert trial.executed is not None
    nbformat.validate(nbformat.read(trial.executed, as_version=4))


def test_the_corpus_is_as_big_as_it_claims_to_be() -> None:
    assert len({case.name for case in BROKEN}) == len(BROKEN) >= 40
    assert len({case.name for case in HEALTHY}) == len(HEALTHY) >= 40
    assert all(case.healthy for case in HEALTHY)
    assert not any(case.healthy for case in BROKEN)
