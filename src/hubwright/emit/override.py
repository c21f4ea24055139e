"""What a profile or a choice says itself, in the words of KubeSpawner and in the types that it takes."""

from collections.abc import Mapping
from dataclasses import replace

from hubwright.cluster import ARCH_LABEL, architecture
from hubwright.model import Layer, Toleration, Variant
from hubwright.offering import Start

# A list of tolerations replaces the chart's, so the chart's own stand in every list. It writes the key in both ways,
# because some clouds take no slash in a taint.
_OF_THE_CHART = tuple(
    Toleration(key=key, operator="Equal", value="user", effect="NoSchedule")
    for key in ("hub.jupyter.org/dedicated", "hub.jupyter.org_dedicated")
)
_MILLI = 1000
_UNITS = {"T": 1024**4, "G": 1024**3, "M": 1024**2, "K": 1024}


def image_reference(host: str, start: Start) -> str:
    """Return the image by its digest: what was proven is what is started, whatever becomes of its tags."""
    return f"{host}/{start.repository}@{start.proven.digest}"


def image_override(host: str, start: Start, variant: Variant, layer: Layer) -> dict[str, object]:
    """Return what a layer with an image says: the image, the one kind of node that can run it, and the rest."""
    labels = {ARCH_LABEL: architecture(variant.platform), **layer.node_selector}
    return {"image": image_reference(host, start), **layer_override(replace(layer, node_selector=labels))}


def layer_override(layer: Layer) -> dict[str, object]:
    """Return what the layer says about the pod, apart from its image.

    Volumes are never among it: on charts before 4.3 a profile's own replace the user's home.
    """
    said: dict[str, object] = {}
    if layer.cpu:
        said |= {"cpu_guarantee": layer.cpu.guarantee / _MILLI, "cpu_limit": layer.cpu.limit / _MILLI}
    if layer.memory:
        # Both of them: with a limit alone the chart's own guarantee would stay.
        said |= {"mem_guarantee": _memory(layer.memory.guarantee), "mem_limit": _memory(layer.memory.limit)}
    if layer.resources:
        # As limits: Kubernetes takes them for the guarantee as well, and refuses a guarantee without a limit.
        said["extra_resource_limits"] = {name: str(count) for name, count in sorted(layer.resources.items())}
    if layer.node_selector:
        said["node_selector"] = _sorted(layer.node_selector)
    if layer.tolerations is not None:
        said["tolerations"] = [_toleration(each) for each in (*_OF_THE_CHART, *layer.tolerations)]
    if layer.environment:
        said["environment"] = _sorted(layer.environment)
    return said


def _memory(amount: int) -> str | int:
    """Return the bytes in the largest unit that has a whole number of them, as KubeSpawner reads it."""
    for unit, size in _UNITS.items():
        if amount % size == 0:
            return f"{amount // size}{unit}"
    return amount


def _toleration(toleration: Toleration) -> dict[str, str]:
    fields = {
        "key": toleration.key,
        "operator": toleration.operator,
        "value": toleration.value,
        "effect": toleration.effect,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _sorted(mapping: Mapping[str, object]) -> dict[str, object]:
    return dict(sorted(mapping.items()))
