from dataclasses import replace

from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.pipeline.deciding import decide_all
from hubwright.pipeline.duties import Duty
from hubwright.proof.attach import Notary
from hubwright.proof.decide import Answer
from hubwright.verdicts import expected_trials
from proofs import LAYER, claim, pinned_keys, signer, subject

_DUTY = Duty(
    repository="hubwright/base",
    smoke_set="1" * 64,
    shape="2" * 64,
    fingerprint="3" * 64,
    platform="linux/amd64",
    notebooks={"home": "4" * 64},
    kernels=frozenset({"python3"}),
)


def test_each_offer_is_decided_on_for_its_own_image_and_smoke_set() -> None:
    registry = FakeRegistry()
    push_image(registry, "hubwright/base", "fp-1", LAYER)
    notary = Notary(registry=registry, signer=signer("ours"), keys=pinned_keys(), timing=FakeTime().timing())
    said = claim(smoke_set=_DUTY.smoke_set, passed=expected_trials(["home"]))
    notary.attach(said, _DUTY.expectation(subject().digest), subject())
    duties = {"lab": _DUTY, "other": replace(_DUTY, smoke_set="9" * 64), "absent": _DUTY}
    decisions = decide_all(registry, pinned_keys(), duties, {"lab": subject().digest, "other": subject().digest})
    assert {name: each.answer for name, each in decisions.items()} == {"lab": Answer.PROVEN, "other": Answer.ABSENT}


def test_a_registry_that_is_down_leaves_every_answer_open() -> None:
    registry = FakeRegistry()
    registry.unavailable = True
    decisions = decide_all(registry, pinned_keys(), {"lab": _DUTY}, {"lab": subject().digest})
    assert decisions["lab"].answer is Answer.UNKNOWN
