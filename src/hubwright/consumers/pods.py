"""A pod that KubeSpawner made, beside the start that was proven."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hubwright.consumers.starts import ExpectedStart
from hubwright.model import Shape, Toleration

_MILLI = 1000
_Pod = Mapping[str, Any]


def pod_problems(
    pod: _Pod, start: ExpectedStart, *, names: Mapping[str, str], tolerations: Sequence[Mapping[str, str]]
) -> Iterator[str]:
    """Yield where the pod is something else than what was proven.

    The names are what values refer to; the tolerations are those that the chart gives to every pod.
    """
    container, shape = pod["spec"]["containers"][0], start.shape
    for what, expected, seen, advice in (
        *_identity(pod, container, start),
        *_amounts(container, shape),
        *_devices(container, shape),
    ):
        if seen != expected:
            yield f"{what} is {_shown(seen)}, and was {_shown(expected)} when it was proven; {advice}"
    yield from _placement(pod, shape, tolerations)
    yield from _environment(container, shape, names)
    yield from _mounts(pod, container, shape)


_Fact = tuple[str, object, object, str]


def _identity(pod: _Pod, container: _Pod, start: ExpectedStart) -> Iterator[_Fact]:
    of_container = container.get("securityContext") or {}
    of_pod = pod["spec"].get("securityContext") or {}
    shape = start.shape
    yield "the image", start.image, container.get("image"), "`image` has to name it by its digest"
    own = "the image's own was proven: `singleuser.cmd: null` leaves it"
    yield "the command", None, container.get("command"), own
    yield "the list of arguments", None, container.get("args"), own
    yield "the working directory", None, container.get("workingDir"), "leave `working_dir` to the image"
    yield "the user", shape.uid, of_container.get("runAsUser"), "look at `uid`"
    yield "the group", shape.gid, of_container.get("runAsGroup"), "look at `gid`, which the chart has no value for"
    yield "the group of volumes", shape.fs_gid, of_pod.get("fsGroup"), "look at `fs_gid` and `extra_pod_config`"


def _amounts(container: _Pod, shape: Shape) -> Iterator[_Fact]:
    """Yield the processors and the bytes of memory.

    What the shape does not say must not be limited; what is asked for beside it limits nothing.
    """
    limits, requests = _resources(container)
    for name, short, unit, span in (("cpu", "cpu", _MILLI, shape.cpu), ("memory", "mem", 1, shape.memory)):
        advice = f"`{short}_limit` and `{short}_guarantee` have to stand in the profile, both of them"
        limit = None if span is None else span.limit / unit
        yield f"the limit of {name}", limit, _number(limits.get(name)), advice
        if span is not None:
            yield f"the request for {name}", span.guarantee / unit, _number(requests.get(name)), advice


def _devices(container: _Pod, shape: Shape) -> Iterator[_Fact]:
    limits, requests = _resources(container)
    known = {*shape.resources, *limits, *requests} - {"cpu", "memory"}
    for name in sorted(known):
        expected = shape.resources.get(name)
        advice = "a cluster takes it in `extra_resource_limits`, as a whole number, and nowhere else"
        yield f"the limit of {name}", expected, _number(limits.get(name)), advice
        if name in requests:
            yield f"the request for {name}", expected, _number(requests[name]), advice


def _resources(container: _Pod) -> tuple[_Pod, _Pod]:
    resources = container.get("resources") or {}
    return resources.get("limits") or {}, resources.get("requests") or {}


def _number(value: object) -> object:
    """Return the number that the pod says; what is no plain number is left as it is."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _placement(pod: _Pod, shape: Shape, tolerations: Sequence[Mapping[str, str]]) -> Iterator[str]:
    selector = pod["spec"].get("nodeSelector") or {}
    for label, value in shape.node_selector.items():
        if selector.get(label) != value:
            yield f"the node selector has {_shown(selector.get(label))} for {label}, and has to have {value}"
    tolerated = [_plain(each) for each in pod["spec"].get("tolerations") or ()]
    for each in shape.tolerations:
        if _plain(_as_mapping(each)) not in tolerated:
            yield f"the pod does not tolerate {_told(_as_mapping(each))}; put it into `tolerations`"
    for every in tolerations:
        if _plain(every) not in tolerated:
            yield (
                f"the pod does not tolerate {_told(every)}, which every other pod of the chart does: `tolerations` "
                "replace the chart's, and have to say them again"
            )


def _as_mapping(toleration: Toleration) -> dict[str, str | None]:
    return {
        "key": toleration.key,
        "operator": toleration.operator,
        "value": toleration.value,
        "effect": toleration.effect,
    }


def _plain(toleration: Mapping[str, Any]) -> dict[str, Any]:
    # Equal is what Kubernetes takes an absent operator for.
    said = {key: value for key, value in toleration.items() if value is not None}
    return {"operator": "Equal", **said}


def _told(toleration: Mapping[str, Any]) -> str:
    said = ("key", "operator", "value", "effect")
    return ", ".join(f"{key}: {toleration[key]}" for key in said if toleration.get(key) is not None)


def _environment(container: _Pod, shape: Shape, names: Mapping[str, str]) -> Iterator[str]:
    seen = {each["name"]: each.get("value") for each in container.get("env") or ()}
    for name, value in shape.environment.items():
        expected = value.format(**names)
        if seen.get(name) != expected:
            yield f"the variable {name} is {_shown(seen.get(name))}, and has to be {expected!r}; look at `environment`"


def _mounts(pod: _Pod, container: _Pod, shape: Shape) -> Iterator[str]:
    volumes = {each.get("name"): each for each in pod["spec"].get("volumes") or ()}
    mounted = {each["mountPath"]: each for each in container.get("volumeMounts") or ()}
    home = mounted.get(shape.home)
    if home is None or home["name"] not in volumes or home.get("readOnly"):
        yield (
            f"no volume that can be written is mounted at the home {shape.home}: work would be lost with the server; "
            "use `singleuser.storage` for volumes, because a profile's own may replace the home's"
        )
    for directory in shape.shared:
        mount = mounted.get(directory.path) or {}
        claim = (volumes.get(mount.get("name")) or {}).get("persistentVolumeClaim") or {}
        read_only = bool(mount.get("readOnly") or claim.get("readOnly"))
        if (claim.get("claimName"), read_only) != (directory.claim, directory.read_only):
            how = "to read only" if directory.read_only else "to be written"
            yield f"the claim {directory.claim} is not mounted at {directory.path}, {how}; look at `singleuser.storage`"


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)
