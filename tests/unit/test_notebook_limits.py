"""How the notebook about limits reads both hierarchies of control groups; a machine has only one of them."""

from pathlib import Path

import pytest

from cells import Bench

PAGE = 4096
NO_LIMIT = (2**63 - 1) // PAGE * PAGE


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    return tmp_path


def bench(groups: Path) -> Bench:
    return Bench("limits", cgroup=("/sys/fs/cgroup", str(groups)))


def unified(groups: Path, memory: str, cpu: str, killed: int = 0) -> None:
    events = f"low 0\nhigh 0\nmax 3\noom 0\noom_kill {killed}\noom_group_kill 0\n"
    files = {
        "cgroup.controllers": "cpu memory\n",
        "memory.max": memory,
        "cpu.max": cpu,
        "memory.events": events,
    }
    for name, text in files.items():
        (groups / name).write_text(text)


def legacy(groups: Path, memory: int, quota: int, killed: int = 0) -> None:
    (groups / "memory").mkdir()
    (groups / "cpu").mkdir()
    (groups / "memory" / "memory.limit_in_bytes").write_text(f"{memory}\n")
    (groups / "memory" / "memory.oom_control").write_text(f"oom_kill_disable 0\nunder_oom 0\noom_kill {killed}\n")
    (groups / "cpu" / "cpu.cfs_quota_us").write_text(f"{quota}\n")
    (groups / "cpu" / "cpu.cfs_period_us").write_text("100000\n")


def run(groups: Path, cpu: float | None, memory: int | None) -> Bench:
    notebook = bench(groups)
    cells = ("helper", "cgroup", "memory", "cpu", "killed")
    notebook.run("parameters", *cells, cpu_limit=cpu, memory_limit_bytes=memory)
    return notebook


def test_unified_limits(groups: Path) -> None:
    unified(groups, f"{2 * 2**30}\n", "150000 100000\n")
    seen = {entry["check"]: entry["seen"] for entry in run(groups, 1.5, 2 * 2**30).shown}
    assert seen == {"memory limit in bytes": 2 * 2**30, "processors": 1.5, "processes killed for memory": 0}


def test_unified_without_limits(groups: Path) -> None:
    unified(groups, "max\n", "max 100000\n")
    assert [entry["seen"] for entry in run(groups, None, None).shown] == [None, None, 0]


def test_legacy_limits(groups: Path) -> None:
    legacy(groups, 2**30, 50_000)
    assert [entry["seen"] for entry in run(groups, 0.5, 2**30).shown] == [2**30, 0.5, 0]


def test_legacy_without_limits(groups: Path) -> None:
    legacy(groups, NO_LIMIT, -1)
    assert [entry["seen"] for entry in run(groups, None, None).shown] == [None, None, 0]


def test_limits_are_whole_pages(groups: Path) -> None:
    unified(groups, f"{10**9 // PAGE * PAGE}\n", "max 100000\n")
    assert run(groups, None, 10**9).shown


@pytest.mark.parametrize(
    "memory, cpu",
    [("max\n", "200000 100000\n"), (f"{2**30}\n", "max 100000\n"), (f"{2**31}\n", "200000 100000\n")],
    ids=["no-memory-limit", "no-cpu-limit", "too-much-memory"],
)
def test_another_limit_than_promised_fails(groups: Path, memory: str, cpu: str) -> None:
    unified(groups, memory, cpu)
    with pytest.raises(AssertionError, match="expected"):
        run(groups, 2.0, 2**30)


@pytest.mark.parametrize("hierarchy", ["unified", "legacy"])
def test_a_process_killed_for_memory_fails(groups: Path, hierarchy: str) -> None:
    if hierarchy == "unified":
        unified(groups, "max\n", "max 100000\n", killed=1)
    else:
        legacy(groups, NO_LIMIT, -1, killed=1)
    with pytest.raises(AssertionError, match="killed for memory"):
        run(groups, None, None)
