from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.errors import RegistryUnavailableError, SelectionError
from hubwright.fingerprint import smoke_set
from hubwright.model import Matrix
from hubwright.plan import make_plan, select, with_parents
from hubwright.planned import Absent, Action, Plan, Presence, Present, Unasked, Unknown
from values import SHAPE, matrix, prints, profile, variant

FAMILY = matrix(
    variant("base"),
    variant("spark-4.0", "base", image="spark"),
    variant("spark-4.1", "base", image="spark"),
    variant("neuron", "base", sources=("neuron",)),
    variant("neuron-extra", "neuron", sources=("neuron",)),
    profiles=(profile("lab", "base"), profile("data", "spark-4.1")),
)


def _plan(
    *, presence: dict[str, Presence] | None = None, unreachable: dict[str, str] | None = None, of: Matrix = FAMILY,
    patterns: tuple[str, ...] = (), missing: dict[str, str] | None = None,
) -> Plan:  # fmt: skip
    return make_plan(
        of,
        chosen=select(of, patterns),
        fingerprints=prints(of),
        smoke_sets={"lab": smoke_set(SHAPE, [], "4.4.0"), "data": smoke_set(SHAPE, [], "4.4.0")},
        presence={**dict.fromkeys(of.variants, Absent()), **(presence or {})},
        unreachable=unreachable or {},
        missing=missing or {},
    )


def test_what_the_repository_lacks_withholds_an_image_whose_source_answers() -> None:
    decided = _decided(_plan(missing={"neuron": "no lock"}))
    assert decided["neuron"] == (Action.WITHHELD, "no lock")
    assert decided["neuron-extra"] == (Action.BLOCKED, "its parent neuron is withheld")
    decided = _decided(_plan(missing={"neuron": "no lock"}, unreachable={"neuron": "no address"}))
    assert decided["neuron"] == (Action.WITHHELD, "source neuron is unreachable: no address")


def _decided(plan: Plan) -> dict[str, tuple[Action, str]]:
    return {node.variant.name: (node.action, node.reason) for node in plan.nodes}


def test_what_the_registry_lacks_is_built_and_what_it_has_is_reused() -> None:
    plan = _plan(presence={"base": Present(digest="sha256:1234"), "spark-4.0": Unasked()})
    assert _decided(plan) == {
        "base": (Action.REUSE, "the registry has this fingerprint as sha256:1234"),
        "spark-4.0": (Action.BUILD, "no registry was asked"),
        "spark-4.1": (Action.BUILD, "the registry does not have this fingerprint"),
        "neuron": (Action.BUILD, "the registry does not have this fingerprint"),
        "neuron-extra": (Action.BUILD, "the registry does not have this fingerprint"),
    }
    assert [node.digest for node in plan.nodes[:2]] == ["sha256:1234", None]


def test_an_unreachable_source_withholds_its_image_and_blocks_its_children_by_name() -> None:
    child = matrix(*FAMILY.variants.values(), variant("on-neuron", "neuron-extra"))
    decided = _decided(_plan(of=child, unreachable={"neuron": "no address"}))
    assert decided["neuron"] == (Action.WITHHELD, "source neuron is unreachable: no address")
    assert decided["neuron-extra"] == (Action.WITHHELD, "source neuron is unreachable: no address")
    assert decided["on-neuron"] == (Action.BLOCKED, "its parent neuron-extra is withheld")
    assert decided["spark-4.0"][0] is Action.BUILD


def test_an_image_that_is_there_needs_no_source() -> None:
    plan = _plan(presence={"neuron": Present(digest="sha256:1")}, unreachable={"neuron": "no address"})
    assert _decided(plan)["neuron"][0] is Action.REUSE


def test_no_answer_is_not_an_absence() -> None:
    decided = _decided(_plan(presence={"base": Unknown(error=RegistryUnavailableError("it answered 500"))}))
    assert decided["base"] == (
        Action.BLOCKED,
        "the registry did not say whether it has this fingerprint: it answered 500",
    )
    assert {decided[name] for name in ("spark-4.0", "neuron")} == {(Action.BLOCKED, "its parent base is blocked")}


def test_a_child_that_is_there_does_not_wait_for_its_parent() -> None:
    plan = _plan(
        presence={"base": Unknown(error=RegistryUnavailableError("500")), "spark-4.0": Present(digest="sha256:2")}
    )
    assert _decided(plan)["spark-4.0"][0] is Action.REUSE


def test_a_selection_brings_what_it_stands_on_and_says_so() -> None:
    plan = _plan(patterns=("spark-4.1",))
    assert _decided(plan) == {
        "base": (Action.BUILD, "the registry does not have this fingerprint; needed by what was selected"),
        "spark-4.1": (Action.BUILD, "the registry does not have this fingerprint"),
    }
    assert [planned.offer.name for planned in plan.offers] == ["data"]


@pytest.mark.parametrize(
    "patterns, chosen",
    [
        ((), {"base", "spark-4.0", "spark-4.1", "neuron", "neuron-extra"}),
        (("spark",), {"spark-4.0", "spark-4.1"}),
        (("spark*",), {"spark-4.0", "spark-4.1"}),
        (("*4.1", "base"), {"spark-4.1", "base"}),
        (("neuron",), {"neuron"}),
        (("spark-4.[01]", "[!s-z]???"), {"spark-4.0", "spark-4.1", "base"}),
    ],
)
def test_patterns_match_variants_and_images(patterns: tuple[str, ...], chosen: set[str]) -> None:
    assert select(FAMILY, patterns) == chosen


@pytest.mark.parametrize(
    "patterns, message",
    [
        (("sparc",), r"sparc matches no image or variant. Did you mean spark\?"),
        (("base", "zzz*"), r"zzz\* matches no image or variant. `hubwright plan` lists them all"),
        (("\x1b[2J",), r"\\x1b\[2J matches no image"),
        (("BASE",), "BASE matches no image or variant"),
    ],
)
def test_a_pattern_that_matches_nothing_is_an_error(patterns: tuple[str, ...], message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        select(FAMILY, patterns)


@given(st.text("[]!*?-ab", max_size=8))
def test_brackets_mean_what_they_mean_in_every_glob(pattern: str) -> None:
    names = {name for name in ("a", "b", "ab", "ba", "a-b") if fnmatchcase(name, pattern)}
    try:
        chosen = select(matrix(*(variant(name) for name in ("a", "b", "ab", "ba", "a-b"))), [pattern])
    except SelectionError:
        chosen = frozenset()
    assert chosen == names


def test_parents_of_a_long_chain_are_found() -> None:
    names = [f"v{number}" for number in range(10_000)]
    chain = matrix(*(variant(name, parent) for name, parent in zip(names, [None, *names], strict=False)))
    assert with_parents(chain, frozenset({names[-1]})) == set(names)


def test_what_stands_on_an_unlocked_foundation_says_so() -> None:
    plan = make_plan(
        FAMILY,
        chosen=frozenset({"base", "spark-4.0"}),
        fingerprints=prints(FAMILY),
        smoke_sets={"lab": smoke_set(SHAPE, [], "4.4.0")},
        presence=dict.fromkeys(FAMILY.variants, Unasked()),
        unreachable={},
        unlocked={"base": "foundation trixie is not locked yet"},
    )
    assert _decided(plan) == {
        "base": (
            Action.BUILD,
            "no registry was asked; foundation trixie is not locked yet, run `hubwright lock`",
        ),
        "spark-4.0": (Action.BUILD, "no registry was asked"),
    }
