"""Which devices of this machine a shape gets; decided from what the engine and the machine say of themselves."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hubwright.frozen import dataclass

_WHOLE_GPU = "nvidia.com/gpu"
_NUMBERED = re.compile(r"neuron([0-9]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Devices:
    """What a container is given; `requests` and `paths` in the words of the engine's API."""

    requests: tuple[Mapping[str, Any], ...] = ()
    paths: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()


def devices_for(resources: Mapping[str, int], info: Mapping[str, Any], neuron: Sequence[str]) -> Devices | None:
    """Return what satisfies the resources here, None where the machine does not have it or nothing is asked for.

    `info` is what the engine says of itself, `neuron` the names of the machine's Neuron devices. A partition of a GPU
    is None as well: which one is free is a cluster's knowledge.
    """
    wanted = {name: count for name, count in resources.items() if count}
    if len(wanted) != 1:
        return None
    ((name, count),) = wanted.items()
    match name:
        case "nvidia.com/gpu" | "nvidia.com/gpu.shared":
            # Several shares are one GPU, that others may use as well.
            return _gpus(count if name == _WHOLE_GPU else 1, info)
        case "aws.amazon.com/neuron":
            return _neurons(count, neuron)
        case "aws.amazon.com/neuroncore":
            first = _neurons(1, neuron)
            cores = "0" if count == 1 else f"0-{count - 1}"
            return first and Devices(paths=first.paths, environment=(("NEURON_RT_VISIBLE_CORES", cores),))
        case _:
            return None


def neuron_devices(folder: Path = Path("/dev")) -> tuple[str, ...]:
    """Return the names of this machine's Neuron devices."""
    return tuple(sorted(entry.name for entry in folder.glob("neuron*")))


def _gpus(count: int, info: Mapping[str, Any]) -> Devices | None:
    if "nvidia" in (info.get("Runtimes") or {}):
        return Devices(requests=({"Driver": "nvidia", "Count": count, "Capabilities": [["gpu"]]},))
    found = [device["ID"] for device in info.get("DiscoveredDevices") or () if device.get("Source") == "cdi"]
    gpus = sorted(each for each in found if re.fullmatch(r"nvidia\.com/gpu=[0-9]+", each))
    if len(gpus) >= count:
        return Devices(requests=({"Driver": "cdi", "DeviceIDs": gpus[:count]},))
    return None


def _neurons(count: int, names: Sequence[str]) -> Devices | None:
    numbers = sorted(int(found[1]) for name in names if (found := _NUMBERED.fullmatch(name)))
    if len(numbers) < count:
        return None
    return Devices(paths=tuple(f"/dev/neuron{number}" for number in numbers[:count]))
