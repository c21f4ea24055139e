"""Profiles as they were chosen, from matrices that are read for real, and what KubeSpawner makes of a list."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from hubwright.matrix.load import load_matrix
from hubwright.model import Matrix, Offer, Profile
from hubwright.offering import Basis, ProfileEntry, Proven, Start, Withheld

HOST = "registry.example:5000"
# What the chart puts on every user's pod.
CHART_TOLERATIONS = [
    {"key": "hub.jupyter.org/dedicated", "operator": "Equal", "value": "user", "effect": "NoSchedule"},
    {"key": "hub.jupyter.org_dedicated", "operator": "Equal", "value": "user", "effect": "NoSchedule"},
]
IMAGES: Mapping[str, object] = {
    "base": {"from": "trixie"},
    "arm": {"from": "trixie", "platforms": ["linux/arm64"]},
    "spark": {"from": "base", "axes": {"spark": ["4.0.1", "4.1.1"]}},
    "cuda": {"from": "base", "accelerator": "nvidia"},
    "neuron": {"from": "base", "accelerator": "neuron"},
}
GPU = {"image": "cuda", "resources": {"nvidia.com/gpu": 1}}


def made_matrix(*profiles: Mapping[str, object], **changes: object) -> Matrix:
    """Return the matrix with these profiles; `display_name` may be left out."""
    instance = {
        "version": 1,
        "hub": {"chart": "4.4.0"},
        "foundations": {"trixie": {"bootstrap": {"suite": "trixie"}}},
        "images": IMAGES,
        "profiles": [{"display_name": "A profile", **profile} for profile in profiles],
        **changes,
    }
    return load_matrix(json.dumps(instance).encode(), "matrix.yaml")


def digest(of: str) -> str:
    return f"sha256:{hashlib.sha256(of.encode()).hexdigest()}"


def start(offer: Offer, **changes: Any) -> Start:
    """Return a start of today's image, proven on a day of its own; changes are the start's or its proof's."""
    proven: dict[str, Any] = {
        "digest": digest(offer.variant),
        "fingerprint": "f" * 64,
        "proof": digest(f"proof of {offer.name}"),
        "key": "nightly",
        "on": "2026-05-04T03:02:01Z",
        "hardware": True,
        "smoke_set": "5" * 64,
    }
    said: dict[str, Any] = {"repository": f"team/{offer.variant.partition('-')[0]}", "basis": Basis.TODAY}
    for name, value in changes.items():
        (proven if name in proven else said)[name] = value
    return Start(offer=offer, proven=Proven(**proven), **said)


def entry(
    profile: Profile, kept: Mapping[str, Sequence[str]] | None = None, make: Callable[[Offer], Start] = start
) -> ProfileEntry:
    """Return the profile with everything that `kept` leaves of its options; without it, with everything."""
    starts = [offer for offer in profile.offers if _is_kept(offer, kept)]
    return ProfileEntry(
        profile=profile,
        starts=tuple(make(offer) for offer in starts),
        withheld=tuple(Withheld(offer=offer, reason="not proven") for offer in profile.offers if offer not in starts),
    )


def _is_kept(offer: Offer, kept: Mapping[str, Sequence[str]] | None) -> bool:
    return kept is None or all(choice in kept.get(option, [choice]) for option, choice in offer.choices.items())


def without_starts(profile: Profile, reason: str = "not proven") -> ProfileEntry:
    return ProfileEntry(
        profile=profile, starts=(), withheld=tuple(Withheld(offer=offer, reason=reason) for offer in profile.offers)
    )


def spawned(listed: Sequence[Mapping[str, Any]], slug: str, picked: Mapping[str, str]) -> dict[str, Any]:
    """Return the traits of a spawner of the chart after it has loaded the profile with these choices.

    Mappings are merged, a None in them deletes, and everything else is replaced: the profile first, then its options
    in their order.
    """
    traits: dict[str, Any] = {
        "tolerations": CHART_TOLERATIONS,
        "environment": {},
        "node_selector": {},
        "extra_resource_limits": {},
    }
    profile = next(each for each in listed if each["slug"] == slug)
    _update(traits, profile.get("kubespawner_override", {}))
    for option, said in profile.get("profile_options", {}).items():
        _update(traits, said["choices"][picked[option]].get("kubespawner_override", {}))
    return traits


