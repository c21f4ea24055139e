from dataclasses import replace

from hubwright.consumers.starts import expected, start_name
from hubwright.model import Choice, Offer, Option, Profile
from hubwright.offering import Basis, ProfileEntry, Proven, Start
from values import SHAPE, layer, profile

PROVEN = Proven(
    digest="sha256:" + "d" * 64,
    fingerprint="f",
    proof="sha256:" + "e" * 64,
    key="night",
    on="2026-01-31T12:00:00Z",
    hardware=False,
    smoke_set="0",
)


def _choice(key: str, *, default: bool = False) -> Choice:
    return Choice(key=key, display_name=key, default=default, layer=layer())


def _entry(of: Profile, *picked: dict[str, str]) -> ProfileEntry:
    offers = [Offer(profile=of.slug, choices=choices, variant="base", shape=SHAPE) for choices in picked]
    starts = tuple(Start(offer=offer, repository="nb/base", basis=Basis.TODAY, proven=PROVEN) for offer in offers)
    return ProfileEntry(profile=of, starts=starts, withheld=())


def test_a_start_is_named_by_its_image_on_the_host() -> None:
    (start,) = expected([_entry(profile("lab", "base"), {})], "registry.example:5000")
    assert start.image == f"registry.example:5000/nb/base@{PROVEN.digest}"
    assert (start.slug, start.choices, start.shape) == ("lab", {}, SHAPE)
    assert start.default_profile
    assert start.default_choices


def test_the_default_is_the_one_that_says_so_and_else_the_first_that_is_offered() -> None:
    first, second = profile("first", "base"), profile("second", "base")
    said = replace(second, default=True)

    def default(*entries: ProfileEntry) -> list[str]:
        return [start.slug for start in expected(entries, "host") if start.default_profile]

    assert default(_entry(first, {}), _entry(second, {})) == ["first"]
    assert default(_entry(first, {}), _entry(said, {})) == ["second"]
    assert default(_entry(first), _entry(second, {})) == ["second"]
    assert default(_entry(first, {}), _entry(said)) == ["first"]
    assert default() == []


def test_of_choices_the_default_is_the_one_that_says_so_and_else_the_first_that_is_kept() -> None:
    cuda = Option(key="cuda", display_name="", choices=(_choice("c11"), _choice("c12", default=True), _choice("c13")))
    size = Option(key="size", display_name="", choices=(_choice("s"), _choice("l")))
    of = replace(profile("gpu", "base"), options=(cuda, size))

    def default(*picked: dict[str, str]) -> list[str]:
        return [start.name for start in expected([_entry(of, *picked)], "host") if start.default_choices]

    every = [{"cuda": c, "size": s} for c in ("c11", "c12", "c13") for s in ("s", "l")]
    assert default(*every) == ["gpu[cuda=c12,size=s]"]
    assert default(*every[1::2]) == ["gpu[cuda=c12,size=l]"]
    assert default(*every[:2], *every[4:]) == ["gpu[cuda=c11,size=s]"]


def test_a_start_has_a_name_whatever_was_picked() -> None:
    assert start_name("gpu", {}) == "gpu"
    assert start_name("gpu", None) == "gpu without a choice picked"
    assert start_name(None, None) == "a start without a profile picked"
