"""From the chart's values to KubeSpawner's configuration, in the hub's own environment.

Either the chart's own configuration file does it, or the table below does what that file does.
"""

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient
from traitlets.config.loader import Config, PyFileConfigLoader

# Under `singleuser` in the values, and the trait that it becomes; a value that is absent or null sets nothing.
_TRAITS = {
    "podNameTemplate": "pod_name_template",
    "startTimeout": "start_timeout",
    "image.pullPolicy": "image_pull_policy",
    "image.pullSecrets": "image_pull_secrets",
    "extraLabels": "extra_labels",
    "extraAnnotations": "extra_annotations",
    "allowPrivilegeEscalation": "allow_privilege_escalation",
    "uid": "uid",
    "fsGid": "fs_gid",
    "serviceAccountName": "service_account",
    "nodeSelector": "node_selector",
    "extraNodeAffinity.required": "node_affinity_required",
    "extraNodeAffinity.preferred": "node_affinity_preferred",
    "extraPodAffinity.required": "pod_affinity_required",
    "extraPodAffinity.preferred": "pod_affinity_preferred",
    "extraPodAntiAffinity.required": "pod_anti_affinity_required",
    "extraPodAntiAffinity.preferred": "pod_anti_affinity_preferred",
    "lifecycleHooks": "lifecycle_hooks",
    "initContainers": "init_containers",
    "extraContainers": "extra_containers",
    "memory.limit": "mem_limit",
    "memory.guarantee": "mem_guarantee",
    "cpu.limit": "cpu_limit",
    "cpu.guarantee": "cpu_guarantee",
    "extraResource.limits": "extra_resource_limits",
    "extraResource.guarantees": "extra_resource_guarantees",
    "extraEnv": "environment",
    "extraPodConfig": "extra_pod_config",
    "cmd": "cmd",
    "defaultUrl": "default_url",
    "profileList": "profile_list",
}


def configure(given: dict[str, Any]) -> Config:
    """Return the configuration that the chart would make of the values."""
    look_up = _values(given["values"])
    if given["chart_config"] is None:
        return _from_table(look_up, as_mapping=given["volumes_as_mapping"])
    return _from_chart(Path(given["chart_config"]), look_up)


def _values(values: dict[str, Any]) -> Callable[..., Any]:
    """Return a function that finds what stands at a dotted path, as the chart's own does."""

    def look_up(path: str, default: Any = None) -> Any:
        found: Any = values
        for key in path.split("."):
            if not isinstance(found, dict) or key not in found:
                return default
            found = found[key]
        return found

    return look_up


def _from_table(look_up: Callable[..., Any], *, as_mapping: bool) -> Config:
    c = Config()
    for path, trait in _TRAITS.items():
        value = look_up(f"singleuser.{path}")
        if value is not None:
            c.KubeSpawner[trait] = value
    if look_up("singleuser.image.name"):
        parts = (look_up("singleuser.image.name"), look_up("singleuser.image.tag"))
        c.KubeSpawner.image = ":".join(filter(None, parts))
    c.KubeSpawner.tolerations = [
        *(look_up("scheduling.userPods.tolerations") or []),
        *(look_up("singleuser.extraTolerations") or []),
    ]
    _mount(c, look_up, as_mapping=as_mapping)
    for name, settings in (look_up("hub.config") or {}).items():
        c[name].update(settings)
    return c


def _mount(c: Config, look_up: Callable[..., Any], *, as_mapping: bool) -> None:
    storage = look_up("singleuser.storage") or {}
    volumes, mounts = [], []
    kind = storage.get("type")
    if kind in ("dynamic", "static"):
        settings = storage.get(kind) or {}
        name = settings.get("volumeNameTemplate", "home")
        claim = settings.get("pvcNameTemplate" if kind == "dynamic" else "pvcName")
        volumes.append({"name": name, "persistentVolumeClaim": {"claimName": claim}})
        mounts.append({"name": name, "mountPath": storage.get("homeMountPath"), "subPath": settings.get("subPath")})
    volumes += _listed(storage.get("extraVolumes"))
    mounts += _listed(storage.get("extraVolumeMounts"))
    # It decides what becomes of a profile's own volumes: they are merged into a mapping, and replace a list.
    c.KubeSpawner.volumes = _keyed(volumes) if as_mapping else volumes
    c.KubeSpawner.volume_mounts = _keyed(mounts) if as_mapping else mounts


def _listed(extra: Any) -> list[Any]:
    return [extra[key] for key in sorted(extra)] if isinstance(extra, dict) else list(extra or [])


def _keyed(items: list[Any]) -> dict[str, Any]:
    return {f"{index:03}": item for index, item in enumerate(items)}


def _from_chart(file: Path, look_up: Callable[..., Any]) -> Config:
    """Return what the chart's own file sets, with what the hub's pod would give it."""
    sys.modules["z2jh"] = _z2jh(look_up)
    # The chart's image of the hub has curl for it, which nothing here needs: no request is made.
    AsyncHTTPClient.configure = lambda *_, **__: None  # type: ignore[method-assign]
    made: Config = PyFileConfigLoader(file.name, path=str(file.parent)).load_config()
    return made


def _z2jh(look_up: Callable[..., Any]) -> types.ModuleType:
    """Return the chart's helpers, which would look into the files and variables of the hub's pod."""

    def set_config_if_not_none(parent: Any, name: str, key: str) -> None:
        value = look_up(key)
        if value is not None:
            setattr(parent, name, value)

    module: Any = types.ModuleType("z2jh")
    module.get_config = look_up
    module.set_config_if_not_none = set_config_if_not_none
    module.get_name = lambda name: name
    module.get_name_env = lambda *_: "80"
    module.get_secret_value = lambda _key, default="": default
    helpers: types.ModuleType = module
    return helpers
