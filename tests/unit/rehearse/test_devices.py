from pathlib import Path

import pytest

from hubwright.rehearse.docker.devices import Devices, devices_for, neuron_devices

NOTHING: dict[str, object] = {"Runtimes": {"runc": {}}, "DiscoveredDevices": None}
RUNTIME: dict[str, object] = {"Runtimes": {"runc": {}, "nvidia": {}}}
CDI: dict[str, object] = {
    "DiscoveredDevices": [
        {"Source": "cdi", "ID": "nvidia.com/gpu=1"},
        {"Source": "cdi", "ID": "nvidia.com/gpu=0"},
        {"Source": "cdi", "ID": "nvidia.com/gpu=all"},
        {"Source": "other", "ID": "nvidia.com/gpu=2"},
    ]
}


def _gpus(count: int) -> Devices:
    return Devices(requests=({"Driver": "nvidia", "Count": count, "Capabilities": [["gpu"]]},))


@pytest.mark.parametrize(
    "resources, info, neuron, expected",
    [
        ({}, RUNTIME, (), None),
        ({"nvidia.com/gpu": 0}, RUNTIME, (), None),
        ({"nvidia.com/gpu": 1}, NOTHING, (), None),
        ({"nvidia.com/gpu": 2}, RUNTIME, (), _gpus(2)),
        ({"nvidia.com/gpu.shared": 2}, RUNTIME, (), _gpus(1)),
        ({"nvidia.com/mig-1g.5gb": 1}, RUNTIME, (), None),
        ({"nvidia.com/gpu": 1, "aws.amazon.com/neuron": 1}, RUNTIME, ("neuron0",), None),
        ({"nvidia.com/gpu": 3}, CDI, (), None),
        (
            {"nvidia.com/gpu": 2},
            CDI,
            (),
            Devices(requests=({"Driver": "cdi", "DeviceIDs": ["nvidia.com/gpu=0", "nvidia.com/gpu=1"]},)),
        ),
        ({"aws.amazon.com/neuron": 1}, NOTHING, (), None),
        ({"aws.amazon.com/neuron": 1}, NOTHING, ("neuron_core",), None),
        (
            {"aws.amazon.com/neuron": 2},
            NOTHING,
            ("neuron10", "neuron2", "neuron0"),
            Devices(paths=("/dev/neuron0", "/dev/neuron2")),
        ),
        (
            {"aws.amazon.com/neuroncore": 1},
            NOTHING,
            ("neuron0",),
            Devices(paths=("/dev/neuron0",), environment=(("NEURON_RT_VISIBLE_CORES", "0"),)),
        ),
        (
            {"aws.amazon.com/neuroncore": 2},
            NOTHING,
            ("neuron0",),
            Devices(paths=("/dev/neuron0",), environment=(("NEURON_RT_VISIBLE_CORES", "0-1"),)),
        ),
        ({"aws.amazon.com/neuroncore": 2}, NOTHING, (), None),
    ],
)
def test_a_shape_gets_what_the_machine_has_and_nothing_else(
    resources: dict[str, int], info: dict[str, object], neuron: tuple[str, ...], expected: Devices | None
) -> None:
    assert devices_for(resources, info, neuron) == expected


def test_neuron_devices_are_found_by_their_names(tmp_path: Path) -> None:
    for name in ("neuron1", "neuron0", "null"):
        (tmp_path / name).touch()
    assert neuron_devices(tmp_path) == ("neuron0", "neuron1")
