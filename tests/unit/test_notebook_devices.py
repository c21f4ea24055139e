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


def test_nvidia_without_hardware_asks_for_no_device(nvidia: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    nvidia.run("parameters", "helper", "listed", "counted", "usable", hardware=False)
    assert nvidia.shown == []


@pytest.mark.parametrize("promised, built", [(None, None), ("12.8", None), ("12.8", "11.8")])
def test_nvidia_refuses_a_torch_that_would_compute_on_the_processor(
    nvidia: Bench, promised: str | None, built: str | None
) -> None:
    torch = sys.modules["torch"]
    vars(torch).update(__version__="2.10.0", version=ModuleType("version"))
    vars(torch)["version"].cuda = built
    with pytest.raises(AssertionError, match="torch was built with CUDA"):
        nvidia.run("parameters", "helper", "software", hardware=False, cuda_version=promised)


def test_nvidia_refuses_libraries_that_are_not_loaded(nvidia: Bench) -> None:
    torch = sys.modules["torch"]
    vars(torch).update(__version__="2.10.0", version=ModuleType("version"))
    vars(torch)["version"].cuda = "12.8"
    with pytest.raises(AssertionError, match="libraries of CUDA that torch loads"):
        nvidia.run("parameters", "helper", "software", hardware=False)


def test_neuron_refuses_placeholders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("torch", "torch_xla", "libneuronxla", "neuronxcc"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    (tmp_path / "torch_neuronx.py").write_text('raise ImportError("WRONG PACKAGE")\n')
    monkeypatch.syspath_prepend(tmp_path)
    bench = Bench("devices-neuron")
    with pytest.raises(AssertionError, match="torch_neuronx: WRONG PACKAGE"):
        bench.run("parameters", "helper", "software", hardware=False)


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
