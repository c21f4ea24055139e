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


def handed_over(value: object) -> object:
    """Return the values as the hub's pod gets them: Helm sorts every mapping, and its keys are text.

    So it is the names of options, and not their order in a file, that say whose override is the last.
    """
    match value:
        case dict():
            by_text = {str(key): below for key, below in value.items()}
            return {key: handed_over(by_text[key]) for key in sorted(by_text)}
        case list() | tuple():
            return [handed_over(each) for each in value]
        case str() | bool() | int() | float() | None:
            return value
        case _:
            # A date, which only PyYAML makes of a text.
            return str(value)


def merged(defaults: Mapping[str, object], values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with what they do not say taken from the defaults.

    Mappings are put together key by key, a null takes the default away, and everything else replaces it.
    """
    whole = dict(defaults)
    for key, value in values.items():
        below = defaults.get(key)
        if value is None and key in defaults:
            del whole[key]
        elif isinstance(below, dict) and isinstance(value, dict):
            whole[key] = merged(below, value)
        else:
            whole[key] = value
    return whole
