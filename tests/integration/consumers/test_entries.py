"""Entries that KubeSpawner stumbles over, or takes and does something else with: each is refused by its name.

They stand in a few long lists, because asking takes a second or two and what is said of one is not said of another.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from helpers.kubespawner import Hub
from helpers.profile_list import DEVICES, GPU, SHARED, image, override, profile, start, values
from hubwright.matrix.charts import CHARTS
from hubwright.model import Shape

_Row = tuple[dict[str, Any], str, str]
_CHOICE = {"display_name": "Choice"}
_TRAIT = "KubeSpawner cannot start it: TraitError: "


def _overriding(slug: str, shape: Shape = DEVICES, **more: Any) -> dict[str, Any]:
    """Return an entry that overrides more, or less where it is None."""
    said = override(shape, **{"image": image("a"), **more})
    return profile(slug, kubespawner_override={key: value for key, value in said.items() if value is not None})


def _with_option(slug: str, key: str, option: Any) -> dict[str, Any]:
    return profile(slug, profile_options={key: option})


def _with_choice(slug: str, key: str, choice: Any, **more: Any) -> dict[str, Any]:
    return _with_option(slug, key, {"display_name": "Option", "choices": {choice: {**_CHOICE, **more}}})


# What keeps the page from being shown at all, and what is said of the entry.
_PAGE: tuple[_Row, ...] = (
    ({"kubespawner_override": {}}, "profile 1: this profile alone keeps", "KeyError: 'display_name'"),
    (_with_option("cognito", "cpu_guarantee", 2), "cognito, option cpu_guarantee is 2", "an option is a mapping"),
    (_with_option("cognito", "cpu_guarantee", 2), "cognito: this profile alone keeps", "AttributeError"),
    (_with_option("free", "image", {"unlisted_choice": {"enabled": True}}), "free: this profile alone", "Undefined"),
    (_with_option("free", "image", {"unlisted_choice": {"enabled": True}}), "free, option image is", "`choices`"),
    ({**profile("none"), "profile_options": None}, "none: this profile alone keeps", "AttributeError"),
    ({**profile("none"), "profile_options": None}, "none: profile_options is null", "a mapping of options"),
)

# What cannot be started.
_FAILS: tuple[_Row, ...] = (
    ({**profile("null"), "kubespawner_override": None}, "null: kubespawner_override is null", "a mapping"),
    ({**profile("null"), "kubespawner_override": None}, "null: KubeSpawner cannot start it", "'items'"),
    (_overriding("selector", nodeSelector={"a": "b"}), "selector: KubeSpawner cannot", "it could without kubespawner"),
    (_overriding("selector", nodeSelector={"a": "b"}), "selector: kubespawner_override.nodeSelector", "node_selector?"),
    (_overriding("gi", mem_limit="16Gi"), f"gi: {_TRAIT}", "without kubespawner_override.mem_limit"),
    (_overriding("gb", mem_limit="16GB"), f"gb: {_TRAIT}", "without kubespawner_override.mem_limit"),
    (_overriding("text", cpu_limit="2"), f"text: {_TRAIT}", "without kubespawner_override.cpu_limit"),
    (_overriding("milli", cpu_limit="500m"), f"milli: {_TRAIT}", "without kubespawner_override.cpu_limit"),
    (_overriding("uid", uid="1000"), f"uid: {_TRAIT}", "without kubespawner_override.uid"),
    (
        _overriding("number", environment={"A": 1, "B": "x"}),
        "number: KubeSpawner",
        "kubespawner_override.environment.A",
    ),
    (_overriding("truth", environment={"A": True}), "truth: KubeSpawner", "kubespawner_override.environment.A"),
    (_overriding("brace", environment={"A": "{HOME}"}), "brace: KubeSpawner", "kubespawner_override.environment.A"),
    (_overriding("dollar", environment={"A": "${HOME}"}), "dollar: KubeSpawner", "kubespawner_override.environment.A"),
    (_overriding("label", extra_labels={"a": "{b}"}), "label: KubeSpawner", "kubespawner_override.extra_labels.a"),
    (
        _overriding("init", init_containers=[{"name": "i", "image": "i", "command": ["{}"]}]),
        "init: KubeSpawner cannot start it",
        "without kubespawner_override.init_containers",
    ),
    (
        _overriding("config", extra_pod_config={"hostname": "{x}"}),
        "config: KubeSpawner cannot start it: KeyError",
        "without kubespawner_override.extra_pod_config.hostname",
    ),
    (_overriding("one", tolerations=GPU), "one: KubeSpawner cannot start it", "kubespawner_override.tolerations"),
    (_with_choice("python", "version", 3.11), "python: the key 3.11 in profile_options.version", "put it in quotes"),
    (
        _with_choice("choice", "size", "big", kubespawner_override={"cpu_limit": "2", "mem_limit": "4G"}),
        f"choice[size=big]: {_TRAIT}",
        "without profile_options.size.choices.big.kubespawner_override.cpu_limit",
    ),
)

# What is taken without a word, and is something else than what was meant.
_SILENT: tuple[_Row, ...] = (
    (_overriding("timeout", startTimeout=1200), "timeout: kubespawner_override.startTimeout", "start_timeout?"),
    ({**profile("misplaced"), "cmd": None}, "misplaced: cmd is no key of a profile", "ignore it"),
    (profile("twice"), "twice: the slug twice belongs to an earlier profile", "cannot be reached"),
    ({"display_name": "***", "kubespawner_override": {}}, "***: its slug is empty", "start the default profile"),
    (_with_choice("taken", "profile", "a"), "taken, option profile: the form has fields", "not profile"),
    (_with_choice("dashes", "a--b", "a"), "dashes, option a--b: the form has fields", "without --"),
    (_with_choice("unlisted", "size", "unlisted-choice"), "unlisted, option size=unlisted-choice", "another key"),
    (
        _with_option("free", "a", {"choices": {"b": _CHOICE}, "unlisted_choice": {"enabled": True}}),
        "free, option a: unlisted_choice lets users start what nobody has proven",
        "leave it out",
    ),
    (
        _with_choice("puller", "cuda", "cuda_12", kubespawner_override={"image": image("b")}),
        "puller, option cuda=cuda_12: the chart's image puller would call a container image-pull-profile-",
        "option-cuda-cuda_12, and no cluster takes that",
    ),
    (_with_choice("option", "size", "s", image="x"), "option, option size=s: image is no key of a choice", "ignore"),
    (
        _overriding("mig", extra_resource_limits=None, extra_resource_guarantees={"nvidia.com/gpu": 1}),
        "mig: the limit of nvidia.com/gpu is nothing, and was 1",
        "a cluster takes it in `extra_resource_limits`",
    ),
    (
        _overriding("part", extra_resource_limits={"nvidia.com/gpu": "0.5"}),
        "part: the limit of nvidia.com/gpu is 0.5, and was 1",
        "as a whole number",
    ),
    (
        _overriding("uneven", extra_resource_guarantees={"nvidia.com/gpu": 2}),
        "uneven: the request for nvidia.com/gpu is 2, and was 1",
        "nowhere else",
    ),
    (
        _overriding("alone", tolerations=[GPU]),
        "alone: the pod does not tolerate key: hub.jupyter.org/dedicated, operator: Equal, value: user",
        "have to say them again",
    ),
    (_overriding("untolerated", tolerations=None), "untolerated: the pod does not tolerate", "key: nvidia.com/gpu"),
    (_overriding("latest", image="nb/neuron:latest"), "latest: the image is nb/neuron:latest, and was", image("a")),
    (_overriding("cmd", cmd=["start-singleuser.sh"]), "cmd: the list of arguments is", "`singleuser.cmd"),
    (
        _overriding("limit", mem_guarantee=None),
        f"limit: the request for memory is {1 << 30}, and was {2 << 30}",
        "both of them",
    ),
    (_overriding("more", mem_limit="8G"), f"more: the limit of memory is {8 << 30}, and was {4 << 30}", "mem_limit"),
    (_overriding("half", cpu_limit=0.5), "half: the limit of cpu is 0.5, and was 2 when it", "`cpu_limit`"),
    (_overriding("group", gid=None), "group: the group is nothing, and was 100", "the chart has no value"),
    (
        _overriding("root", extra_pod_config={"security_context": {"fsGroup": 0}}),
        "root: the group of volumes is 0, and was 100",
        "`extra_pod_config`",
    ),
    (_overriding("place", node_selector=None), "place: the node selector has nothing for kubernetes.io/arch", "amd64"),
    (_overriding("env", environment={}), "env: the variable GREETING is nothing", "'hello ada'"),
    (_overriding("nohome", volume_mounts=[]), "nohome: no volume that can be written is mounted at the home", "lost"),
    (_overriding("nohome", volume_mounts=[]), f"nohome: the claim {SHARED.claim} is not mounted", "read only"),
    (_overriding("undefined", volumes=[]), "undefined: no volume that can be written is mounted at the home", "lost"),
)
_TABLES = {"page": _PAGE, "fails": _FAILS, "silent": _SILENT}
_ASKED: dict[tuple[str, str], list[str]] = {}


def _problems(hub: Hub, table: str) -> list[str]:
    """Return what is said of all entries of the table together."""
    asked = (hub.chart.version, table)
    if asked not in _ASKED:
        profiles: list[Mapping[str, Any]] = []
        for entry, _, _ in _TABLES[table]:
            if entry not in profiles:
                profiles.append(entry)
        again = [profile("twice")] if table == "silent" else []
        starts = [start(str(entry.get("slug")), shape=DEVICES) for entry in profiles]
        _ASKED[asked] = hub.refusals(values(*profiles, *again), *starts)
    return _ASKED[asked]


@pytest.mark.parametrize(
    "table, begins, says", [(name, begins, says) for name, rows in _TABLES.items() for _, begins, says in rows]
)
def test_what_is_wrong_with_an_entry_is_said(hub: Hub, table: str, begins: str, says: str) -> None:
    problems = _problems(hub, table)
    assert any(each.startswith(begins) and says in each for each in problems), "\n".join(problems)


def test_what_becomes_of_a_profiles_own_volumes_depends_on_the_chart(hub: Hub) -> None:
    own = {"scratch": {"name": "scratch", "emptyDir": {}}}
    listed = values(_overriding("own", volumes=own))
    proven = start("own", shape=DEVICES, default_profile=True)
    if hub.chart.version == "4.4.0":
        hub.check(listed, proven)
        # It has the same KubeSpawner, and gives it the volumes as a list.
        problems = replace(hub, chart=CHARTS["4.2.0"]).refusals(listed, proven)
        assert problems[0].startswith("own: no volume that can be written is mounted at the home /home/jovyan")
    else:
        problems = hub.refusals(listed, proven)
        assert problems[0].endswith("; it could without kubespawner_override.volumes")
