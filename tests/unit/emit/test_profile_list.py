"""What KubeSpawner is told is what was proven: every start has its own image and exactly its shape."""

import json
import re
from typing import Any

import pytest
from hypothesis import given

from emitting import (
    CHART_TOLERATIONS,
    GPU,
    HOST,
    chosen,
    digest,
    entry,
    every_start,
    made_matrix,
    overrides,
    spawned,
    start,
    without_starts,
)
from hubwright.emit.override import layer_override
from hubwright.emit.profile_list import as_text, profile_list
from hubwright.model import Matrix, Offer, Shape, Span
from hubwright.offering import Basis, ProfileEntry, Start
from values import layer

_SIZES = {"K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_OPTION = {
    "size": {"display_name": "Size", "choices": {"small": {"display_name": "S"}, "large": {"display_name": "L"}}}
}


def _bytes(spelled: str | int) -> int:
    # As KubeSpawner reads it.
    if isinstance(spelled, int):
        return spelled
    found = re.fullmatch(r"([0-9]+)([KMGT])", spelled)
    assert found, spelled
    return int(found[1]) * _SIZES[found[2]]


def _shape(traits: dict[str, Any]) -> dict[str, Any]:
    """Return what a pod with these traits gets, in the words of a shape."""
    return {
        "cpu": (round(traits["cpu_guarantee"] * 1000), round(traits["cpu_limit"] * 1000))
        if "cpu_limit" in traits
        else None,
        "memory": (_bytes(traits["mem_guarantee"]), _bytes(traits["mem_limit"])) if "mem_limit" in traits else None,
        "resources": {name: int(count) for name, count in traits["extra_resource_limits"].items()},
        "node_selector": traits["node_selector"],
        "tolerations": traits["tolerations"],
        "environment": traits["environment"],
        "ids": (traits["uid"], traits["gid"], traits["fs_gid"]),
    }


def _promised(shape: Shape, platform: str) -> dict[str, Any]:
    tolerations = [
        {"key": each.key, "operator": each.operator, "value": each.value, "effect": each.effect}
        for each in shape.tolerations
    ]
    return {
        "cpu": (shape.cpu.guarantee, shape.cpu.limit) if shape.cpu else None,
        "memory": (shape.memory.guarantee, shape.memory.limit) if shape.memory else None,
        "resources": shape.resources,
        "node_selector": {**shape.node_selector, "kubernetes.io/arch": platform.removeprefix("linux/")},
        "tolerations": [
            *CHART_TOLERATIONS,
            *({name: value for name, value in each.items() if value is not None} for each in tolerations),
        ],
        "environment": shape.environment,
        "ids": (shape.uid, shape.gid, shape.fs_gid),
    }


def _list(*entries: ProfileEntry, matrix: Matrix) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = profile_list(entries, matrix.variants, HOST)
    return listed


@given(chosen())
def test_every_start_gets_its_own_image_and_exactly_its_shape(made: tuple[Matrix, tuple[ProfileEntry, ...]]) -> None:
    matrix, entries = made
    listed = _list(*entries, matrix=matrix)
    for each in every_start(entries):
        offer = each.offer
        traits = spawned(listed, offer.profile, offer.choices)
        assert traits["image"] == f"{HOST}/{each.repository}@{each.proven.digest}"
        assert _shape(traits) == _promised(offer.shape, matrix.variants[offer.variant].platform)


@given(chosen())
def test_the_list_can_start_what_is_offered_and_nothing_else(made: tuple[Matrix, tuple[ProfileEntry, ...]]) -> None:
    matrix, entries = made
    listed = _list(*entries, matrix=matrix)
    assert [profile["slug"] for profile in listed] == [each.profile.slug for each in entries if each.starts]
    assert sum(profile.get("default", False) for profile in listed) == bool(listed)
    for profile, from_ in zip(listed, (each for each in entries if each.starts), strict=True):
        options: dict[str, Any] = profile.get("profile_options", {})
        assert list(options) == [option.key for option in from_.profile.options]
        for option in from_.profile.options:
            choices = options[option.key]["choices"]
            offered = {each.offer.choices[option.key] for each in from_.starts}
            assert list(choices) == [choice.key for choice in option.choices if choice.key in offered]
            assert [choice.get("default") for choice in choices.values()].count(True) == 1


@given(chosen())
def test_every_value_has_the_type_that_its_reader_takes(made: tuple[Matrix, tuple[ProfileEntry, ...]]) -> None:
    matrix, entries = made
    types: dict[str, Any] = {
        "image": str,
        **dict.fromkeys(("cpu_guarantee", "cpu_limit"), float),
        **dict.fromkeys(("mem_guarantee", "mem_limit"), (str, int)),
        **dict.fromkeys(("extra_resource_limits", "node_selector", "environment"), dict),
        "tolerations": list,
        **dict.fromkeys(("uid", "gid", "fs_gid"), int),
        "service_account": str,
    }
    for override in overrides(_list(*entries, matrix=matrix)):
        for name, value in override.items():
            assert isinstance(value, types[name]), name
            if isinstance(value, dict):
                assert all(isinstance(each, str) for each in value.values())


