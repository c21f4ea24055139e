"""Values over a chart's own, as Helm puts them together."""

from collections.abc import Mapping

from hubwright.model import Chart

# From this release on the chart gives KubeSpawner the volumes as a mapping, which a profile's own are merged into.
_FIRST_WITH_MAPPINGS = (4, 3)

# What the chart's own values say where nobody says anything else: all that a pod depends on.
DEFAULTS: Mapping[str, object] = {
    "scheduling": {
        "userPods": {
            "tolerations": [
                {"key": key, "operator": "Equal", "value": "user", "effect": "NoSchedule"}
                for key in ("hub.jupyter.org/dedicated", "hub.jupyter.org_dedicated")
            ]
        }
    },
    "singleuser": {
        "cmd": "jupyterhub-singleuser",
        "uid": 1000,
        "fsGid": 100,
        "memory": {"guarantee": "1G"},
        "storage": {
            "type": "dynamic",
            "homeMountPath": "/home/jovyan",
            "dynamic": {"pvcNameTemplate": "claim-{username}", "volumeNameTemplate": "volume-{username}"},
        },
    },
}


def volumes_are_a_mapping(chart: Chart) -> bool:
    """Return whether this release of the chart mounts from a mapping; the older ones do from a list."""
    return tuple(int(part) for part in chart.version.split(".")[:2]) >= _FIRST_WITH_MAPPINGS


def merged(defaults: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with what they do not say taken from the defaults.

    Mappings are put together key by key, a null takes the default away, and everything else replaces it.
    """
    taken_away = {key for key, value in values.items() if value is None and key in defaults}
    both = {**defaults, **values}
    return {
        key: merged(below, value) if isinstance(below := defaults.get(key), dict) and isinstance(value, dict) else value
        for key, value in both.items()
        if key not in taken_away
    }
