from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.errors import (
    BuildError,
    HubError,
    HubwrightError,
    ProofNotStandingError,
    ProofUnknownError,
    SigningError,
)
from hubwright.fingerprint import shape_fingerprint, smoke_set
from hubwright.pipeline.casting import Call
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.duties import Duty, duties
from hubwright.pipeline.proving import Proving, standing_verdict
from hubwright.planned import Action, Node, Plan, PlannedOffer, SmokeNotebook
from hubwright.progress import Milestone, Moves
from hubwright.proof.attach import Notary
from hubwright.proof.decide import Answer, Decision, Reason
from hubwright.proof.examine import Proof
from hubwright.proof.gather import verify
from hubwright.verdicts import KERNEL_ADMITS, Evidence, Standing, Trial, Verdict
from proofs import LAYER, claim, pinned_keys, signer, subject
from values import CHART, SHAPE, matrix, prints, profile, variant

_BASE = variant("base", smoke=("home",))
_MATRIX = matrix(_BASE, profiles=(profile("lab", "base"),))
_OFFER = _MATRIX.profiles[0].offers[0]
_HOME = SmokeNotebook(name="home", sha256="5" * 64, kernel="python3")
_SET = smoke_set(SHAPE, [_HOME], "4.4.0")
_PLAN = Plan(
    chart=CHART,
    nodes=(
        Node(variant=_BASE, fingerprint=prints(_MATRIX)["base"], action=Action.BUILD, reason="a reason", digest=None),
    ),
    offers=(PlannedOffer(offer=_OFFER, smoke_set=_SET),),
)
_BEGAN = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
_NAMES = ("start", "server-outside", "home", "contract", "used home", "network home")
_GPU = {"nvidia.com/gpu": 1}


def _trials(*, failed: str = "", admits: bool = True) -> tuple[Trial, ...]:
    seen = [Evidence(check="a check", expected=1, seen=1, where="somewhere")]
    if admits:
        seen.append(Evidence(check=KERNEL_ADMITS, expected="error", seen="error", where="kernel python3"))
    return tuple(
        Trial(name=name, evidence=() if name == failed else tuple(seen), findings=(), seconds=1.0) for name in _NAMES
    )


@dataclass
class _World:
    """A registry with one image, and a house that says what a test wants it to."""

    registry: FakeRegistry = field(default_factory=FakeRegistry)
    standing: Standing = Standing.PROVEN
    trials: tuple[Trial, ...] = field(default_factory=_trials)
    devices: frozenset[str] = frozenset()
    signs: bool = True
    rehearsed: int = 0
    by: str = "ours"

    def __post_init__(self) -> None:
        push_image(self.registry, "hubwright/base", "fp-1", LAYER)

    @property
    def duty(self) -> Duty:
        destination = Destination(registry=self.registry, host="host:1", prefix="hubwright")
        return duties(_PLAN, destination)["lab"]

    def call(self, resources: Mapping[str, int] | None = None) -> Call:
        offer = replace(_OFFER, shape=replace(SHAPE, resources=resources or {}))
        return Call(offer=offer, variant=_BASE, ref="host:1/hubwright/base@x", digest=subject().digest)

    def proving(self) -> Proving:
        timing = FakeTime().timing()
        keys = pinned_keys()
        notary = Notary(registry=self.registry, signer=signer(self.by), keys=keys, timing=timing)
        moments = iter(_BEGAN + timedelta(minutes=minute) for minute in range(99))
        return Proving(
            registry=self.registry,
            keys=keys,
            duties={"lab": self.duty},
            rehearse=self.rehearse,
            has_devices=lambda resources: set(resources) <= self.devices,
            clock=lambda: next(moments),
            notary=(lambda: notary) if self.signs else None,
        )

    def show(self, *, resources: Mapping[str, int] | None = None) -> Verdict:
        return self.proving().show(self.call(resources), lambda _: None)

    def answer(self) -> Answer:
        return verify(self.registry, self.duty.expectation(subject().digest), pinned_keys()).answer

    def rehearse(self, call: Call, moves: Moves) -> Verdict:
        moves(Milestone(doing="playing", done=0, total=1))
        self.rehearsed += 1
        return Verdict(
            offer=call.offer.name,
            variant=call.offer.variant,
            digest=call.digest,
            standing=self.standing,
            reason="",
            trials=self.trials,
            seconds=1.0,
        )


