"""What several candidates prove together, and what a decision tells."""

import dataclasses
from typing import Any

import pytest

from hubwright.proof.decide import Answer, Reason, decide
from hubwright.proof.examine import Candidate, Unread
from hubwright.proof.keys import PinnedKey
from hubwright.proof.statement import Result
from proofs import Scene, candidate, claim, encode, expectation, genuine_candidate, pinned, pinned_keys

PASSED = genuine_candidate("passed")
SOFT = genuine_candidate("soft", hardware=False)
FAILED = genuine_candidate("failed", result=Result.FAILED, failed=frozenset({"home"}))
OLD = genuine_candidate("old", smoke_set="b" * 64)
REVOKED = genuine_candidate("revoked", by="revoked")
REVOKED_FAILURE = genuine_candidate("revoked failure", by="revoked", result=Result.FAILED)
STRANGE_FAILURE = genuine_candidate("strange failure", by="stranger", result=Result.FAILED)
UNREAD = Unread(where="somewhere", why="it answered 500")


@pytest.mark.parametrize(
    "candidates, answer",
    [
        ([], Answer.ABSENT),
        ([PASSED], Answer.PROVEN),
        ([SOFT], Answer.PROVEN),
        ([OLD], Answer.REJECTED),
        ([OLD, PASSED], Answer.PROVEN),
        ([PASSED, OLD], Answer.PROVEN),
        ([REVOKED], Answer.ABSENT),
        ([REVOKED, OLD], Answer.REJECTED),
        ([REVOKED, PASSED], Answer.PROVEN),
        ([FAILED], Answer.BLOCKED),
        ([FAILED, PASSED], Answer.BLOCKED),
        ([PASSED, FAILED], Answer.BLOCKED),
        ([PASSED, REVOKED_FAILURE], Answer.PROVEN),
        ([PASSED, STRANGE_FAILURE], Answer.PROVEN),
        ([UNREAD], Answer.UNKNOWN),
        ([PASSED, UNREAD], Answer.UNKNOWN),
        ([UNREAD, PASSED], Answer.UNKNOWN),
        ([OLD, UNREAD], Answer.UNKNOWN),
        ([UNREAD, FAILED], Answer.BLOCKED),
        ([FAILED, UNREAD, PASSED], Answer.BLOCKED),
        ([PASSED] * 64, Answer.PROVEN),
        ([PASSED] * 65, Answer.UNKNOWN),
        ([FAILED] * 65, Answer.UNKNOWN),
    ],
)
def test_candidates_are_weighed_together(candidates: list[Candidate | Unread], answer: Answer) -> None:
    decision = decide(candidates, expectation(), pinned_keys())

    assert decision.answer is answer
    assert (decision.proof is not None) is (answer in {Answer.PROVEN, Answer.BLOCKED})


def test_a_proof_on_hardware_is_worth_more_than_a_newer_one_without() -> None:
    newer = genuine_candidate("newer", hardware=False, finished_on="2026-06-01T00:00:00Z")

    for order in ([PASSED, newer], [newer, PASSED]):
        decision = decide(order, expectation(), pinned_keys())
        assert decision.proof is not None
        assert (decision.proof.where, decision.on_hardware) == ("passed", True)
    assert not decide([newer], expectation(), pinned_keys()).on_hardware


def test_the_newest_of_equals_is_told() -> None:
    newer = genuine_candidate("newer", finished_on="2026-06-01T00:00:00Z")

    for order in ([PASSED, newer], [newer, PASSED]):
        decision = decide(order, expectation(), pinned_keys())
        assert decision.proof is not None
        assert decision.proof.where == "newer"
        assert decision.proof.key == "ours"
        assert decision.proof.digest == newer.digest
        assert decision.proof.claim == claim(finished_on="2026-06-01T00:00:00Z")


def test_a_failure_on_hardware_is_not_proven_on_hardware() -> None:
    assert not decide([FAILED], expectation(), pinned_keys()).on_hardware


