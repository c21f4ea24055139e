"""Rehearsals, beside what the field does: `docker run` and papermill inside the image, one notebook after another.

The yardstick gets throw-away images that papermill was installed into, and no hub. Notebooks that ask a hub are
replaced by one that prints a number: it is timed as if it could do them in no time. It is taken twice: each notebook
once for each image, with no Spark cluster; and what people have who want as much of it as can be had so.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import HUBWRIGHT, ROOT, Spent, measure, print_table, spend
from hubwright.buildx import file_secret
from hubwright.cli.engines import engine_when_asked
from hubwright.cli.host import host_settings
from hubwright.engines.interface import Engine
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.tree import DiskTree

_ASK_A_HUB = frozenset({"home", "server", "limits", "spark-submit"})
_CLUSTER = "hubwright-bench-spark"
_TRIVIAL = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "cells": [
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": "print(1)"}
    ],
}
_DOCKERFILE = """\
FROM {ref}
USER 0:0
RUN --mount=type=secret,id=ca-bundle --mount=type=secret,id=pip-config \\
    if [ -e /run/secrets/ca-bundle ]; then export PIP_CERT=/run/secrets/ca-bundle; fi; \\
    if [ -e /run/secrets/pip-config ]; then export PIP_CONFIG_FILE=/run/secrets/pip-config; fi; \\
    python -m pip install --quiet papermill
