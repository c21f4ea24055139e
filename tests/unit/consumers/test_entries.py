from typing import Any

import pytest

from helpers.profile_list import two_profiles
from hubwright.consumers.entries import entry_problems, profile_name

TRAITS = frozenset({"image", "cmd", "start_timeout", "node_selector", "environment", "tolerations", "uid", "gid"}) | {
    *("fs_gid", "cpu_guarantee", "cpu_limit", "mem_guarantee", "mem_limit", "extra_resource_limits")
}
NO_SETTING = " is no setting of KubeSpawner, which would ignore it or fail on it."
CHOICES: dict[str, Any] = {"choices": {"c": {}}}


def _problems(profile: object) -> list[str]:
    return list(entry_problems([profile], TRAITS))


def _of_choice(choice: object, *, option: str = "o", key: object = "c") -> list[str]:
    return _problems({"slug": "gpu", "profile_options": {option: {"choices": {key: choice}}}})


def test_a_list_without_a_fault_has_none() -> None:
    listed, _ = two_profiles()
    assert list(entry_problems(listed["singleuser"]["profileList"], TRAITS)) == []


@pytest.mark.parametrize("profiles", [None, {"gpu": {}}, "gpu"])
def test_what_is_no_list_is_said(profiles: object) -> None:
    (said,) = entry_problems(profiles, TRAITS)
    assert said.startswith("singleuser.profileList is ")
    assert said.endswith("; it has to be a list")


@pytest.mark.parametrize(
    "profile, said",
    [
        (5, "profile 1 is 5; a profile is a mapping"),
        ({"slug": "gpu", "cmd": None}, "gpu: cmd is no key of a profile, and KubeSpawner would ignore it."),
        (
            {"slug": "gpu", "displayName": "GPU"},
            "gpu: displayName is no key of a profile, and KubeSpawner would ignore it. Did you mean display_name?",
        ),
        ({"slug": "gpu", "kubespawner_override": None}, "gpu: kubespawner_override is null; it has to be a mapping"),
        (
            {"slug": "gpu", "kubespawner_override": {"nodeSelector": {}}},
            "gpu: kubespawner_override.nodeSelector" + NO_SETTING + " Did you mean node_selector?",
        ),
        (
            {"slug": "gpu", "kubespawner_override": {"environment": {"A": [{1: 2}]}}},
            "gpu: the key 1 in kubespawner_override.environment.A is not text; put it in quotes",
        ),
        ({"slug": "gpu", "profile_options": None}, "gpu: profile_options is null; it has to be a mapping of options"),
        (
            {"slug": "gpu", "profile_options": {"cpu_guarantee": 2}},
            "gpu, option cpu_guarantee is 2; an option is a mapping with `choices`, and has one at least",
        ),
        (
            {"slug": "gpu", "profile_options": {"o": {"choices": {}}}},
            "gpu, option o is {'choices': {}}; an option is a mapping with `choices`, and has one at least",
        ),
        (
            {"slug": "gpu", "profile_options": {"o": {**CHOICES, "label": "O"}}},
            "gpu, option o: label is no key of an option, and KubeSpawner would ignore it.",
        ),
        (
            {"slug": "gpu", "profile_options": {"o": {**CHOICES, "unlisted_choice": {"enabled": True}}}},
            "gpu, option o: unlisted_choice lets users start what nobody has proven; leave it out",
        ),
        (
            {"slug": "gpu", "profile_options": {"profile": CHOICES}},
            "gpu, option profile: the form has fields of this name itself; take a key without --, and not profile",
        ),
        (
            {"slug": "gpu", "profile_options": {"a--b": CHOICES}},
            "gpu, option a--b: the form has fields of this name itself; take a key without --, and not profile",
        ),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(profile: object, said: str) -> None:
    assert _problems(profile) == [said]


def test_what_is_wrong_with_a_choice_is_said() -> None:
    assert _of_choice(5) == ["gpu, option o=c is 5; a choice is a mapping"]
    assert _of_choice({"image": "x"}) == [
        "gpu, option o=c: image is no key of a choice, and KubeSpawner would ignore it."
    ]
    assert _of_choice({"kubespawner_override": []}) == [
        "gpu, option o=c: kubespawner_override is []; it has to be a mapping"
    ]
    assert _of_choice({}, key="unlisted-choice") == [
        "gpu, option o=unlisted-choice: the form takes this for its own entry; give the choice another key"
    ]
    assert _of_choice({}, key=3.11) == ["gpu: the key 3.11 in profile_options.o.choices is not text; put it in quotes"]


@pytest.mark.parametrize(
    "option, key", [("cuda", "cuda_12"), ("GPU", "c"), ("o", "3.11"), ("o" * 40, "c"), ("o", "c-")]
)
def test_the_image_puller_needs_names_that_a_cluster_takes(option: str, key: str) -> None:
    brings: dict[str, Any] = {"kubespawner_override": {"image": "x"}}
    (said,) = _of_choice(brings, option=option, key=key)
    assert f"would call a container image-pull-profile-0-option-{option}-{key}, and no cluster takes that" in said
    assert _of_choice({"kubespawner_override": {"uid": 1}}, option=option, key=key) == []
    assert _of_choice(brings) == []


def test_an_entry_has_a_name_whatever_it_lacks() -> None:
    assert profile_name({"slug": "gpu", "display_name": "GPU"}, 0) == "gpu"
    assert profile_name({"slug": "", "display_name": "GPU"}, 0) == "GPU"
    assert profile_name({}, 0) == "profile 1"
    assert profile_name(None, 1) == "profile 2"