def test_every_candidate_that_proves_nothing_has_its_reason() -> None:
    decision = decide([PASSED, OLD, REVOKED], expectation(), pinned_keys())

    assert [str(reason) for reason in decision.reasons] == [
        f"old: it is about smoke set bbbbbbbbbbbb, and today's is {claim().smoke_set[:12]}",
        "revoked: the key revoked signed it, which is revoked: the laptop it lay on was stolen",
    ]
    assert decide([UNREAD], expectation(), pinned_keys()).reasons == (Reason(where="somewhere", why="it answered 500"),)


def test_too_many_are_told_with_their_number() -> None:
    decision = decide([PASSED] * 65, expectation(), pinned_keys())

    assert (decision.proof, len(decision.reasons)) == (None, 1)
    assert str(decision.reasons[0]).startswith(f"{expectation().digest}: there are 65 candidates; more than 64 are")


def test_what_is_expected_of_nothing_is_proven_by_nothing() -> None:
    nothing = genuine_candidate(passed=frozenset())

    decision = decide([nothing], expectation(tests=frozenset()), pinned_keys())

    assert (decision.answer, decision.reasons[0].why) == (
        Answer.REJECTED,
        "no test was expected to pass, which proves nothing",
    )


def test_a_difference_of_tests_is_told_in_full() -> None:
    other = genuine_candidate(passed=frozenset({"home", "gpu"}))

    decision = decide([other], expectation(), pinned_keys())

    assert decision.reasons[0].why == "it lacks server and has gpu besides"


def test_all_that_failed_is_told() -> None:
    bad = genuine_candidate(
        result=Result.FAILED, failed=frozenset({"b", "a"}), warned=frozenset({"c"}), canaries={"r": False, "ok": True}
    )

    decision = decide([bad], expectation(), pinned_keys())

    assert decision.reasons[0].why == "it says FAILED: a, b, c and the canary of r"


def test_without_keys_nothing_is_proven() -> None:
    assert decide([PASSED], expectation(), ()).answer is Answer.REJECTED


def test_a_manifest_that_was_swapped_is_refused() -> None:
    swapped = dataclasses.replace(PASSED, manifest=SOFT.manifest)

    decision = decide([swapped], expectation(), pinned_keys())

    assert decision.answer is Answer.REJECTED
    assert decision.reasons[0].why == f"its manifest hashes to {SOFT.digest}, and was listed as {PASSED.digest}"


def test_a_bundle_that_is_not_there_is_told() -> None:
    scene = Scene()
    alone = candidate(None, encode(scene.manifest(scene.bundle())))

    decision = decide([alone], expectation(), pinned_keys())

    assert decision.answer is Answer.REJECTED
    assert "is not there" in decision.reasons[0].why


@pytest.mark.parametrize(
    "changes",
    [
        {"repositories": "hubwright/base"},
        {"repositories": "hubwright"},
        {"valid_from": "2026-05-04"},
        {"valid_until": "2026-05-04"},
        {"valid_until": None},
    ],
)
def test_a_key_counts_on_the_last_of_its_days_and_places(changes: dict[str, Any]) -> None:
    assert decide([PASSED], expectation(), [pinned(**changes)]).answer is Answer.PROVEN


@pytest.mark.parametrize(
    "changes",
    [
        {"repositories": "hubwright/base/deeper"},
        {"repositories": "hubwright/bas"},
        {"valid_from": "2026-05-05", "valid_until": None},
        {"valid_until": "2026-05-03"},
        {"revoked": "it leaked"},
    ],
)
def test_a_key_does_not_count_beyond_them(changes: dict[str, Any]) -> None:
    assert decide([PASSED], expectation(), [pinned(**changes)]).answer is not Answer.PROVEN


def test_a_key_that_stands_twice_counts_where_either_is_valid() -> None:
    keys: list[PinnedKey] = [pinned(valid_until="2026-02-01"), pinned("again", public_key=pinned().public_key)]

    decision = decide([PASSED], expectation(), keys)

    assert decision.proof is not None
    assert decision.proof.key == "again"
