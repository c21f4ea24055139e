"""What is wrong in values that others ship, and cannot be wrong here: for all that this repository's matrix offers."""

from pathlib import Path
from typing import Any

import pytest

from emitting import HOST, entry, every_start, overrides, spawned
from hubwright.emit.hub import emit
from hubwright.matrix.load import load_matrix

ROOT = Path(__file__).parents[3]
MATRIX = load_matrix((ROOT / "matrix.yaml").read_bytes(), "matrix.yaml")
ENTRIES = [entry(profile) for profile in MATRIX.profiles]
# What an override may hold at all: every key is a setting of KubeSpawner, which ignores what it does not know.
TRAITS = {
    *("image", "cpu_guarantee", "cpu_limit", "mem_guarantee", "mem_limit", "extra_resource_limits", "node_selector"),
    *("tolerations", "environment", "uid", "gid", "fs_gid", "service_account"),
}


@pytest.fixture
def singleuser() -> dict[str, Any]:
    made: Any = emit(ENTRIES, MATRIX, HOST).values["singleuser"]
    found: dict[str, Any] = made
    return found


def test_resources_never_stand_among_options_where_they_break_the_form_of_every_user(
    singleuser: dict[str, Any],
) -> None:
    options = [
        option for profile in singleuser["profileList"] for option in profile.get("profile_options", {}).values()
    ]
    assert options
    for option in options:
        assert set(option) == {"display_name", "choices"}
        for choice in option["choices"].values():
            assert set(choice) <= {"display_name", "default", "kubespawner_override"}


def test_devices_are_limits_and_never_guarantees_that_kubernetes_refuses(singleuser: dict[str, Any]) -> None:
    asked = [name for each in overrides(singleuser["profileList"]) for name in each.get("extra_resource_limits", {})]
    assert "nvidia.com/mig-1g.5gb" in asked
    assert not any("extra_resource_guarantees" in each for each in overrides(singleuser["profileList"]))


def test_nothing_stands_where_it_has_no_effect(singleuser: dict[str, Any]) -> None:
    assert singleuser["cmd"] is None
    for profile in singleuser["profileList"]:
        assert set(profile) <= {
            *("display_name", "slug", "description", "default", "kubespawner_override", "profile_options"),
        }
    for override in overrides(singleuser["profileList"]):
        assert set(override) <= TRAITS


def test_no_image_is_named_by_a_tag_that_moves(singleuser: dict[str, Any]) -> None:
    images = [each["image"] for each in overrides(singleuser["profileList"]) if "image" in each]
    assert len(images) >= len(MATRIX.profiles)
    assert all("@sha256:" in image and ":latest" not in image for image in images)
    assert singleuser["image"]["name"].endswith("@sha256")


def test_a_profile_s_tolerations_keep_it_welcome_on_the_nodes_of_users(singleuser: dict[str, Any]) -> None:
    listed = [each["tolerations"] for each in overrides(singleuser["profileList"]) if "tolerations" in each]
    assert listed
    for tolerations in listed:
        keys = [each["key"] for each in tolerations[:2]]
        assert keys == ["hub.jupyter.org/dedicated", "hub.jupyter.org_dedicated"]


def test_nodes_are_selected_by_what_the_matrix_says_and_the_image_needs(singleuser: dict[str, Any]) -> None:
    for start in every_start(ENTRIES):
        offer = start.offer
        traits = spawned(singleuser["profileList"], offer.profile, offer.choices)
        assert traits["node_selector"] == {**offer.shape.node_selector, "kubernetes.io/arch": "amd64"}


def test_nobody_is_root_and_nothing_is_allowed_beside_what_was_proven(singleuser: dict[str, Any]) -> None:
    assert singleuser["uid"] == 1000
    assert "allowPrivilegeEscalation" not in singleuser
    for start in every_start(ENTRIES):
        traits = spawned(singleuser["profileList"], start.offer.profile, start.offer.choices)
        assert (traits["uid"], traits["gid"], traits["fs_gid"]) == (1000, 100, 100)
        assert traits["environment"] == start.offer.shape.environment
    assert set(singleuser["extraEnv"]) == {"POD_IP"}


def test_memory_is_guaranteed_as_the_profile_says_and_not_as_the_chart_does(singleuser: dict[str, Any]) -> None:
    for override in overrides(singleuser["profileList"]):
        assert ("mem_limit" in override) == ("mem_guarantee" in override)


def test_no_profile_brings_volumes_that_drop_the_user_s_home(singleuser: dict[str, Any]) -> None:
    assert isinstance(singleuser["storage"]["extraVolumes"], list)
    assert not any({"volumes", "volume_mounts"} & set(each) for each in overrides(singleuser["profileList"]))


def test_slugs_and_defaults_are_unique(singleuser: dict[str, Any]) -> None:
    slugs = [profile["slug"] for profile in singleuser["profileList"]]
    assert len(set(slugs)) == len(slugs) == len(MATRIX.profiles)
    assert [profile["slug"] for profile in singleuser["profileList"] if profile.get("default")] == ["jupyterlab"]


def test_the_repository_s_matrix_is_what_these_tests_are_about() -> None:
    assert all(each.starts and not each.withheld for each in ENTRIES)