USER 1000:100
"""


def bench_rehearsals(patterns: Sequence[str]) -> None:
    with DiskTree(ROOT) as tree:
        prepared = prepare(tree, "matrix.yaml", patterns)
    refs = _built(prepared)
    engine = engine_when_asked()()
    environment = {**os.environ, **engine.environment}
    with tempfile.TemporaryDirectory(prefix="hubwright-bench-") as name, _papermill(engine, refs, Path(name)) as images:
        selected = [f"--select={variant}" for variant in refs]
        verify = [HUBWRIGHT, "verify", "--again", "--out", f"{name}/out", *selected]
        ours = spend(lambda: measure(verify, environment=os.environ))
        once, whole = _one_after_another(engine, prepared, images, Path(name), environment)
    what = f"verify every profile of {', '.join(refs)}"
    yardsticks = {"each notebook once for each image": once, "each start's notebooks, and Spark's cluster": whole}
    print_table(
        ("what", "hubwright", "yardstick: docker run + papermill", "its time", "ratio", "of its CPU alone", "goal"),
        [
            (what, _told(ours), named, _told(theirs), *_ratios(ours, theirs), "0.4x")
            for named, theirs in yardsticks.items()
        ],
    )


def _told(spent: Spent) -> str:
    return f"{spent.wall_s:.1f} s, {spent.cpu_s:.0f} s of CPU"


def _ratios(ours: Spent, theirs: Spent) -> tuple[str, str]:
    """Return the ratio, and the one of who plays the same notebooks on all cores at once and loses no time at all."""
    least = theirs.cpu_s / (os.cpu_count() or 1)
    return f"{ours.wall_s / theirs.wall_s:.2f}x", f"{least / theirs.wall_s:.2f}x"


def _built(prepared: Prepared) -> dict[str, str]:
    """Return the reference of every chosen variant that can be built here, by its name."""
    names = [name for name in sorted(prepared.chosen) if not prepared.matrix.variants[name].sources]
    selected = [f"--select={name}" for name in names]
    measure([HUBWRIGHT, "build", "--until=publish", *selected])
    asked = subprocess.run([HUBWRIGHT, "status", "--json", *selected], capture_output=True, check=True)
    rows = json.loads(asked.stdout)["variants"]
    return {row["variant"]: f"{row['repository']}@{row['digest']}" for row in rows if row["variant"] in names}


@contextmanager
def _papermill(engine: Engine, refs: Mapping[str, str], folder: Path) -> Iterator[dict[str, str]]:
    """Give for each variant an image that papermill was installed into; it is removed in the end."""
    environment = {**os.environ, **engine.environment}
    files = host_settings(os.environ, Path.home(), {}).files
    secrets = [file_secret(name, path) for name, path in files.items()]
    images = {variant: f"hubwright-bench-papermill:{variant}" for variant in refs}
    try:
        for variant, ref in refs.items():
            context = folder / variant
            context.mkdir()
            (context / "Dockerfile").write_text(_DOCKERFILE.format(ref=ref))
            build = [*engine.buildx, "build", "--load", f"--tag={images[variant]}", *secrets, str(context)]
            measure(build, environment=environment)
        yield images
    finally:
        for image in images.values():
            measure([engine.docker, "image", "rm", "--force", image], environment=environment)


@dataclass(frozen=True, kw_only=True)
class _Field:
    """Where notebooks are played as the field does it, one after another."""

    engine: Engine
    images: Mapping[str, str]
    notebooks: Path
    environment: Mapping[str, str]

    def play(self, variant: str, name: str, *, cluster: bool) -> None:
        """Play one notebook; a Spark cluster is begun for it where it needs one."""
        if name == "spark-submit" and cluster:
            self._with_cluster(variant, name)
            return
        told = ["--parameters", "hardware", "False"] if name.startswith("devices-") else []
        self._papermill(variant, "trivial" if name in _ASK_A_HUB else name, told)

    def _papermill(self, variant: str, name: str, told: Sequence[str], *options: str) -> None:
        files = [f"/notebooks/{name}.ipynb", "/tmp/executed.ipynb"]  # noqa: S108 - of the container
        volume = f"--volume={self.notebooks}:/notebooks:ro"
        command = ["papermill", "--no-progress-bar", *told, *files]
        self._docker("run", "--rm", volume, *options, self.images[variant], *command)

    def _with_cluster(self, variant: str, name: str) -> None:
        master, workers = f"{_CLUSTER}-master", [f"{_CLUSTER}-{number}" for number in (1, 2)]
        address, network = f"spark://{master}:7077", f"--network={_CLUSTER}"
        programs = {master: f"master.Master --host {master} --port 7077"}
        programs |= {worker: f"worker.Worker --host {worker} --cores 1 --memory 1g {address}" for worker in workers}
        self._docker("network", "create", _CLUSTER)
        try:
            for container, program in programs.items():
                named = ["run", "--detach", "--rm", network, f"--name={container}", f"--hostname={container}"]
                command = f"exec $SPARK_HOME/bin/spark-class org.apache.spark.deploy.{program}"
                self._docker(*named, self.images[variant], "sh", "-c", command)
            told = ["--parameters", "spark_master", address, "--parameters", "executors", "2"]
            self._papermill(variant, name, told, network)
        finally:
            self._docker("rm", "--force", *programs)
            self._docker("network", "rm", _CLUSTER)

    def _docker(self, *arguments: str) -> None:
        measure([self.engine.docker, *arguments], environment=self.environment)


def _one_after_another(
    engine: Engine, prepared: Prepared, images: Mapping[str, str], folder: Path, environment: Mapping[str, str]
) -> tuple[Spent, Spent]:
    """Return what each notebook of each image takes once, and what those of every start take with what they need."""
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    (notebooks / "trivial.ipynb").write_text(json.dumps(_TRIVIAL))
    for path in (ROOT / "notebooks/smoke").glob("*.ipynb"):
        (notebooks / path.name).write_bytes(path.read_bytes())
    field = _Field(engine=engine, images=images, notebooks=notebooks, environment=environment)
    smoke = {variant: prepared.matrix.variants[variant].smoke for variant in images}
    starts = [offer.variant for profile in prepared.matrix.profiles for offer in profile.offers]

    def play(variants: Iterable[str], *, cluster: bool) -> None:
        for variant in variants:
            for name in smoke.get(variant, ()):
                field.play(variant, name, cluster=cluster)

    return spend(lambda: play(images, cluster=False)), spend(lambda: play(starts, cluster=True))
