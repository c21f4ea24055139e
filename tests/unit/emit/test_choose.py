"""Which image a start is offered with: each rule by example, and what must hold whatever is known."""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hubwright.emit.choose import choose, failures, is_settled
from hubwright.model import Choice, Needs, Offer, OnWithheld, Option, Profile
from hubwright.offering import Basis, Evidence, Pin, ProfileEntry, Proven, Start
from proven import proven
from values import SHAPE, layer, policy, profile

TODAY = "2026-11-21"
NEW, OLD, OLDER = (f"sha256:{letter * 64}" for letter in "abc")
WHY = "its rehearsal failed"
HARDWARE = "proven without hardware, and this profile needs hardware (say `needs: software` where that is enough)"


def fresh(*, hardware: bool = True) -> Proven:
    return proven(NEW, TODAY, hardware=hardware)


def past(digest: str = OLD, on: str = "2026-11-01", *, hardware: bool = True) -> Proven:
    return proven(digest, on, hardware=hardware, smoke_set="4" * 64)


def with_options(options: Mapping[str, Sequence[str]], brings: Mapping[str, str] | None = None) -> Profile:
    """Return a profile with these options and choices, the first choice the default; some bring an image."""
    made = tuple(
        Option(
            key=key,
            display_name=key,
            choices=tuple(
                Choice(
                    key=choice, display_name=choice, default=not place, layer=layer(variant=(brings or {}).get(choice))
                )
                for place, choice in enumerate(choices)
            ),
        )
        for key, choices in options.items()
    )
    offers = tuple(
        Offer(profile="lab", choices=dict(zip(options, picked, strict=True)), variant="base", shape=SHAPE)
        for picked in itertools.product(*options.values())
    )
    return replace(profile("lab", "base"), options=made, offers=offers)


def known(of: Profile, facts: Mapping[str, tuple[Proven | None, Sequence[Proven]]]) -> list[Evidence]:
    """Return evidence by the start's picks (`large`, or `large b`); nothing is proven of any other."""
    found = []
    for offer in of.offers:
        today, before = facts.get(" ".join(offer.choices.values()), (None, ()))
        reason = "" if today else WHY
        found.append(
            Evidence(offer=offer, repository="hub/base", digest=NEW, today=today, reason=reason, past=tuple(before))
        )
    return found


def of_one(today: Proven | None, *before: Proven, pin: Pin | None = None, **rules: object) -> ProfileEntry:
    """Return what becomes of a profile with one start."""
    lab = replace(profile("lab", "base"), policy=policy(**rules))
    return choose(lab, known(lab, {"": (today, before)}), pin=pin, today=TODAY)


def offered(entry: ProfileEntry) -> dict[str, tuple[Basis, str]]:
    return {" ".join(start.offer.choices.values()): (start.basis, start.proven.digest) for start in entry.starts}


def reasons(entry: ProfileEntry) -> dict[str, str]:
    return {" ".join(each.offer.choices.values()): each.reason for each in entry.withheld}


def test_what_is_proven_today_is_offered_with_todays_image() -> None:
    entry = of_one(fresh(), past())

    assert entry.starts == (
        Start(offer=entry.profile.offers[0], repository="hub/base", basis=Basis.TODAY, proven=fresh()),
    )
    assert entry.withheld == ()


def test_what_is_not_keeps_its_last_good_and_says_why() -> None:
    entry = of_one(None, past(), past(OLDER, "2026-10-01"))

    assert [(each.basis, each.proven, each.reason) for each in entry.starts] == [(Basis.LAST_GOOD, past(), WHY)]


def test_todays_image_with_an_earlier_smoke_set_is_a_last_good() -> None:
    assert offered(of_one(None, past(NEW))) == {"": (Basis.LAST_GOOD, NEW)}


@pytest.mark.parametrize("how", [OnWithheld.DROP, OnWithheld.FAIL])
def test_a_profile_that_keeps_nothing_is_withheld(how: OnWithheld) -> None:
    entry = of_one(None, past(), on_withheld=how)

    assert (offered(entry), reasons(entry)) == ({}, {"": WHY})


