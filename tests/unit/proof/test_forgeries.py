"""Every row of the table of forgeries, decided without a registry."""

import json

import pytest

from forged.genuine import genuine
from forged.making import Row
from forged.table import ADVISORIES, forgeries
from hubwright.proof.decide import Answer, Decision, decide
from proofs import Scene, candidate, encode, expectation, pinned_keys


def outcome(row: Row) -> Decision:
    scene = Scene()
    bundle = row.bundle(scene)
    manifest = encode(row.manifest(scene, scene.manifest(bundle)))
    return decide([candidate(bundle, manifest)], expectation(), pinned_keys())


@pytest.mark.parametrize("row", forgeries(), ids=lambda row: row.name)
def test_a_forgery_is_not_accepted(row: Row) -> None:
    decision = outcome(row)

    assert decision.answer is row.answer is not Answer.PROVEN
    assert [reason.where for reason in decision.reasons] == ["proof-tag"]
    assert row.why in decision.reasons[0].why
    assert not decision.on_hardware


@pytest.mark.parametrize("row", genuine(), ids=lambda row: row.name)
def test_a_genuine_proof_is_accepted_in_every_wrapping(row: Row) -> None:
    decision = outcome(row)

    assert (decision.answer, decision.reasons) == (Answer.PROVEN, ())
    assert decision.proof is not None
    assert decision.on_hardware is (row.name != "made without hardware")


def test_each_row_is_there_once_and_says_why() -> None:
    rows = forgeries()

    assert len(rows) >= 60
    assert len({row.name for row in (*rows, *genuine())}) == len(rows) + len(genuine())
    assert all(row.why for row in rows)
    assert set(ADVISORIES.values()) <= {row.name for row in rows}
    payloads = {json.dumps([row.bundle(Scene()).hex(), row.manifest(Scene(), Scene().manifest(b""))]) for row in rows}
    assert len(payloads) == len(rows)
