"""How the device notebooks count, tried on what the vendors' tools print: these machines are rare."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from cells import Bench

FULL = "GPU {0}: NVIDIA A100-SXM4-40GB (UUID: GPU-{0}c3a1b2c-aaaa-bbbb-cccc-0123456789ab)\n"
SLICE = "  MIG {1}     Device  {0}: (UUID: MIG-{0}d4b2c3d-aaaa-bbbb-cccc-0123456789ab)\n"
ONE = FULL.format(0)
TWO = FULL.format(0) + FULL.format(1)
SMALL = ONE + SLICE.format(0, "1g.5gb")
TWO_SMALL = SMALL + SLICE.format(1, "1g.5gb")
MIXED = SMALL + SLICE.format(1, "3g.20gb")


@pytest.fixture
def nvidia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    (tmp_path / "nvidia-smi").write_text('#!/bin/sh\nprintf %s "$LISTING"\n')
    (tmp_path / "nvidia-smi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))
    return Bench("devices-nvidia")


def count(bench: Bench, monkeypatch: pytest.MonkeyPatch, listing: str, **shape: object) -> None:
    monkeypatch.setenv("LISTING", listing)
    bench.run("parameters", "helper", "listed", "counted", **shape)


@pytest.mark.parametrize(
    "listing, shape",
    [
        pytest.param(ONE, {"devices": 1}, id="one"),
        pytest.param(TWO, {"devices": 2}, id="two"),
        pytest.param(SMALL, {"resource": "nvidia.com/mig-1g.5gb", "devices": 1}, id="partition"),
        pytest.param(TWO_SMALL, {"resource": "nvidia.com/mig-1g.5gb", "devices": 2}, id="partitions"),
        pytest.param(SMALL, {"devices": 1}, id="partition-named-gpu"),
        pytest.param(ONE, {"resource": "nvidia.com/gpu.shared", "devices": 1}, id="shared"),
        pytest.param(ONE, {"devices": 2, "time_sliced": True}, id="two-references-to-one"),
    ],
)
def test_nvidia_counts_what_was_asked_for(
    nvidia: Bench, monkeypatch: pytest.MonkeyPatch, listing: str, shape: dict[str, object]
) -> None:
    count(nvidia, monkeypatch, listing, **shape)
    assert nvidia.shown
    assert all(entry["expected"] == entry["seen"] for entry in nvidia.shown)


@pytest.mark.parametrize(
    "listing, shape",
    [
        pytest.param("", {"devices": 1}, id="none"),
        pytest.param("No devices found.\n", {"devices": 1}, id="none-in-words"),
        pytest.param(TWO, {"devices": 1}, id="one-too-many"),
        pytest.param(ONE, {"devices": 2}, id="one-too-few"),
        pytest.param(ONE, {"resource": "nvidia.com/mig-1g.5gb", "devices": 1}, id="whole-for-a-partition"),
        pytest.param(MIXED, {"resource": "nvidia.com/mig-1g.5gb", "devices": 2}, id="wrong-size"),
        pytest.param("", {"resource": "nvidia.com/gpu.shared", "devices": 1}, id="none-shared"),
        pytest.param(TWO, {"resource": "nvidia.com/gpu.shared", "devices": 1}, id="more-than-references"),
    ],
)
def test_nvidia_refuses_another_count(
    nvidia: Bench, monkeypatch: pytest.MonkeyPatch, listing: str, shape: dict[str, object]
) -> None:
    with pytest.raises(AssertionError, match="expected"):
        count(nvidia, monkeypatch, listing, **shape)
    assert nvidia.shown[-1]["expected"] != nvidia.shown[-1]["seen"]


def test_nvidia_without_the_tool_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))
    with pytest.raises(FileNotFoundError):
        Bench("devices-nvidia").run("parameters", "helper", "listed")


@pytest.mark.parametrize(
    "shape, environment, right",
    [
        pytest.param({"devices": 1}, {}, True, id="device"),
        pytest.param({"devices": 2}, {}, False, id="one-too-few"),
        pytest.param({"resource": "aws.amazon.com/neuroncore", "devices": 2}, {}, True, id="all-cores"),
        pytest.param(
            {"resource": "aws.amazon.com/neuroncore", "devices": 1},
            {"NEURON_RT_VISIBLE_CORES": "1"},
            True,
            id="one-core",
        ),
        pytest.param(
            {"resource": "aws.amazon.com/neuroncore", "devices": 1},
            {"NEURON_RT_VISIBLE_CORES": "0-1"},
            False,
            id="one-core-too-many",
        ),
    ],
)
def test_neuron_counts_devices_or_cores(
    monkeypatch: pytest.MonkeyPatch, shape: dict[str, object], environment: dict[str, str], *, right: bool
) -> None:
    monkeypatch.delenv("NEURON_RT_VISIBLE_CORES", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    bench = Bench("devices-neuron")
    bench.run("parameters", "helper", **shape)
    bench.names |= {"listed": [{"neuron_device": 0, "nc_count": 2}], "cores": 2}
    if right:
        bench.run("counted")
    else:
        with pytest.raises(AssertionError, match="expected"):
            bench.run("counted")
    assert bench.shown
