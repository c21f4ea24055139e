"""Each start of a run, shown once: by a proof that stands, or by a rehearsal that is then signed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from hubwright import __version__
from hubwright.canonical import canonical_sha256
from hubwright.errors import BuildError, ProofUnknownError
from hubwright.languages import judge_parts
from hubwright.model import Offer
from hubwright.notebook import notebook_path
from hubwright.pipeline.casting import Call
from hubwright.pipeline.duties import Duty
from hubwright.progress import Moves
from hubwright.proof.attach import Notary, require_counting
from hubwright.proof.decide import Answer, Decision
from hubwright.proof.gather import verify
from hubwright.proof.keys import PinnedKey
from hubwright.proof.statement import Claim, Result
from hubwright.registries.interface import Descriptor, Registry
from hubwright.verdicts import KERNEL_ADMITS, Standing, Verdict


@dataclass(kw_only=True, slots=True)
class Proving:
    """Decides, rehearses what is undecided, and signs what came of it; usable from many threads.

    Without a `notary` nothing is signed. `has_devices` says whether this machine has what some resources ask for: only
    then does it make sense to prove again what was proven without.
    `decisions` holds what stands in the registry in the end, by the name of the offer.
    """

    registry: Registry
    keys: Sequence[PinnedKey]
    duties: Mapping[str, Duty]
    rehearse: Callable[[Call, Moves], Verdict]
    has_devices: Callable[[Mapping[str, int]], bool]
    clock: Callable[[], datetime]
    notary: Callable[[], Notary] | None = None
    decisions: dict[str, Decision] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def show(self, call: Call, moves: Moves) -> Verdict:
        """Return the verdict on one start; an error of the family says that nothing could be found out."""
        duty = self.duties[call.offer.name]
        decision = self._decided(call, verify(self.registry, duty.expectation(call.digest), self.keys))
        if decision.answer is Answer.UNKNOWN:
            raise ProofUnknownError(_unknown(call, decision))
        if self._settles(decision, call):
            return standing_verdict(decision, call.offer, call.digest)
        notary = self.notary() if self.notary else None
        began = self.clock()
        if notary is not None:
            # Nobody rehearses for minutes to hear then that there is no key, or one that does not count.
            require_counting(notary.signer.public_key, image=duty.repository, keys=notary.keys, on=_time(began))
        verdict = self.rehearse(call, moves)
        if notary is not None:
            claim = claim_of(verdict, duty, began=began, ended=self.clock())
            attached = notary.attach(claim, duty.expectation(call.digest), self._subject(duty, call.digest))
            self._decided(call, attached.decision)
        return verdict

    def _settles(self, decision: Decision, call: Call) -> bool:
        """Return whether a rehearsal on this machine could add nothing to what stands."""
        if decision.answer is Answer.PROVEN:
            return decision.on_hardware or not self.has_devices(call.offer.shape.resources)
        return decision.answer is Answer.BLOCKED

    def _decided(self, call: Call, decision: Decision) -> Decision:
        with self._lock:
            self.decisions[call.offer.name] = decision
        return decision

    def _subject(self, duty: Duty, digest: str) -> Descriptor:
        manifest = self.registry.manifest(duty.repository, digest)
        if manifest is None:
            msg = f"{duty.repository}@{digest} was rehearsed and is not in the registry any more; nothing was signed"
            raise BuildError(msg)
        return manifest.descriptor


def standing_verdict(decision: Decision, offer: Offer, digest: str) -> Verdict:
    """Return what a proof or a failure that stands in the registry says, as a rehearsal would have said it."""
    proof = decision.proof
    made = f"on {proof.claim.finished_on[:10]}" if proof else "before"
    if decision.answer is Answer.BLOCKED:
        tag = f" ({proof.where})" if proof else ""
        why = decision.reasons[0].why if decision.reasons else "it failed"
        standing = Standing.FAILED
        reason = (
            f"it was rehearsed {made}{tag}: {why}. A verdict is never retried: change the image, or what it is tested "
            "with, and it is judged anew"
        )
    else:
        standing = Standing.PROVEN if decision.on_hardware else Standing.WITHOUT_HARDWARE
        reason = f"it was proven {made}, and nothing has changed"
    return Verdict(
        offer=offer.name,
        variant=offer.variant,
        digest=digest,
        standing=standing,
        reason=reason,
        trials=(),
        seconds=0.0,
    )


def claim_of(verdict: Verdict, duty: Duty, *, began: datetime, ended: datetime) -> Claim:
    """Return what is signed about a rehearsal; a trial that was not seen to pass is not said to have."""
    expected = duty.expectation(verdict.digest).tests
    passed = frozenset(trial.name for trial in verdict.trials if trial.passed)
    admitted = {each.where for trial in verdict.trials for each in trial.evidence if each.check == KERNEL_ADMITS}
    good = verdict.standing is not Standing.FAILED
    return Claim(
        image=duty.repository,
        digest=verdict.digest,
        smoke_set=duty.smoke_set,
        shape=duty.shape,
        fingerprint=duty.fingerprint,
        platform=duty.platform,
        result=Result.PASSED if good else Result.FAILED,
        hardware=verdict.standing is Standing.PROVEN,
        notebooks={notebook_path(name): sha256 for name, sha256 in duty.notebooks.items()},
        canaries={kernel: f"kernel {kernel}" in admitted for kernel in duty.kernels},
        judge_version=__version__,
        judge_sha256=canonical_sha256(judge_parts()),
        passed=passed,
        failed=frozenset() if good else expected - passed,
        started_on=_time(began),
        finished_on=_time(ended),
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unknown(call: Call, decision: Decision) -> str:
    told = "; ".join(str(reason) for reason in decision.reasons)
    return f"whether {call.ref} is proven could not be found out: {told}. Run again"
