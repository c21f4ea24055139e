"""Plans, each beside something that has to read as much."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.measuring import HUBWRIGHT, ROOT, in_turn, measure, print_table

_RUNS = 15
# Where nothing can be kept, a matrix is checked each time.
_NOWHERE = {**os.environ, "XDG_CACHE_HOME": os.devnull}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A command, what it is compared with, and what it should not exceed; without an `environment`, it runs in ours."""

    name: str
    argv: Sequence[str]
    yardstick_name: str
    yardstick: Sequence[str]
    folder: Path
    goal: str
    environment: Mapping[str, str] | None = None


def bench_plans() -> None:
    with tempfile.TemporaryDirectory(prefix="hubwright-bench-") as folder:
        _grow(Path(folder), 1000)
        print_table(
            ("what", "median", "peak memory", "goal", "yardstick", "its median", "ratio"),
            [_row(case) for case in _cases(Path(folder))],
        )


def _cases(large: Path) -> Iterator[Case]:
    shipped = Case(
        name="`hubwright plan`, the shipped matrix",
        argv=[HUBWRIGHT, "plan"],
        yardstick_name="Python importing click, pydantic and yaml",
        yardstick=[sys.executable, "-c", "import click, yaml; from pydantic import BaseModel"],
        folder=ROOT,
        goal="0.25 s",
    )
    thousand = Case(
        name="`hubwright plan`, 1,000 variants in 1,000 folders",
        argv=[HUBWRIGHT, "plan", "--json"],
        yardstick_name="`sha256sum` of the same files",
        yardstick=["sh", "-c", "find images -type f -print0 | xargs -0 sha256sum"],
        folder=large,
        goal="1 s, 150 MiB",
    )
    for case in (shipped, thousand):
        yield case
        yield replace(case, name="the same, of a matrix that has changed", environment=_NOWHERE)


def _row(case: Case) -> Sequence[str]:
    # Once before, so that both find the caches warm.
    measure(case.argv, case.folder, case.environment)
    measure(case.yardstick, case.folder)
    ours, theirs = in_turn(
        lambda: measure(case.argv, case.folder, case.environment), lambda: measure(case.yardstick, case.folder), _RUNS
    )
    return (
        case.name,
        f"{ours.wall_s:.3f} s",
        f"{ours.peak_mib:.0f} MiB",
        case.goal,
        case.yardstick_name,
        f"{theirs.wall_s:.3f} s",
        f"{ours.wall_s / theirs.wall_s:.1f}x",
    )


def _grow(root: Path, count: int) -> None:
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
