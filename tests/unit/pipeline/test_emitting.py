from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import pytest

from fakes.registry import FakeRegistry
from hubwright.errors import ProofUnknownError
from hubwright.model import Needs, Offer, OnWithheld
from hubwright.offering import Basis, Evidence, Pin, Proven
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.emitting import entries_of, evidence_today, proven_of
from hubwright.proof.decide import Answer, Decision, Reason
from hubwright.proof.examine import Proof
from hubwright.proof.history import Interest
from hubwright.proof.statement import Result
from proofs import claim
from values import matrix, policy, profile, variant

_MATRIX = matrix(variant("base"), variant("cuda"), profiles=(profile("lab", "base"), profile("gpu", "cuda")))
_DESTINATION = Destination(registry=FakeRegistry(), host="host:1", prefix="team")
_TODAY = "2026-11-21"


def _decision(answer: Answer, *why: str, hardware: bool = True) -> Decision:
    proof = Proof(where="tag", digest="sha256:p", key="ours", claim=claim(hardware=hardware))
    reasons = tuple(Reason(where=f"proof-{number}", why=each) for number, each in enumerate(why, 1))
    return Decision(answer=answer, proof=proof if answer is Answer.PROVEN else None, reasons=reasons)


_FAILED = Decision(
    answer=Answer.BLOCKED,
    proof=Proof(
        where="failed-1",
        digest="sha256:p",
        key="ours",
        claim=claim(result=Result.FAILED, passed=frozenset(), failed=frozenset({"home", "contract"})),
    ),
    reasons=(),
)


def _evidence(decisions: Mapping[str, Decision], reasons: Mapping[str, str] | None = None) -> dict[str, Evidence]:
    digests = {"base": "sha256:b"}
    return evidence_today(_MATRIX, _DESTINATION, digests=digests, decisions=decisions, reasons=reasons or {})


@dataclass
class _Past:
    """What was proven once, and who asked for it."""

    known: dict[str, tuple[Proven, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, offers: Collection[Offer], _: Interest) -> Mapping[str, tuple[Proven, ...]]:
        self.asked += [offer.name for offer in offers]
        return self.known


_PROVEN = proven_of(Proof(where="tag", digest="sha256:p", key="ours", claim=claim()))


def test_what_is_known_of_a_proof_is_what_its_claim_says() -> None:
    said = claim(hardware=False)
    proven = proven_of(Proof(where="tag", digest="sha256:p", key="ours", claim=said))
    assert proven == Proven(
        digest=said.digest,
        fingerprint=said.fingerprint,
        proof="sha256:p",
        key="ours",
        on=said.finished_on,
        hardware=False,
        smoke_set=said.smoke_set,
    )


def test_every_start_has_its_evidence() -> None:
    known = _evidence({"lab": _decision(Answer.PROVEN)})
    lab, gpu = known["lab"], known["gpu"]
    assert (lab.repository, lab.digest, lab.today, lab.reason) == ("team/base", "sha256:b", _PROVEN, "")
    assert (gpu.repository, gpu.digest, gpu.today) == ("team/cuda", None, None)
    assert gpu.reason == "its image is not in the registry"


@pytest.mark.parametrize(
    "decision, reason",
    [
        (_decision(Answer.ABSENT), "nothing is proven about its image yet; `hubwright verify` rehearses it"),
        (_decision(Answer.BLOCKED, "it says so"), "it failed its rehearsal: proof-1: it says so"),
        (_FAILED, "it failed its rehearsal on 2026-05-04: contract and home"),
        (_decision(Answer.REJECTED, "a", "b"), "no proof of it holds: proof-1: a; proof-2: b"),
    ],
)
def test_what_is_not_proven_says_why(decision: Decision, reason: str) -> None:
    evidence = _evidence({"lab": decision})["lab"]
    assert evidence.today is None
    assert evidence.reason == reason


def test_who_tried_knows_better_why_not() -> None:
    assert _evidence({"lab": _decision(Answer.ABSENT)}, {"lab": "the hub died"})["lab"].reason == "the hub died"


def test_where_nobody_could_find_out_nothing_is_said() -> None:
    with pytest.raises(ProofUnknownError, match=r"whether lab is proven .*: proof-1: a; proof-2: b\. What was written"):
        _evidence({"lab": _decision(Answer.UNKNOWN, "a", "b"), "gpu": _decision(Answer.PROVEN)})


@pytest.mark.parametrize(
    "changes, pins, asked",
    [
        ({}, {}, []),
        ({"needs": Needs.HARDWARE}, {}, ["lab"]),
        ({"needs": Needs.HARDWARE, "on_withheld": OnWithheld.DROP}, {}, []),
        ({"needs": Needs.HARDWARE, "on_withheld": OnWithheld.FAIL}, {}, []),
        ({}, {"lab": Pin(digest=_PROVEN.digest, because="it works")}, ["lab"]),
    ],
)
def test_it_is_only_looked_back_where_today_does_not_do(
    changes: dict[str, object], pins: dict[str, Pin], asked: list[str]
) -> None:
    lab = replace(_MATRIX.profiles[0], policy=policy(**changes))
    of, past = replace(_MATRIX, profiles=(lab,)), _Past()
    known = {"lab": _evidence({"lab": _decision(Answer.PROVEN, hardware=False)})["lab"]}
    entries_of(of, known, pins=pins, look_back=past, today=_TODAY)
    assert past.asked == asked


def test_the_last_good_of_one_profile_does_not_touch_the_others() -> None:
    past = _Past({"gpu": (replace(_PROVEN, digest="sha256:old"),)})
    known = _evidence({"lab": _decision(Answer.PROVEN)}, {"gpu": "its image did not build"})
    lab, gpu = entries_of(_MATRIX, known, pins={}, look_back=past, today="2026-05-05")
    assert [(start.basis, start.proven.digest) for start in lab.starts] == [(Basis.TODAY, _PROVEN.digest)]
    assert [(start.basis, start.proven.digest, start.reason) for start in gpu.starts] == [
        (Basis.LAST_GOOD, "sha256:old", "its image did not build")
    ]
