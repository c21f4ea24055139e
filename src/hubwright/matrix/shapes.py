"""What one pod gets: checks of the fields that profiles and choices share."""

import string
from collections.abc import Iterator, Mapping

from hubwright.matrix.document import ShapeFields, Toleration
from hubwright.matrix.findings import Finding
from hubwright.words import listed
from hubwright.written.nodes import Location

# The names that every supported KubeSpawner puts into str.format; any other one is a KeyError at the spawn.
_FILLED_IN = frozenset(
    {"userid", "username", "unescaped_username", "servername", "unescaped_servername", "hubnamespace"}
)
_SET_BY_THE_HUB = ("JUPYTERHUB_", "JPY_")
_GONE_RESOURCES = {
    "aws.amazon.com/neurondevice": "the Neuron device plugin has not offered it since SDK 2.19; "
    "write aws.amazon.com/neuron for devices or aws.amazon.com/neuroncore for cores",
}


def vendors(resources: Mapping[str, int]) -> set[str]:
    """Return the makers of the devices among extended resources, in the words of an image's accelerator."""
    made_by = set()
    for resource in resources:
        domain, _, name = resource.partition("/")
        if domain == "nvidia.com":
            made_by.add("nvidia")
        elif domain == "aws.amazon.com" and name.startswith("neuron"):
            made_by.add("neuron")
    return made_by


def check_shape(fields: ShapeFields, at: Location) -> Iterator[Finding]:
    """Yield what a consumer of these fields would refuse or misread."""
    for name in ("cpu", "memory"):
        ends = getattr(fields, name)
        if ends is not None and ends[0] > ends[1]:
            yield Finding((*at, name), "the guarantee is larger than the limit; write [guarantee, limit]")
    for resource in fields.resources:
        if resource in _GONE_RESOURCES:
            yield Finding((*at, "resources", resource), f"{resource}: {_GONE_RESOURCES[resource]}", on_key=True)
    for index, toleration in enumerate(fields.tolerations or ()):
        yield from _check_toleration(toleration, (*at, "tolerations", index))
    for name, value in fields.environment.items():
        yield from _check_variable(name, value, (*at, "environment", name))


def _check_toleration(toleration: Toleration, at: Location) -> Iterator[Finding]:
    if toleration.operator == "Exists" and toleration.value is not None:
        yield Finding((*at, "value"), "Kubernetes takes no value with the operator Exists")
    if toleration.operator == "Equal" and toleration.key is None:
        yield Finding(at, "Kubernetes takes no toleration without a key, unless its operator is Exists")


def _check_variable(name: str, value: str, at: Location) -> Iterator[Finding]:
    if name.startswith(_SET_BY_THE_HUB):
        yield Finding(at, f"{name} is set by the hub", on_key=True)
    if name == "NVIDIA_VISIBLE_DEVICES":
        yield Finding(at, f"{name} would show the pod devices that it did not ask for; use `resources:`", on_key=True)
    try:
        fields = [(field, spec, conversion) for _, field, spec, conversion in string.Formatter().parse(value)]
    except ValueError as error:
        yield Finding(at, f"KubeSpawner passes this through str.format, which says: {error}. Double each brace")
        return
    for field, spec, conversion in fields:
        if field is not None and (field not in _FILLED_IN or spec or conversion):
            known = listed(sorted(_FILLED_IN))
            message = f"KubeSpawner fills in {known}, not {{{field}}}; double the braces to keep them"
            yield Finding(at, message)
