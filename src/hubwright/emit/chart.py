"""The values for the zero-to-jupyterhub chart: the profiles, and what their images need beside them."""

from collections.abc import Iterator, Mapping, Sequence

from hubwright.cluster import LONGEST_CONTAINER_NAME, puller_container
from hubwright.emit.override import image_reference
from hubwright.emit.places import default_start, image_places
from hubwright.emit.profile_list import default_entry, profile_list
from hubwright.emit.spark import spark_values, uses_spark
from hubwright.model import Shape, Variant
from hubwright.offering import ProfileEntry

# A node that is new pulls ten gigabytes first; the chart gives up after 300 seconds.
_START_S = 1200


def chart_values(entries: Sequence[ProfileEntry], variants: Mapping[str, Variant], host: str) -> dict[str, object]:
    """Return the values; every entry has something to start, and there is at least one."""
    start = default_start(default_entry(entries))
    shape = start.offer.shape
    repository, _, digest = image_reference(host, start).rpartition(":")
    singleuser: dict[str, object] = {
        # Takes the place of the chart's sample, which would be pulled onto every node. The chart joins the two by a
        # colon and has no key for a digest, so one half of it stands in each.
        "image": {"name": repository, "tag": digest},
        # The image's own command: it becomes the server that its surroundings ask for.
        "cmd": None,
        "startTimeout": _START_S,
        "uid": shape.uid,
        "fsGid": shape.fs_gid,
        "storage": _storage(shape, shared_memory="nvidia" in _accelerators(entries, variants)),
    }
    if any(uses_spark(entry, variants) for entry in entries):
        singleuser |= spark_values()
    singleuser["profileList"] = profile_list(entries, variants, host)
    values: dict[str, object] = {"singleuser": singleuser}
    if _keeps_puller_from(entries, variants):
        values["prePuller"] = {"pullProfileListImages": False}
    return values


def _storage(shape: Shape, *, shared_memory: bool) -> dict[str, object]:
    """Return the storage of every server; as lists, which every release of the chart takes."""
    volumes: list[dict[str, object]] = []
    mounts: list[dict[str, object]] = []
    for directory in shape.shared:
        name = f"shared-{directory.name}"
        volumes.append({"name": name, "persistentVolumeClaim": {"claimName": directory.claim}})
        mount: dict[str, object] = {"name": name, "mountPath": directory.path}
        mounts.append({**mount, "readOnly": True} if directory.read_only else mount)
    if shared_memory:
        # Loaders of PyTorch's share data through it, and an engine gives 64 MB. It counts as the pod's memory and ends
        # with that, so it needs no size of its own.
        volumes.append({"name": "shm", "emptyDir": {"medium": "Memory"}})
        mounts.append({"name": "shm", "mountPath": "/dev/shm"})  # noqa: S108 - in the pod, where it belongs
    storage: dict[str, object] = {"homeMountPath": shape.home}
    # An empty list would take away what other values say.
    return {**storage, "extraVolumes": volumes, "extraVolumeMounts": mounts} if volumes else storage


def _keeps_puller_from(entries: Sequence[ProfileEntry], variants: Mapping[str, Variant]) -> bool:
    """Return whether the chart's puller must leave the profiles' images alone.

    It pulls all of them onto every node where users may be, whatever a profile selects: images of accelerators onto
    nodes without any, and of other processors onto nodes that cannot run them, where it waits for ever. And the whole
    puller is refused, and the upgrade with it, for one name that is too long.
    """
    platforms = {variant.platform for variant in _started(entries, variants)}
    too_long = any(len(name) > LONGEST_CONTAINER_NAME for name in _puller_containers(entries))
    return bool(_accelerators(entries, variants)) or len(platforms) > 1 or too_long


def _puller_containers(entries: Sequence[ProfileEntry]) -> Iterator[str]:
    for index, entry in enumerate(entries):
        for place in image_places(entry):
            if place:
                yield puller_container(index, *place)


def _accelerators(entries: Sequence[ProfileEntry], variants: Mapping[str, Variant]) -> set[str]:
    return {variant.accelerator for variant in _started(entries, variants) if variant.accelerator}


def _started(entries: Sequence[ProfileEntry], variants: Mapping[str, Variant]) -> Iterator[Variant]:
    for entry in entries:
        for start in entry.starts:
            yield variants[start.offer.variant]
