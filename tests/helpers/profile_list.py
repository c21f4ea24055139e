"""A profile list as it is written for the chart, the starts that it is about, and a small chart to read it."""

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hubwright.consumers.starts import ExpectedStart
from hubwright.model import Shape, SharedDirectory, Span, Toleration
from values import SHAPE

HOST = "registry.example"
GIB = 1 << 30
DEDICATED = [
    {"key": key, "operator": "Equal", "value": "user", "effect": "NoSchedule"}
    for key in ("hub.jupyter.org/dedicated", "hub.jupyter.org_dedicated")
]
GPU = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
SHARED = SharedDirectory(name="data", path="/home/shared", claim="shared-data", read_only=True)
PLAIN: Shape = replace(
    SHAPE,
    cpu=Span(guarantee=500, limit=2000),
    memory=Span(guarantee=2 * GIB, limit=4 * GIB),
    environment={"GREETING": "hello {username}", "TAG": "{{1}}"},
    shared=(SHARED,),
)
DEVICES: Shape = replace(
    PLAIN,
    resources={"nvidia.com/gpu": 1},
    node_selector={"kubernetes.io/arch": "amd64"},
    tolerations=(Toleration(operator="Exists", key="nvidia.com/gpu", effect="NoSchedule"),),
)


def image(letter: str) -> str:
    return f"{HOST}/nb/{letter}@sha256:{letter * 64}"


def override(shape: Shape, **more: Any) -> dict[str, Any]:
    """Return a `kubespawner_override` that asks for all of the shape but what all servers share."""
    assert shape.cpu
    assert shape.memory
    said: dict[str, Any] = {
        "uid": shape.uid,
        "gid": shape.gid,
        "fs_gid": shape.fs_gid,
        "cpu_guarantee": shape.cpu.guarantee / 1000,
        "cpu_limit": shape.cpu.limit / 1000,
        "mem_guarantee": shape.memory.guarantee,
        "mem_limit": shape.memory.limit,
        "environment": dict(shape.environment),
    }
    if shape.resources:
        said["extra_resource_limits"] = {name: str(number) for name, number in shape.resources.items()}
    if shape.node_selector:
        said["node_selector"] = dict(shape.node_selector)
    if shape.tolerations:
        said["tolerations"] = [*DEDICATED, GPU]
    return {**said, **more}


def profile(slug: str, *, shape: Shape = PLAIN, **changed: Any) -> dict[str, Any]:
    """Return an entry with one start of image `a`; what is changed of it is None where it is to be left out."""
    usual = {"display_name": slug.title(), "slug": slug, "kubespawner_override": override(shape, image=image("a"))}
    return {key: value for key, value in {**usual, **changed}.items() if value is not None}


def start(slug: str, *, shape: Shape = PLAIN, **changed: Any) -> ExpectedStart:
    """Return what was proven of such an entry."""
    usual = ExpectedStart(
        slug=slug, choices={}, image=image("a"), shape=shape, default_profile=False, default_choices=True
    )
    return replace(usual, **changed)


def values(*profiles: Any) -> dict[str, Any]:
    return {
        "singleuser": {
            "cmd": None,
            "profileList": list(profiles),
            "storage": {
                "extraVolumes": [{"name": "data", "persistentVolumeClaim": {"claimName": SHARED.claim}}],
                "extraVolumeMounts": [{"name": "data", "mountPath": SHARED.path, "readOnly": True}],
            },
        }
    }


def two_profiles() -> tuple[dict[str, Any], tuple[ExpectedStart, ...]]:
    """Return a list without a fault, with a default in the second place and options, and all its starts."""
    choices = {
        key: {"display_name": key.upper(), "default": key == "b", "kubespawner_override": {"image": image(key)}}
        for key in "bc"
    }
    size = {"small": {"display_name": "Small", "kubespawner_override": {}}}
    options = {
        "image": {"display_name": "Image", "choices": choices},
        "size": {"display_name": "Size", "choices": size},
    }
    gpu = profile("gpu", shape=DEVICES, default=True, profile_options=options, kubespawner_override=override(DEVICES))
    starts = [start("lab")] + [
        start(
            "gpu",
            shape=DEVICES,
            choices={"image": key, "size": "small"},
            image=image(key),
            default_profile=True,
            default_choices=key == "b",
        )
        for key in "bc"
    ]
    return values(profile("lab"), gpu), tuple(starts)


_CONFIGURATION = """\
from tornado.httpclient import AsyncHTTPClient
from z2jh import get_config, get_name, get_name_env, get_secret_value, set_config_if_not_none

AsyncHTTPClient.configure("tornado.curl_httpclient.CurlAsyncHTTPClient")
print("Loading the configuration")
c.JupyterHub.hub_connect_url = f"http://{get_name('hub')}:{get_name_env('hub', '_SERVICE_PORT')}"
c.JupyterHub.cookie_secret = get_secret_value("hub.config.JupyterHub.cookie_secret")
c.KubeSpawner.common_labels = {"chart": f"{get_config('Chart.Name')}-{get_config('Chart.Version')}"}
for trait, path in {
    "uid": "uid",
    "fs_gid": "fsGid",
    "start_timeout": "startTimeout",
    "mem_guarantee": "memory.guarantee",
    "environment": "extraEnv",
    "profile_list": "profileList",
    "no_such_trait": "no.such.value",
}.items():
    set_config_if_not_none(c.KubeSpawner, trait, "singleuser." + path)
c.KubeSpawner.tolerations = get_config("scheduling.userPods.tolerations", [])
nothing = object()
if get_config("singleuser.cmd", nothing) is not nothing:
    c.Spawner.cmd = get_config("singleuser.cmd")
storage = get_config("singleuser.storage")
home = {"name": "home", "persistentVolumeClaim": {"claimName": "claim-{username}"}}
c.KubeSpawner.volumes = [home, *storage["extraVolumes"]]
c.KubeSpawner.volume_mounts = [{"name": "home", "mountPath": storage["homeMountPath"]}, *storage["extraVolumeMounts"]]
"""
_CHART_VALUES: Mapping[str, Any] = {
    "scheduling": {"userPods": {"tolerations": DEDICATED}},
    "singleuser": {
        "cmd": "jupyterhub-singleuser",
        "uid": 1000,
        "fsGid": 100,
        "memory": {"guarantee": "1G"},
        "extraEnv": {},
        "storage": {"homeMountPath": "/home/jovyan", "extraVolumes": [], "extraVolumeMounts": []},
    },
}
_CHART_SCHEMA: Mapping[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "singleuser": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                **{name: {} for name in ("cmd", "extraEnv", "memory", "storage", "startTimeout", "cpu")},
                "uid": {"type": ["integer", "null"]},
                "fsGid": {"type": ["integer", "null"]},
                "profileList": {"type": "array"},
            },
        }
    },
}


def small_chart(folder: Path, version: str) -> Path:
    """Write a chart with the files and the manners of the real one, which is too large to bring along."""
    (folder / "files/hub").mkdir(parents=True)
    (folder / "files/hub/jupyterhub_config.py").write_text(_CONFIGURATION)
    (folder / "Chart.yaml").write_text(f'apiVersion: v2\nname: jupyterhub\nversion: "{version}"\n')
    (folder / "values.yaml").write_text(json.dumps(_CHART_VALUES))
    (folder / "values.schema.json").write_text(json.dumps(_CHART_SCHEMA))
    return folder


def changed(values: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the values with another one at the dotted path."""
    whole: dict[str, Any] = copy.deepcopy(dict(values))
    *above, last = path.split(".")
    at = whole
    for key in above:
        at = at.setdefault(key, {})
    at[last] = value
    return whole
