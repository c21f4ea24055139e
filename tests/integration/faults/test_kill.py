"""A build that is killed leaves nothing behind, and the next one goes on from there."""

import os
import random
import secrets
import select
import signal
from pathlib import Path

from helpers.yard import Run, Yard, all_ended

KILLS = 50
# What two small images say from the first line to the last; a kill may also come before the first.
MARKERS = 17
LONGEST_MOMENT_S = 0.06


def _images() -> dict[str, str]:
    """Return Dockerfiles that no other build has: nothing comes out of a cache."""
    mark = secrets.token_hex(8)
    return {"base": f"LABEL mark={mark}\n", "tool": f'RUN ["/bin/sh", "-c", "echo {mark} > /made"]\n'}


def _rows(stdout: str) -> dict[str, tuple[str, str]]:
    """Return for each variant of a closing table its outcome and its digest."""
    rows = [line.split() for line in stdout.splitlines() if "@sha256:" in line]
    return {row[0]: (row[1], row[-1].partition("@")[2]) for row in rows}


def _moment(run: Run, moments: random.Random) -> None:
    """Let the run come to a random line of what it says, and a random moment beyond."""
    for _ in range(moments.randrange(MARKERS)):
        if run.line() is None:
            return
    assert run.process.stderr
    select.select([run.process.stderr], [], [], moments.uniform(0, LONGEST_MOMENT_S))


def test_wherever_a_build_is_killed_the_next_one_converges_and_nothing_is_left(yard: Yard, tmp_path: Path) -> None:
    moments = random.Random(20)  # noqa: S311 - moments, no secrets
    reached = set()
    for number in range(KILLS):
        root = yard.repository(tmp_path / str(number), _images())
        with yard.running(root, "build", "--until=publish") as run:
            _moment(run, moments)
            below = run.descendants()
            if moments.random() < 0.5:
                os.killpg(run.process.pid, signal.SIGKILL)
            else:
                run.process.kill()
            run.process.wait()
            reached.add(len(run.lines))
            assert all_ended(below)

        again = yard.build(root)

        assert again.returncode == 0, f"after {run.said}\n{again.stderr}"
        registry = yard.answers()
        for image, (outcome, digest) in _rows(again.stdout).items():
            assert outcome in {"built", "reused"}
            assert registry.manifest(f"hubwright/{image}", digest) is not None
        assert len(_rows(again.stdout)) == 2
    assert yard.nothing_is_left(), yard.leftovers()
    assert len(reached) > MARKERS // 2