def test_a_duty_names_all_that_a_proof_is_about() -> None:
    duty = _World().duty
    assert (duty.repository, duty.smoke_set, duty.platform) == ("hubwright/base", _SET.hex, "linux/amd64")
    assert (duty.shape, duty.fingerprint) == (shape_fingerprint(SHAPE).hex, prints(_MATRIX)["base"].hex)
    assert (duty.notebooks, duty.kernels) == ({"home": "5" * 64}, frozenset({"python3"}))
    assert duty.expectation("sha256:1").tests == frozenset(_NAMES)


def test_what_was_rehearsed_is_signed_and_what_is_signed_is_not_rehearsed_again() -> None:
    world = _World()
    first, again = world.show(), world.show()
    assert (first.standing, again.standing) == (Standing.PROVEN, Standing.PROVEN)
    assert (world.rehearsed, world.answer()) == (1, Answer.PROVEN)
    assert again.reason == "it was proven on 2026-05-04, and nothing has changed"
    assert (again.offer, again.variant, again.digest, again.trials) == ("lab", "base", subject().digest, ())


@pytest.mark.parametrize(
    "by, error", [("stranger", SigningError), ("expired", ProofNotStandingError), ("revoked", ProofNotStandingError)]
)
def test_nothing_is_rehearsed_for_a_signature_that_would_not_count(by: str, error: type[HubwrightError]) -> None:
    world = _World(by=by)
    with pytest.raises(error):
        world.show()
    assert (world.rehearsed, world.registry.tags("hubwright/base")) == (0, ("fp-1",))


def test_the_claim_says_what_was_seen_and_when() -> None:
    world = _World()
    proving = world.proving()
    proving.show(world.call(), lambda _: None)
    proof = proving.decisions["lab"].proof
    assert proof is not None
    assert (proof.claim.started_on, proof.claim.finished_on) == ("2026-05-04T03:00:00Z", "2026-05-04T03:01:00Z")
    assert (proof.claim.passed, proof.claim.canaries) == (frozenset(_NAMES), {"python3": True})
    assert proof.claim.notebooks == {"notebooks/smoke/home.ipynb": "5" * 64}
    assert (proof.claim.shape, proof.claim.fingerprint) == (world.duty.shape, world.duty.fingerprint)


def test_a_failure_is_signed_and_is_never_retried() -> None:
    world = _World(standing=Standing.FAILED, trials=_trials(failed="home"))
    world.show()
    world.standing, world.trials = Standing.PROVEN, _trials()
    verdict = world.show()
    assert (verdict.standing, world.rehearsed, world.answer()) == (Standing.FAILED, 1, Answer.BLOCKED)
    assert "it was rehearsed on 2026-05-04 (failed-" in verdict.reason
    assert "it says FAILED: home. A verdict is never retried: change the image" in verdict.reason


def test_a_success_does_not_stand_beside_a_failure_that_came_while_it_was_rehearsed() -> None:
    world = _World()
    proving = world.proving()

    def meanwhile(call: Call, moves: Moves) -> Verdict:
        other = _World(registry=world.registry, standing=Standing.FAILED, trials=_trials(failed="home"))
        other.show()
        return world.rehearse(call, moves)

    with pytest.raises(ProofNotStandingError):
        replace(proving, rehearse=meanwhile).show(world.call(), lambda _: None)
    assert world.answer() is Answer.BLOCKED


def test_a_kernel_that_was_not_seen_to_fail_proves_nothing_whatever_the_verdict_says() -> None:
    world = _World(trials=_trials(admits=False))
    with pytest.raises(ProofNotStandingError, match="the canary of python3"):
        world.show()
    assert world.answer() is Answer.BLOCKED