@pytest.mark.parametrize("on, is_kept", [("2026-11-11", True), ("2026-11-10", False)])
def test_a_last_good_may_be_so_old_and_no_older(on: str, is_kept: bool) -> None:  # noqa: FBT001 - a case
    entry = of_one(None, past(on=on), max_age_days=10)

    assert offered(entry) == ({"": (Basis.LAST_GOOD, OLD)} if is_kept else {})
    assert is_kept or reasons(entry) == {"": f"{WHY}; its last good is of 2026-11-10, and `max_age` allows 10 days"}


def test_who_needs_hardware_takes_no_proof_without() -> None:
    without = fresh(hardware=False)
    entry = of_one(without, needs=Needs.HARDWARE)
    kept = of_one(without, past(hardware=False), past(OLDER, "2026-10-01"), needs=Needs.HARDWARE)

    assert (offered(entry), reasons(entry)) == ({}, {"": HARDWARE})
    assert [(each.proven.digest, each.reason) for each in kept.starts] == [(OLDER, HARDWARE)]
    assert offered(of_one(without)) == {"": (Basis.TODAY, NEW)}


def test_a_pin_is_offered_whatever_its_age_and_the_policy() -> None:
    pin = Pin(digest=OLD, because="the new one is slow")
    entry = of_one(fresh(), past(on="2020-01-01"), pin=pin, on_withheld=OnWithheld.DROP)

    assert [(each.basis, each.proven.digest, each.reason) for each in entry.starts] == [
        (Basis.PINNED, OLD, "the new one is slow")
    ]
    assert offered(of_one(fresh(), pin=replace(pin, digest=NEW))) == {"": (Basis.PINNED, NEW)}


@pytest.mark.parametrize(
    "today, before, why",
    [
        (fresh(), past(OLDER), "not proven for it; `hubwright history lab` shows what is"),
        (None, past(OLDER), "not proven for it; `hubwright history lab` shows what is"),
        (fresh(), past(hardware=False), HARDWARE),
    ],
)
def test_a_pin_that_is_not_proven_withholds(today: Proven | None, before: Proven, why: str) -> None:
    entry = of_one(today, before, pin=Pin(digest=OLD, because="slow"), needs=Needs.HARDWARE)

    assert (offered(entry), reasons(entry)) == ({}, {"": f"it is pinned to sha256:bbbbbbbbbbbb (slow), which is {why}"})


def test_the_choices_of_a_single_option_have_images_of_their_own() -> None:
    lab = with_options({"size": ["small", "large"]})
    entry = choose(lab, known(lab, {"small": (fresh(), []), "large": (None, [past()])}), pin=None, today=TODAY)

    assert offered(entry) == {"small": (Basis.TODAY, NEW), "large": (Basis.LAST_GOOD, OLD)}


SIZES = with_options({"size": ["small", "large"], "team": ["a", "b"]})


def test_what_shares_a_line_shares_an_image() -> None:
    """One start is not proven with today's; so all keep the newest that is proven for all of them."""
    facts = {name: (fresh(), [past(), past(OLDER, "2026-10-01")]) for name in ("small a", "small b", "large a")}
    entry = choose(SIZES, known(SIZES, {**facts, "large b": (None, [past(OLDER)])}), pin=None, today=TODAY)

    assert set(offered(entry).values()) == {(Basis.LAST_GOOD, OLDER)}
    assert {each.reason for each in entry.starts} == {
        WHY,
        f"lab[size=large,team=b] shares its image, and today's is not proven for that: {WHY}",
    }


def test_todays_image_is_shared_where_one_start_has_only_an_earlier_proof_of_it() -> None:
    facts = {name: (fresh(), [past()]) for name in ("small a", "small b", "large a")}
    entry = choose(
        SIZES, known(SIZES, {**facts, "large b": (None, [past(NEW), past(on="2026-11-20")])}), pin=None, today=TODAY
    )

    assert offered(entry) == dict.fromkeys(facts, (Basis.TODAY, NEW)) | {"large b": (Basis.LAST_GOOD, NEW)}