def _update(traits: dict[str, Any], override: Mapping[str, Any]) -> None:
    for name, value in override.items():
        if isinstance(value, dict) and isinstance(traits.get(name), dict):
            merged = {**traits[name], **value}
            traits[name] = {key: each for key, each in merged.items() if each is not None}
        else:
            traits[name] = value


def overrides(listed: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield every override of the list."""
    for profile in listed:
        yield profile["kubespawner_override"]
        for option in profile.get("profile_options", {}).values():
            for choice in option["choices"].values():
                yield choice.get("kubespawner_override", {})


_names = st.from_regex(r"[a-z]{2,4}x", fullmatch=True)
_cpus = st.integers(1, 64_000).map(lambda thousandths: thousandths / 1000)
_amounts = st.sampled_from(["1K", "1024K", "1M", "1536M", "1G", "4G", "2048G", "3T"])
_tolerations = st.lists(
    st.sampled_from(
        [
            {"key": "a.example/b", "operator": "Exists"},
            {"operator": "Exists"},
            {"key": "c", "value": "d", "effect": "NoExecute"},
        ]
    ),
    max_size=2,
)
_few = {"max_size": 2}
_layers: dict[str, st.SearchStrategy[Any]] = {
    "cpu": st.one_of(_cpus, st.tuples(_cpus, _cpus).map(sorted)),
    "memory": st.one_of(_amounts, st.just(["512M", "4G"])),
    "resources": st.dictionaries(st.sampled_from(["a.example/fpga", "b.example/nic"]), st.integers(1, 4), **_few),  # type: ignore[arg-type] # counts
    "node_selector": st.dictionaries(st.sampled_from(["pool", "a.example/pool"]), _names, **_few),  # type: ignore[arg-type] # counts
    "tolerations": st.one_of(st.none(), _tolerations),
    "environment": st.dictionaries(st.sampled_from(["A", "NO", "Y"]), st.sampled_from(["1", "no", "x {{y}}"]), **_few),  # type: ignore[arg-type] # counts
}
_images = st.sampled_from(["base", "arm", "spark-spark4.0.1", "spark-spark4.1.1"])


@st.composite
def chosen(draw: st.DrawFn) -> tuple[Matrix, tuple[ProfileEntry, ...]]:
    """Return a matrix, and an entry for each of its profiles: some choices of each option, sometimes none at all."""
    slugs = draw(st.lists(_names, min_size=1, max_size=2, unique=True))
    default = draw(st.sampled_from([None, *slugs]))
    matrix = made_matrix(*({"slug": slug, "default": slug == default, **draw(_profiles())} for slug in slugs))
    return matrix, tuple(draw(_entries(profile)) for profile in matrix.profiles)


@st.composite
def _profiles(draw: st.DrawFn) -> dict[str, Any]:
    profile: dict[str, Any] = draw(
        st.fixed_dictionaries({"image": _images}, optional={**_layers, "uid": st.just(1), "gid": st.just(2)})
    )
    for option in draw(st.lists(_names, max_size=3, unique=True)):
        keys = draw(st.lists(_names, min_size=1, max_size=3, unique=True))
        preselected = draw(st.sampled_from([None, *keys]))
        choice = st.fixed_dictionaries({"display_name": st.just("A")}, optional={"image": _images, **_layers})
        choices = {key: {**draw(choice), "default": key == preselected} for key in keys}
        profile.setdefault("profile_options", {})[option] = {"display_name": "An option", "choices": choices}
    return profile


@st.composite
def _entries(draw: st.DrawFn, profile: Profile) -> ProfileEntry:
    if draw(st.integers(0, 5)) == 0:
        return without_starts(profile)
    kept = {
        option.key: draw(st.lists(st.sampled_from([choice.key for choice in option.choices]), min_size=1, unique=True))
        for option in profile.options
    }
    if len(profile.options) > 1:
        return entry(profile, kept)
    # Where one option is all there is, every choice may have an image of its own time.
    return entry(profile, kept, lambda offer: start(offer, digest=digest(draw(st.sampled_from("abc")))))


def every_start(entries: Sequence[ProfileEntry]) -> Iterator[Start]:
    return itertools.chain.from_iterable(each.starts for each in entries)
