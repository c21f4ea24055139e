from collections.abc import Mapping
from dataclasses import replace

import pytest

from corpus.case import replaced
from fakes.content import image_body, push_image
from fakes.registry import FakeRegistry
from hubwright.errors import BuildError, MatrixError
from hubwright.matrix.load import load_matrix
from hubwright.model import Needs, Variant
from hubwright.pipeline.promoting import Promotion, earned, promote, tags_of
from hubwright.proof.decide import Answer, Decision
from hubwright.proof.examine import Proof
from hubwright.registries.interface import is_tag, sha256_digest
from proofs import claim
from values import matrix, policy, profile, variant

_OLD, _NEW = b"old", b"new"
_REPOSITORY = "hubwright/base"
_TAGS = ("proven-2026-11-21", "proven")


def _digest(layer: bytes) -> str:
    return sha256_digest(image_body(layer))


def _decision(answer: Answer, *, hardware: bool = True) -> Decision:
    proof = Proof(where="tag", digest="sha256:1", key="ours", claim=claim(hardware=hardware))
    return Decision(answer=answer, proof=proof if answer is Answer.PROVEN else None, reasons=())


_PROVEN, _SOFT = _decision(Answer.PROVEN), _decision(Answer.PROVEN, hardware=False)


def _registry() -> FakeRegistry:
    registry = FakeRegistry()
    for layer in (_OLD, _NEW):
        push_image(registry, _REPOSITORY, f"fp-{layer.decode()}", layer)
    return registry


def _held(registry: FakeRegistry, tag: str) -> str | None:
    found = registry.resolve(_REPOSITORY, tag)
    return found.digest if found else None


def test_both_tags_give_the_identical_image_afterwards() -> None:
    registry = _registry()
    assert promote(registry, _REPOSITORY, _digest(_NEW), _TAGS)
    assert [_held(registry, tag) for tag in _TAGS] == [_digest(_NEW)] * 2


def test_a_tag_that_is_there_already_is_not_written_and_gets_no_new_day() -> None:
    registry = _registry()
    promote(registry, _REPOSITORY, _digest(_NEW), _TAGS)
    before = list(registry.writes)
    assert not promote(registry, _REPOSITORY, _digest(_NEW), ("proven-2026-11-22", "proven"))
    assert registry.writes == before
    assert _held(registry, "proven-2026-11-22") is None


def test_the_moving_tag_moves_and_the_dated_one_stays() -> None:
    registry = _registry()
    promote(registry, _REPOSITORY, _digest(_OLD), _TAGS)
    promote(registry, _REPOSITORY, _digest(_NEW), ("proven-2026-11-22", "proven"))
    assert (_held(registry, "proven-2026-11-21"), _held(registry, "proven")) == (_digest(_OLD), _digest(_NEW))


def test_an_image_that_is_gone_is_not_promoted() -> None:
    registry = FakeRegistry()
    with pytest.raises(BuildError, match="is not in the registry any more"):
        promote(registry, _REPOSITORY, _digest(_NEW), _TAGS)
    assert registry.writes == []


@pytest.mark.parametrize(
    "lab, more, promoted",
    [
        (_PROVEN, _PROVEN, True),
        (_PROVEN, _SOFT, True),
        (_PROVEN, None, False),
        (_PROVEN, _decision(Answer.BLOCKED), False),
        (_decision(Answer.ABSENT), _PROVEN, False),
        (_decision(Answer.UNKNOWN), _PROVEN, False),
        (_decision(Answer.REJECTED), _PROVEN, False),
    ],
)
def test_only_a_variant_whose_every_start_is_proven_earns_its_tags(
    lab: Decision, more: Decision | None, *, promoted: bool
) -> None:
    base = variant("base")
    of = matrix(base, profiles=(profile("lab", "base"), profile("more", "base")))
    decisions = {"lab": lab, **({"more": more} if more else {})}
    wanted = (Promotion(variant=base, digest="sha256:1"),) if promoted else ()
    assert earned(of, {"base": "sha256:1"}, decisions) == wanted


def test_a_profile_that_needs_hardware_lends_its_tags_to_no_weaker_proof() -> None:
    gpu = replace(profile("gpu", "cuda"), policy=policy(needs=Needs.HARDWARE))
    of = matrix(variant("cuda"), profiles=(gpu,))
    assert earned(of, {"cuda": "sha256:1"}, {"gpu": _SOFT}) == ()
    assert len(earned(of, {"cuda": "sha256:1"}, {"gpu": _PROVEN})) == 1


def test_what_is_offered_nowhere_or_is_not_there_earns_nothing() -> None:
    of = matrix(variant("base"), variant("idle"), profiles=(profile("lab", "base"),))
    assert earned(of, {"idle": "sha256:1"}, {"lab": _PROVEN}) == ()


def test_variants_of_one_image_do_not_share_a_tag() -> None:
    one, two = variant("pyspark-spark3.5", image="pyspark"), variant("pyspark-spark4.1", image="pyspark")
    assert tags_of(one, [one, two], "2026-11-21") == ("proven-spark3.5-2026-11-21", "proven-spark3.5")
    assert tags_of(one, [one, variant("base")], "2026-11-21") == ("proven-2026-11-21", "proven")


def _variants_of_b(last: str) -> Mapping[str, Variant]:
    long = "v" * 35
    axes = f"{{p: [{long}], q: [{long}], ppp: [{last}1, {last}2]}}"
    text = replaced("{from: trixie}", f"{{from: trixie}}\n  b: {{from: trixie, axes: {axes}}}")
    return load_matrix(text.encode(), "m.yaml").variants


def test_no_name_that_a_matrix_takes_is_too_long_for_its_tags() -> None:
    made = _variants_of_b("v" * 32).values()
    tags = [tag for each in made if each.image == "b" for tag in tags_of(each, made, "2026-11-21")]
    assert (len(tags), all(map(is_tag, tags)), max(map(len, tags))) == (4, True, 128)
    with pytest.raises(MatrixError, match="is longer than 112 characters"):
        _variants_of_b("v" * 33)