def test_of_several_the_newest_that_is_proven_for_all_is_taken() -> None:
    facts = {" ".join(each.choices.values()): (None, [past(), past(OLDER, "2026-10-01")]) for each in SIZES.offers}

    assert set(offered(choose(SIZES, known(SIZES, facts), pin=None, today=TODAY)).values()) == {(Basis.LAST_GOOD, OLD)}


def test_where_none_is_proven_for_all_the_most_decide() -> None:
    facts: dict[str, tuple[Proven | None, list[Proven]]] = {
        "small a": (fresh(), []),
        "large a": (fresh(), []),
        "small b": (None, [past()]),
    }
    entry = choose(SIZES, known(SIZES, facts), pin=None, today=TODAY)

    shared = "starts that share its image are offered with sha256:aaaaaaaaaaaa, which is not proven for it"
    assert offered(entry) == {"small a": (Basis.TODAY, NEW), "large a": (Basis.TODAY, NEW)}
    assert reasons(entry) == dict.fromkeys(("small b", "large b"), f"{shared}; {WHY}")


def test_a_choice_that_names_an_image_brings_it_for_what_follows_nothing() -> None:
    """The last choice that names one decides; the others have the profile's."""
    lab = with_options({"flavour": ["plain", "spark"], "team": ["a", "b", "own"]}, {"spark": "spark", "own": "own"})
    kept = {"plain a": past(), "plain b": past(), "spark a": past(OLDER), "spark b": past(OLDER)}
    facts: dict[str, tuple[Proven | None, list[Proven]]] = {name: (None, [each]) for name, each in kept.items()}
    facts |= {"plain own": (fresh(), []), "spark own": (fresh(), [])}

    assert offered(choose(lab, known(lab, facts), pin=None, today=TODAY)) == {
        **{name: (Basis.LAST_GOOD, each.digest) for name, each in kept.items()},
        "plain own": (Basis.TODAY, NEW),
        "spark own": (Basis.TODAY, NEW),
    }


def facts_of(*names: str) -> dict[str, tuple[Proven | None, list[Proven]]]:
    return {name: (fresh(), []) for name in names}


def test_one_combination_that_is_missing_takes_a_choice_away() -> None:
    """Both choices lack one; the one that is no default goes, and of two such the later."""
    entry = choose(SIZES, known(SIZES, facts_of("small a", "small b", "large a")), pin=None, today=TODAY)

    assert list(offered(entry)) == ["small a", "large a"]
    why = "team=b is left out, because lab[size=large,team=b] is not offered and a form shows whole lists"
    assert reasons(entry)["small b"] == f"it is proven, but {why}"


def test_the_choice_that_lacks_the_most_goes_first() -> None:
    lab = with_options({"size": ["small", "large"], "team": ["a", "b", "c"]})
    entry = choose(lab, known(lab, facts_of("large a", "large b", "large c", "small c")), pin=None, today=TODAY)

    assert list(offered(entry)) == ["large a", "large b", "large c"]


def test_the_last_choice_of_an_option_stays_while_another_has_two() -> None:
    """It lacks the most, or as many as any; without it nothing at all could be shown."""
    lab = with_options({"size": ["small", "large", "huge"], "team": ["a"]})
    one = choose(lab, known(lab, facts_of("small a")), pin=None, today=TODAY)
    crossed = choose(SIZES, known(SIZES, facts_of("small b", "large a")), pin=None, today=TODAY)

    assert list(offered(one)) == ["small a"]
    assert list(offered(crossed)) == ["large a"]


def test_an_option_without_choices_left_ends_the_profile() -> None:
    entry = choose(SIZES, known(SIZES, {}), pin=None, today=TODAY)

    assert (offered(entry), set(reasons(entry).values())) == ({}, {WHY})


def test_a_start_that_must_not_be_missing_fails_by_name() -> None:
    strict = policy(on_withheld=OnWithheld.FAIL)
    one = replace(with_options({"size": ["small", "large"]}), policy=strict)
    entry = choose(one, known(one, facts_of("small")), pin=None, today=TODAY)
    other = of_one(fresh())

    failure = failures([other, entry])

    assert failure is not None
    assert "`on_withheld: fail` must not be missing, and is withheld:\n  lab[size=large]: its rehearsal" in str(failure)
    assert failures([other, of_one(None)]) is None
    assert len(str(failures([entry, entry])).splitlines()) == 3


