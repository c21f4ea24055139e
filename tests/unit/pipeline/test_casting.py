from dataclasses import replace

import pytest

from fakes.registry import FakeRegistry
from hubwright.errors import BuildError, SelectionError
from hubwright.model import Matrix
from hubwright.pipeline.casting import Call, Cast, missing_images, offer_like, unbuilt_images
from hubwright.pipeline.destination import Destination
from hubwright.planned import Action, Made, Node, Plan, PlannedOffer, Published
from hubwright.schedule import Aborted, Done, Failed
from values import CHART, matrix, prints, profile, variant

_BASE = variant("base", smoke=("home",))
_SPARK = variant("spark", "base", smoke=("home", "local"))
_MATRIX = matrix(_BASE, _SPARK, profiles=(profile("lab", "base"), profile("data", "spark"), profile("more", "base")))


def _digest(letter: str) -> str:
    return f"sha256:{letter * 64}"


def _plan(of: Matrix, digests: dict[str, str], actions: dict[str, Action] | None = None) -> Plan:
    known = prints(of)
    nodes = tuple(
        Node(
            variant=each,
            fingerprint=known[each.name],
            action=(actions or {}).get(each.name, Action.REUSE if each.name in digests else Action.BUILD),
            reason="a reason",
            digest=digests.get(each.name),
        )
        for each in of.variants.values()
    )
    offers = [offer for each in of.profiles for offer in each.offers]
    return Plan(
        chart=CHART,
        nodes=nodes,
        offers=tuple(PlannedOffer(offer=offer, smoke_set=known[offer.variant]) for offer in offers),
    )


def _cast(plan: Plan) -> tuple[Cast, list[Call]]:
    begun: list[Call] = []
    destination = Destination(registry=FakeRegistry(), host="host:1", prefix="team")
    return Cast(plan, destination, begun.append), begun


def test_an_image_plays_every_offer_that_is_made_of_it_by_the_digest_that_the_registry_has() -> None:
    cast, begun = _cast(_plan(_MATRIX, {}))
    cast.enter("base", _digest("a"))
    assert [(part.offer.profile, part.ref, part.digest) for part in begun] == [
        ("lab", f"host:1/team/base@{_digest('a')}", _digest("a")),
        ("more", f"host:1/team/base@{_digest('a')}", _digest("a")),
    ]
    assert (begun[0].variant, begun[0].parent_ref) == (_BASE, None)


@pytest.mark.parametrize("entered", [True, False])
def test_the_parent_is_named_by_its_digest_whether_it_was_there_or_came_now(entered: bool) -> None:  # noqa: FBT001 - a case
    cast, begun = _cast(_plan(_MATRIX, {} if entered else {"base": _digest("a")}))
    if entered:
        cast.enter("base", _digest("a"))
    cast.enter("spark", _digest("b"))
    assert begun[-1].parent_ref == f"host:1/team/base@{_digest('a')}"


def test_a_parent_that_the_registry_has_lost_is_not_named() -> None:
    cast, begun = _cast(_plan(_MATRIX, {}))
    cast.enter("spark", _digest("b"))
    assert begun[0].parent_ref is None


def test_the_reason_why_an_image_is_missing_after_a_build_is_told_as_a_profile_s_user_would_ask() -> None:
    three = matrix(_BASE, _SPARK, variant("neuron"), variant("other"))
    plan = _plan(three, {}, {"neuron": Action.WITHHELD})
    made = Made(published=Published(digest=_digest("a"), size=1), built=True, seconds=1.0)
    error = BuildError("it does not build")
    assert missing_images(
        plan, {"base": Failed(error=error), "spark": Aborted(because_of="base"), "other": Done(value=made)}
    ) == {
        "base": "its image did not build",
        "spark": "its image stands on base, which did not build",
        "neuron": "its image is withheld: a reason",
    }


def test_the_reason_why_an_image_is_missing_where_nothing_is_built() -> None:
    three = matrix(_BASE, _SPARK, variant("neuron"))
    plan = _plan(three, {"base": _digest("a")}, {"neuron": Action.WITHHELD})
    assert unbuilt_images(plan) == {
        "spark": "its image is not in the registry; `hubwright build` builds it",
        "neuron": "its image is withheld: a reason",
    }


def _default(of: Matrix, slug: str) -> Matrix:
    return replace(of, profiles=tuple(replace(each, default=each.slug == slug) for each in of.profiles))


@pytest.mark.parametrize(
    "of, like, slug",
    [
        (_MATRIX, "data", "data"),
        (_default(_MATRIX, "data"), None, "data"),
        (_default(_MATRIX, "data"), "more", "more"),
        (_MATRIX, None, "lab"),
    ],
)
def test_an_image_is_started_as_the_named_profile_the_default_one_or_the_first(
    of: Matrix, like: str | None, slug: str
) -> None:
    assert offer_like(of, like).profile == slug


@pytest.mark.parametrize(
    "of, like, said",
    [
        (_MATRIX, "dato", r"there is no profile dato\. Did you mean data\?.* as some profile would start it"),
        (matrix(_BASE), None, "the matrix has no profile An image"),
    ],
)
def test_without_a_profile_nobody_knows_how_to_start_an_image(of: Matrix, like: str | None, said: str) -> None:
    with pytest.raises(SelectionError, match=said):
        offer_like(of, like)
