"""Builds, beside `docker buildx bake` of the same Dockerfiles on an engine of the same kind."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.bakefile import write_bake_file
from bench.measuring import ROOT, Run, in_turn, print_table
from bench.sizes import print_sizes
from bench.stage import Stage, stage
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.tree import DiskTree

_MATRIX = "matrix.yaml"
_RUNS = 15
_EMPTY_RUNS = 3


def bench_builds(patterns: Sequence[str]) -> None:
    prepared = _prepared(patterns)
    with stage() as ours:
        print_table(("what", "hubwright", "yardstick", "its time", "ratio", "goal"), _rows(prepared, ours))
        print_sizes(prepared, ours.registry)


def _rows(prepared: Prepared, ours: Stage) -> Iterator[Sequence[str]]:
    select = [f"--select={name}" for name in sorted(prepared.chosen)]
    build = ("build", "--until", "publish", *select)
    cold = ours.hubwright(*build)
    # The registry is all that is needed from here on, and two engines full of images are too much for most disks.
    ours.remove_engine()
    with stage() as theirs, tempfile.TemporaryDirectory(prefix="hubwright-bake-") as folder:
        plain = write_bake_file(Path(folder) / "plain.json", prepared, theirs.registry)
        yield _row("cold build to last push", cold, theirs.bake(plain), "bake, cold", "1.0x")
        nothing = in_turn(lambda: ours.hubwright(*build), lambda: theirs.bake(plain), _RUNS)
        yield _row("nothing to do", *nothing, "bake, all cached", "1.0x, 0.4 s")
        theirs.bake(write_bake_file(Path(folder) / "writing.json", prepared, theirs.registry, writes_cache=True))
        reading = write_bake_file(Path(folder) / "reading.json", prepared, theirs.registry, reads_cache=True)
        emptied = in_turn(lambda: ours.hubwright(*build), lambda: _bake_emptied(theirs, reading), _EMPTY_RUNS)
        yield _row("nothing to do, empty engine", *emptied, "bake with its registry cache", "0.05x")


def _prepared(patterns: Sequence[str]) -> Prepared:
    with DiskTree(ROOT) as tree:
        every = prepare(tree, _MATRIX, patterns)
        variants = every.matrix.variants.values()
        return prepare(
            tree, _MATRIX, [each.name for each in variants if each.name in every.chosen and not each.sources]
        )


def _bake_emptied(theirs: Stage, bake_file: Path) -> Run:
    theirs.empty_engine()
    return theirs.bake(bake_file)


def _row(what: str, ours: Run, theirs: Run, yardstick: str, goal: str) -> Sequence[str]:
    ratio = ours.wall_s / theirs.wall_s
    return (what, f"{ours.wall_s:.2f} s", yardstick, f"{theirs.wall_s:.2f} s", f"{ratio:.2f}x", goal)