def test_a_hub_is_not_emptied() -> None:
    assert str(failures([of_one(None)])) == f"no profile can be offered\n  lab: {WHY}"
    assert str(failures([of_one(None)] * 2)) == f"no profile can be offered\n  lab: {WHY}\n  lab: {WHY}"
    assert str(failures([])) == "no profile can be offered"


@pytest.mark.parametrize(
    "small, large, settled",
    [
        ((fresh(), []), (fresh(), []), True),
        ((None, [past()]), (None, [past(on="2026-10-16")]), True),
        ((None, [past()]), (None, [past(on="2026-10-15")]), False),
        ((None, [past(on="2026-10-15")]), (None, [past()]), False),
        ((None, [past()]), (None, [past(OLDER)]), False),
        ((fresh(), []), (None, [past(NEW, "2026-10-01")]), True),
        ((fresh(), []), (None, []), False),
        ((None, [past(), past(OLDER)]), (None, [past(OLDER)]), True),
    ],
)
def test_it_is_enough_to_know_of_what_all_starts_can_share_and_nothing_unread_is_newer_than(
    small: tuple[Proven | None, Sequence[Proven]],
    large: tuple[Proven | None, Sequence[Proven]],
    settled: bool,  # noqa: FBT001 - a case
) -> None:
    """Of today's image everything is read, whatever its age."""
    lab = with_options({"size": ["small", "large"]})
    evidence = known(lab, {"small": small, "large": large})

    assert is_settled(lab, evidence, pin=None, today=TODAY, unread=past(on="2026-10-15").on) is settled


def test_of_what_is_pinned_everything_is_read_and_nothing_else_decides() -> None:
    lab = profile("lab", "base")

    assert is_settled(lab, known(lab, {}), pin=Pin(digest=OLD, because="slow"), today=TODAY, unread=TODAY)


digests = st.sampled_from([NEW, OLD, OLDER])
days = st.dates().map(lambda day: f"2026-{day.month:02}-{day.day:02}")
todays = st.none() | st.builds(fresh, hardware=st.booleans())
pasts = st.lists(st.builds(past, digests, days, hardware=st.booleans()), max_size=3).map(
    lambda found: sorted(found, key=lambda each: each.on, reverse=True)
)
policies = st.builds(
    policy,
    needs=st.sampled_from(Needs),
    max_age_days=st.integers(1, 400),
    on_withheld=st.sampled_from(OnWithheld),
)
pins = st.none() | st.builds(Pin, digest=digests, because=st.just("slow"))


@st.composite
def profiles(draw: st.DrawFn, most_options: int = 3) -> Profile:
    sizes = draw(st.lists(st.integers(1, 3), max_size=most_options))
    options = {f"o{place}": [f"o{place}c{number}" for number in range(size)] for place, size in enumerate(sizes)}
    names = [choice for choices in options.values() for choice in choices]
    brings = draw(st.dictionaries(st.sampled_from(names), st.just("own"))) if names else {}
    return replace(with_options(options, brings), policy=draw(policies))


@st.composite
def situations(draw: st.DrawFn, most_options: int = 3) -> tuple[Profile, list[Evidence]]:
    of = draw(profiles(most_options))
    return of, [
        Evidence(
            offer=offer,
            repository="hub/base",
            digest=NEW,
            today=(today := draw(todays)),
            reason="" if today else WHY,
            past=tuple(draw(pasts)),
        )
        for offer in of.offers
    ]


