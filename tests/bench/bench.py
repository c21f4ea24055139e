"""Speed and memory of the commands, each beside a yardstick that is measured in turn with it.

    ./noxw -s bench

A machine's speed drifts; a ratio of two medians taken in turn says what seconds cannot. The goals in seconds
are for two cores.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_HUBWRIGHT = str(Path(sys.executable).with_name("hubwright"))
_RUNS = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    wall_s: float
    peak_mib: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A command, what it is compared with, and what it should not exceed."""

    name: str
    argv: Sequence[str]
    yardstick_name: str
    yardstick: Sequence[str]
    folder: Path
    goal: str


def measure(argv: Sequence[str], folder: Path) -> Run:
    """Run once and return the wall time and the peak memory that the kernel counted."""
    started = time.perf_counter()
    process = subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(argv)} failed with exit code {process.returncode}")
    return Run(wall_s=wall_s, peak_mib=usage.ru_maxrss / 1024)


def compare(case: Case) -> str:
    """Return one row of the table: medians of both, taken in turn after one run that warms the caches."""
    measure(case.argv, case.folder)
    measure(case.yardstick, case.folder)
    ours, theirs = [], []
    for _ in range(_RUNS):
        ours.append(measure(case.argv, case.folder))
        theirs.append(measure(case.yardstick, case.folder))
    wall_s = statistics.median(run.wall_s for run in ours)
    yardstick_s = statistics.median(run.wall_s for run in theirs)
    peak_mib = statistics.median(run.peak_mib for run in ours)
    ratio = wall_s / yardstick_s
    return (
        f"| {case.name} | {wall_s:.3f} s | {peak_mib:.0f} MiB | {case.goal} "
        f"| {case.yardstick_name} | {yardstick_s:.3f} s | {ratio:.1f}x |"
    )


def grow(root: Path, count: int) -> None:
    """Make a repository of `count` images, each a variant in a context folder of its own."""
    lines = ["version: 1", 'hub: {chart: "4.4.0"}', "foundations: {trixie: {bootstrap: {suite: trixie}}}", "images:"]
    for number in range(count):
        lines.append(f"  image-{number}: {{from: trixie}}")
        folder = root / "images" / f"image-{number}"
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\nLABEL number={number}\n")
        (folder / "requirements.lock").write_text(f"package=={number}\n" * 50)
    lines.append("profiles: [{slug: lab, display_name: Lab, image: image-0}]")
    (root / "matrix.yaml").write_text("\n".join(lines) + "\n")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hubwright-bench-") as folder:
        large = Path(folder)
        grow(large, 1000)
        cases = [
            Case(
                name="`hubwright plan`, the shipped matrix",
                argv=[_HUBWRIGHT, "plan"],
                yardstick_name="Python importing click, pydantic and yaml",
                yardstick=[sys.executable, "-c", "import click, yaml; from pydantic import BaseModel"],
                folder=_ROOT,
                goal="0.25 s",
            ),
            Case(
                name="`hubwright plan`, 1,000 variants in 1,000 folders",
                argv=[_HUBWRIGHT, "plan", "--json"],
                yardstick_name="`sha256sum` of the same files",
                yardstick=["sh", "-c", "find images -type f -print0 | xargs -0 sha256sum"],
                folder=large,
                goal="1 s, 150 MiB",
            ),
        ]
        print("| what | median | peak memory | goal | yardstick | its median | ratio |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for case in cases:
            print(compare(case), flush=True)


if __name__ == "__main__":
    main()