def test_a_trial_that_nobody_saw_is_not_signed_as_passed() -> None:
    world = _World(trials=_trials()[:-1])
    with pytest.raises(ProofNotStandingError, match="lacks network home"):
        world.show()


@pytest.mark.parametrize("devices, rehearsed", [(frozenset(), 1), (frozenset(_GPU), 2)])
def test_what_is_proven_without_hardware_is_proven_again_where_there_is_some(
    devices: frozenset[str], rehearsed: int
) -> None:
    world = _World(standing=Standing.WITHOUT_HARDWARE)
    world.show(resources=_GPU)
    world.standing, world.devices = Standing.PROVEN, devices
    verdict = world.show(resources=_GPU)
    assert world.rehearsed == rehearsed
    assert verdict.standing is (Standing.PROVEN if devices else Standing.WITHOUT_HARDWARE)
    world.show(resources=_GPU)
    assert world.rehearsed == rehearsed


def test_a_registry_that_does_not_answer_is_no_reason_to_rehearse() -> None:
    world = _World()
    proving = world.proving()
    world.registry.unavailable = True
    with pytest.raises(ProofUnknownError, match="whether host:1/hubwright/base@x is proven could not be found out"):
        proving.show(world.call(), lambda _: None)
    assert (world.rehearsed, proving.decisions["lab"].answer) == (0, Answer.UNKNOWN)


def test_everything_that_could_not_be_read_is_told() -> None:
    world = _World()
    proving = world.proving()
    world.registry.unavailable = True
    with pytest.raises(ProofUnknownError) as raised:
        proving.show(world.call(), lambda _: None)
    told = proving.decisions["lab"].reasons
    assert len(told) > 1
    assert f"found out: {'; '.join(map(str, told))}. Run again" in str(raised.value)


def test_a_failure_that_nobody_can_quote_is_still_one() -> None:
    verdict = standing_verdict(
        Decision(answer=Answer.BLOCKED, proof=None, reasons=()), _World().call().offer, _World().call().digest
    )
    assert verdict.standing is Standing.FAILED
    assert verdict.reason.startswith("it was rehearsed before: it failed. A verdict is never retried")


def test_a_failure_is_quoted_with_its_place() -> None:
    reasons = (Reason(where="failed-1", why="it says FAILED: home"), Reason(where="proof-1", why="another"))
    proof = Proof(where="failed-1", digest="sha256:p", key="ours", claim=claim())
    verdict = standing_verdict(
        Decision(answer=Answer.BLOCKED, proof=proof, reasons=reasons), _World().call().offer, _World().call().digest
    )
    assert verdict.reason.startswith("it was rehearsed on 2026-05-04 (failed-1): it says FAILED: home. A verdict")


def test_without_a_notary_nothing_is_written() -> None:
    world = _World(signs=False)
    before = list(world.registry.writes)
    assert world.show().standing is Standing.PROVEN
    assert (world.registry.writes, world.answer()) == (before, Answer.ABSENT)


def test_nothing_is_rehearsed_that_nobody_could_sign() -> None:
    world = _World()

    def nobody() -> Notary:
        msg = "there is no key"
        raise SigningError(msg)

    with pytest.raises(SigningError, match="there is no key"):
        replace(world.proving(), notary=nobody).show(world.call(), lambda _: None)
    assert world.rehearsed == 0


def test_an_image_that_is_gone_after_its_rehearsal_is_not_signed() -> None:
    world = _World()
    proving = world.proving()
    world.registry.manifests.clear()
    with pytest.raises(BuildError, match="is not in the registry any more; nothing was signed"):
        proving.show(world.call(), lambda _: None)


def test_a_rehearsal_that_could_not_be_held_signs_nothing() -> None:
    world = _World()
    before = list(world.registry.writes)

    def broken(call: Call, moves: Moves) -> Verdict:
        del call, moves
        msg = "the hub died"
        raise HubError(msg)

    with pytest.raises(HubError):
        replace(world.proving(), rehearse=broken).show(world.call(), lambda _: None)
    assert world.registry.writes == before