@given(situations(), pins)
def test_what_is_offered_is_proven_allowed_shared_and_a_grid(
    situation: tuple[Profile, list[Evidence]], pin: Pin | None
) -> None:
    of, evidence = situation
    about = {each.offer.name: each for each in evidence}

    entry = choose(of, evidence, pin=pin, today=TODAY)

    for start in entry.starts:
        its = about[start.offer.name]
        assert start.proven in (its.today, *its.past)
        assert start.proven.hardware or of.policy.needs is Needs.SOFTWARE
        assert start.proven.digest == (pin.digest if pin else start.proven.digest)
        assert (start.basis is Basis.TODAY) == (not pin and start.proven == its.today)
        assert bool(start.reason) == (start.basis is not Basis.TODAY)
    assert all(each.reason for each in entry.withheld)
    names = [each.offer.name for each in entry.starts] + [each.offer.name for each in entry.withheld]
    assert sorted(names) == sorted(offer.name for offer in of.offers)
    left = [{start.offer.choices[option.key] for start in entry.starts} for option in of.options]
    assert {tuple(start.offer.choices.values()) for start in entry.starts} == (
        set(itertools.product(*left)) if entry.starts else set()
    )


@given(situations())
def test_where_some_start_is_to_be_had_some_is_offered(situation: tuple[Profile, list[Evidence]]) -> None:
    of, evidence = situation
    fresh_ones = [replace(each, today=fresh(), reason="") for each in evidence[:1]]

    assert choose(of, [*fresh_ones, *evidence[1:]], pin=None, today=TODAY).starts


@given(situations(), pins)
def test_a_line_of_the_list_has_one_image(situation: tuple[Profile, list[Evidence]], pin: Pin | None) -> None:
    of, evidence = situation
    assume(len(of.options) > 1)
    brought: dict[str | None, set[str]] = {}
    for start in choose(of, evidence, pin=pin, today=TODAY).starts:
        picked = [each for option in of.options for each in option.choices if each.key in start.offer.choices.values()]
        last = [choice.key for choice in picked if choice.layer.variant]
        brought.setdefault(last[-1] if last else None, set()).add(start.proven.digest)

    assert all(len(digests) == 1 for digests in brought.values())


@given(situations(), pins, st.randoms())
def test_the_order_of_what_is_known_changes_nothing(
    situation: tuple[Profile, list[Evidence]], pin: Pin | None, chance: random.Random
) -> None:
    of, evidence = situation
    shuffled = list(evidence)
    chance.shuffle(shuffled)

    assert choose(of, evidence, pin=pin, today=TODAY) == choose(of, shuffled, pin=pin, today=TODAY)


@given(situations(most_options=1), st.data())
def test_one_more_proof_takes_nothing_away_that_is_offered_with_todays(
    situation: tuple[Profile, list[Evidence]], data: st.DataObject
) -> None:
    """With several options that cannot be: a form that shows one of two combinations cannot show both alone."""
    of, evidence = situation
    place = data.draw(st.integers(0, len(evidence) - 1))
    more = list(evidence)
    if data.draw(st.booleans()):
        more[place] = replace(more[place], today=fresh(), reason="")
    else:
        more[place] = replace(more[place], past=(past(on=TODAY), *more[place].past))

    before, after = (choose(of, each, pin=None, today=TODAY) for each in (evidence, more))

    with_todays = [name for name, (basis, _) in offered(before).items() if basis is Basis.TODAY]
    assert {name: offered(after).get(name) for name in with_todays} == dict.fromkeys(with_todays, (Basis.TODAY, NEW))


@given(situations(), st.data())
def test_a_profile_that_is_whole_with_todays_images_stays_so(
    situation: tuple[Profile, list[Evidence]], data: st.DataObject
) -> None:
    of, evidence = situation
    whole = [replace(each, today=fresh(), reason="") for each in evidence]
    if data.draw(st.booleans()):
        whole = [replace(each, past=(past(on=TODAY), *each.past)) for each in whole]

    entry = choose(of, whole, pin=None, today=TODAY)

    assert [each.offer for each in entry.starts] == list(of.offers)
    assert {each.basis for each in entry.starts} == {Basis.TODAY}


def test_a_profile_of_a_thousand_starts_of_which_none_is_proven_is_decided() -> None:
    lab = with_options({"o": [f"c{number}" for number in range(1000)]})

    assert choose(lab, known(lab, {}), pin=None, today=TODAY).starts == ()
