"""Running a command and counting what it took, alone or in turn with a yardstick."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HUBWRIGHT = str(Path(sys.executable).with_name("hubwright"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """`cpu_s` is of the command and of all that it waited for."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def measure(argv: Sequence[str], folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> Run:
    """Run once and return the times and the peak memory that the kernel counted; a failure ends everything."""
    started = time.perf_counter()
    process = subprocess.Popen(
        argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(
            f"{' '.join(argv)} failed with exit code {process.returncode}\n{said.decode(errors='replace')[-4000:]}"
        )
    return Run(wall_s=wall_s, cpu_s=usage.ru_utime + usage.ru_stime, peak_mib=usage.ru_maxrss / 1024)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """`cpu_s` is of the whole machine: also of what an engine starts, which no process waits for."""

    wall_s: float
    cpu_s: float


def spend(action: Callable[[], object]) -> Spent:
    """Act once, and return what it took of a machine that has nothing else to do."""
    started, busy = time.perf_counter(), _busy_s()
    action()
    return Spent(wall_s=time.perf_counter() - started, cpu_s=_busy_s() - busy)


def _busy_s() -> float:
    """Return the seconds that the machine's cores were at work since it began."""
    user, nice, system, _, _, irq, softirq = Path("/proc/stat").read_text().splitlines()[0].split()[1:8]
    return sum(map(int, (user, nice, system, irq, softirq))) / os.sysconf("SC_CLK_TCK")


def in_turn(ours: Callable[[], Run], yardstick: Callable[[], Run], runs: int) -> tuple[Run, Run]:
    """Return the medians of both, taken in turn: a machine's speed drifts, and both drift with it."""
    pairs = [(ours(), yardstick()) for _ in range(runs)]
    return _median([pair[0] for pair in pairs]), _median([pair[1] for pair in pairs])


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        wall_s=statistics.median(run.wall_s for run in runs),
        cpu_s=statistics.median(run.cpu_s for run in runs),
        peak_mib=statistics.median(run.peak_mib for run in runs),
    )


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print(f"| {' | '.join(headings)} |\n|{' --- |' * len(headings)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
    print()