def test_a_profile_is_written_as_a_person_would_write_it() -> None:
    matrix = made_matrix(
        {
            "slug": "gpu",
            "display_name": "PyTorch (1 GPU)",
            "description": "With a GPU of its own.",
            **GPU,
            "cpu": [0.5, 8],
            "memory": ["1536M", "16G"],
            "environment": {"NEURON": "1", "A": "b"},
            "node_selector": {"accelerator": "gpu"},
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
        }
    )
    written = [
        {
            "display_name": "PyTorch (1 GPU)",
            "slug": "gpu",
            "description": "With a GPU of its own.",
            "default": True,
            "kubespawner_override": {
                "image": f"{HOST}/team/cuda@{digest('cuda')}",
                "cpu_guarantee": 0.5,
                "cpu_limit": 8.0,
                "mem_guarantee": "1536M",
                "mem_limit": "16G",
                "extra_resource_limits": {"nvidia.com/gpu": "1"},
                "node_selector": {"accelerator": "gpu", "kubernetes.io/arch": "amd64"},
                "tolerations": [
                    *CHART_TOLERATIONS,
                    {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
                ],
                "environment": {"A": "b", "NEURON": "1"},
                "uid": 1000,
                "gid": 100,
                "fs_gid": 100,
            },
        }
    ]
    # In this very order.
    assert json.dumps(_list(entry(matrix.profiles[0]), matrix=matrix)) == json.dumps(written)


def test_a_choice_that_says_nothing_overrides_nothing() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base", "profile_options": _OPTION})
    listed = _list(entry(matrix.profiles[0]), matrix=matrix)
    assert listed[0]["profile_options"]["size"] == {
        "display_name": "Size",
        "choices": {"small": {"display_name": "S", "default": True}, "large": {"display_name": "L"}},
    }


def test_what_an_architecture_is_for_is_said_by_the_matrix_or_by_the_image() -> None:
    said = made_matrix({"slug": "lab", "image": "arm", "node_selector": {"kubernetes.io/arch": "arm64"}})
    unsaid = made_matrix({"slug": "lab", "image": "arm"})
    for matrix in (said, unsaid):
        (override,) = overrides(_list(entry(matrix.profiles[0]), matrix=matrix))
        assert override["node_selector"] == {"kubernetes.io/arch": "arm64"}


def test_nobody_who_says_nothing_of_tolerations_takes_the_chart_s_away() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base", "profile_options": _OPTION})
    assert not any("tolerations" in each for each in overrides(_list(entry(matrix.profiles[0]), matrix=matrix)))


def test_a_choice_without_tolerations_takes_away_its_profile_s_and_not_the_chart_s() -> None:
    options = {"where": {"display_name": "Where", "choices": {"here": {"display_name": "Here", "tolerations": []}}}}
    matrix = made_matrix(
        {"slug": "lab", "image": "base", "tolerations": [{"operator": "Exists"}], "profile_options": options}
    )
    _, choice = overrides(_list(entry(matrix.profiles[0]), matrix=matrix))
    assert choice == {"tolerations": CHART_TOLERATIONS}


def test_memory_that_is_no_whole_number_of_kilobytes_is_written_in_bytes() -> None:
    said = layer_override(layer(memory=Span(guarantee=1023, limit=1025 * 1024**3)))
    assert said == {"mem_guarantee": 1023, "mem_limit": "1025G"}


def test_the_default_that_is_gone_is_followed_by_the_first_that_is_left() -> None:
    options = {
        "size": {
            "display_name": "Size",
            "choices": {
                "small": {"display_name": "S"},
                "medium": {"display_name": "M", "default": True},
                "large": {"display_name": "L"},
            },
        }
    }
    matrix = made_matrix(
        {"slug": "first", "image": "base", "profile_options": options},
        {"slug": "second", "image": "base"},
        {"slug": "third", "image": "base", "default": True},
    )
    first, second, third = matrix.profiles
    listed = _list(entry(first, {"size": ["large", "small"]}), entry(second), without_starts(third), matrix=matrix)
    assert [profile.get("default") for profile in listed] == [True, None]
    choices = listed[0]["profile_options"]["size"]["choices"]
    assert {key: choice.get("default") for key, choice in choices.items()} == {"small": True, "large": None}
    assert [profile.get("default") for profile in _list(entry(first), entry(third), matrix=matrix)] == [None, True]


def test_an_image_stands_in_the_profile_unless_choices_differ_in_it() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base", "profile_options": _OPTION})
    (profile,) = matrix.profiles
    whole = _list(entry(profile), matrix=matrix)
    assert ["image" in each for each in overrides(whole)] == [True, False, False]

    def old_when_large(offer: Offer) -> Start:
        return start(offer, digest=digest(offer.name)) if offer.choices["size"] == "large" else start(offer)

    differing = _list(entry(profile, make=old_when_large), matrix=matrix)
    assert [each.get("image") for each in overrides(differing)] == [
        None,
        f"{HOST}/team/base@{digest('base')}",
        f"{HOST}/team/base@{digest('lab[size=large]')}",
    ]


def test_an_image_that_a_choice_names_stands_there_even_if_it_is_the_only_one_left() -> None:
    options = {
        "spark": {
            "display_name": "Spark",
            "choices": {
                "old": {"display_name": "4.0", "image": "spark-spark4.0.1"},
                "new": {"display_name": "4.1", "image": "spark-spark4.1.1"},
            },
        }
    }
    matrix = made_matrix({"slug": "data", "profile_options": options})
    listed = _list(entry(matrix.profiles[0], {"spark": ["new"]}), matrix=matrix)
    assert ["image" in each for each in overrides(listed)] == [False, True]


def test_where_two_choices_name_an_image_the_last_has_its_say_and_the_first_the_rest() -> None:
    options = {
        "spark": {"display_name": "Spark", "choices": {"old": {"display_name": "4.0", "image": "spark-spark4.0.1"}}},
        "usage": {
            "display_name": "Kind",
            "choices": {"usual": {"display_name": "U"}, "new": {"display_name": "N", "image": "spark-spark4.1.1"}},
        },
    }
    matrix = made_matrix({"slug": "data", "image": "base", "profile_options": options})
    listed = _list(entry(matrix.profiles[0]), matrix=matrix)
    assert [each.get("image", "").partition("@")[2] for each in overrides(listed)] == [
        "",
        digest("spark-spark4.0.1"),
        "",
        digest("spark-spark4.1.1"),
    ]


_TWO_OPTIONS = {
    **_OPTION,
    "where": {"display_name": "W", "choices": {"here": {"display_name": "H"}, "there": {"display_name": "T"}}},
}


@pytest.mark.parametrize("decides", ["size", "where"])
def test_images_that_one_of_several_options_decides_stand_in_its_choices(decides: str) -> None:
    matrix = made_matrix({"slug": "lab", "image": "base", "profile_options": _TWO_OPTIONS})

    def by_choice(offer: Offer) -> Start:
        return start(offer, digest=digest(offer.choices[decides]))

    chosen_entry = entry(matrix.profiles[0], make=by_choice)
    listed = _list(chosen_entry, matrix=matrix)
    for each in chosen_entry.starts:
        traits = spawned(listed, "lab", each.offer.choices)
        assert traits["image"].endswith(digest(each.offer.choices[decides]))


def test_one_choice_may_have_an_image_of_its_own_while_the_others_share_theirs() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base", "profile_options": _TWO_OPTIONS})

    def old_there(offer: Offer) -> Start:
        new = {"large": "large", "small": "small"}[offer.choices["size"]]
        return start(offer, digest=digest("old" if offer.choices["where"] == "there" else new))

    chosen_entry = entry(matrix.profiles[0], make=old_there)
    listed = _list(chosen_entry, matrix=matrix)
    for each in chosen_entry.starts:
        assert spawned(listed, "lab", each.offer.choices)["image"].endswith(each.proven.digest)


def test_images_that_no_list_can_tell_apart_are_refused() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base", "profile_options": _TWO_OPTIONS})

    def crosswise(offer: Offer) -> Start:
        return start(
            offer,
            digest=digest("a" if offer.name in {"lab[size=small,where=here]", "lab[size=large,where=there]"} else "b"),
        )

    with pytest.raises(ValueError, match="the images of lab depend on several options at once"):
        _list(entry(matrix.profiles[0], make=crosswise), matrix=matrix)


def test_profiles_with_spark_run_as_an_account_that_may_make_executors() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"}, {"slug": "data", "image": "spark-spark4.1.1"})
    listed = _list(*(entry(profile) for profile in matrix.profiles), matrix=matrix)
    assert [each.get("service_account") for each in overrides(listed)] == [None, "hubwright-spark"]


def test_what_an_image_is_offered_for_does_not_change_how_it_is_written() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"})
    (profile,) = matrix.profiles
    today = _list(entry(profile), matrix=matrix)
    last_good = entry(profile, make=lambda offer: start(offer, basis=Basis.LAST_GOOD, reason="it fails"))
    assert _list(last_good, matrix=matrix) == today


@pytest.mark.parametrize(
    "words, escaped",
    [
        ("R & D, \"quoted\" 'twice' {{ user }}", "R & D, \"quoted\" 'twice' {{ user }}"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a > b", "a &gt; b"),
        ("&lt;b&gt; & &copy", "&amp;lt;b&amp;gt; &amp; &amp;copy"),
    ],
)
def test_words_are_escaped_only_where_a_page_would_read_something_else(words: str, escaped: str) -> None:
    assert as_text(words) == escaped
