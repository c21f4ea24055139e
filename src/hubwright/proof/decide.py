"""The only code that says yes. A pure function of bytes: it asks nobody, and looks at no clock."""

from collections.abc import Sequence
from enum import StrEnum

from hubwright.frozen import dataclass
from hubwright.proof.examine import CANDIDATES_LIMIT, Candidate, Proof, Unread, examine, is_clean
from hubwright.proof.keys import PinnedKey
from hubwright.proof.statement import Claim
from hubwright.proof.strict import Discounted, Refused
from hubwright.words import listed


class Answer(StrEnum):
    PROVEN = "proven"
    ABSENT = "absent"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """What has to be proven: that this image passed these tests of this smoke set (hexadecimal)."""

    image: str
    digest: str
    smoke_set: str
    tests: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """`proof` is what a PROVEN or a BLOCKED rests on; `reasons` say why each candidate proves nothing."""

    answer: Answer
    proof: Proof | None
    reasons: tuple[Reason, ...]

    @property
    def on_hardware(self) -> bool:
        """Return whether it is proven on everything that its shape asks for."""
        return self.answer is Answer.PROVEN and self.proof is not None and self.proof.claim.hardware


def decide(candidates: Sequence[Candidate | Unread], expectation: Expectation, keys: Sequence[PinnedKey]) -> Decision:
    """Return what the candidates prove together.

    A signed failure decides against everything else, even what could not be read: no further proof could undo it.
    """
    if len(candidates) > CANDIDATES_LIMIT:
        why = f"there are {len(candidates)} candidates; more than {CANDIDATES_LIMIT} are an attack or a mistake"
        return Decision(answer=Answer.UNKNOWN, proof=None, reasons=(Reason(where=expectation.digest, why=why),))
    weighed = [_weigh(candidate, expectation, keys) for candidate in candidates]
    answers = {each.answer for each in weighed} | {Answer.ABSENT}
    answer = next(each for each in _STRONGEST_FIRST if each in answers)
    rests_on = [each.proof for each in weighed if each.proof and each.answer is answer]
    return Decision(
        answer=answer,
        proof=max(rests_on, key=_rank, default=None),
        reasons=tuple(
            Reason(where=candidate.where, why=each.why)
            for candidate, each in zip(candidates, weighed, strict=True)
            if each.why
        ),
    )


_STRONGEST_FIRST = (Answer.BLOCKED, Answer.UNKNOWN, Answer.PROVEN, Answer.REJECTED, Answer.ABSENT)


def _rank(proof: Proof) -> tuple[bool, str, str]:
    return proof.claim.hardware, proof.claim.finished_on, proof.digest


@dataclass(frozen=True, kw_only=True, slots=True)
class _Weighed:
    answer: Answer
    why: str = ""
    proof: Proof | None = None


def _weigh(candidate: Candidate | Unread, expectation: Expectation, keys: Sequence[PinnedKey]) -> _Weighed:
    if isinstance(candidate, Unread):
        return _Weighed(answer=Answer.UNKNOWN, why=candidate.why)
    try:
        proof = examine(candidate, image=expectation.image, digest=expectation.digest, keys=keys)
        _check_smoke_set(proof.claim, expectation.smoke_set)
    except Discounted as refusal:
        return _Weighed(answer=Answer.ABSENT, why=str(refusal))
    except Refused as refusal:
        return _Weighed(answer=Answer.REJECTED, why=str(refusal))
    if not is_clean(proof.claim):
        return _Weighed(answer=Answer.BLOCKED, why=_failure(proof.claim), proof=proof)
    if proof.claim.passed != expectation.tests or not expectation.tests:
        return _Weighed(answer=Answer.REJECTED, why=_difference(proof.claim.passed, expectation.tests))
    return _Weighed(answer=Answer.PROVEN, proof=proof)


def _check_smoke_set(claim: Claim, smoke_set: str) -> None:
    if claim.smoke_set != smoke_set:
        msg = f"it is about smoke set {claim.smoke_set[:12]}, and today's is {smoke_set[:12]}"
        raise Refused(msg)


def _failure(claim: Claim) -> str:
    missed = (f"the canary of {kernel}" for kernel, caught in sorted(claim.canaries.items()) if not caught)
    what = listed((*sorted(claim.failed), *sorted(claim.warned), *missed), conjunction="and") or "no test is named"
    return f"it says {claim.result.value}: {what}"


def _difference(passed: frozenset[str], expected: frozenset[str]) -> str:
    missing, more = sorted(expected - passed), sorted(passed - expected)
    told = [f"lacks {listed(missing, conjunction='and')}"] if missing else []
    told += [f"has {listed(more, conjunction='and')} besides"] if more else []
    return f"it {listed(told, conjunction='and')}" if told else "no test was expected to pass, which proves nothing"
