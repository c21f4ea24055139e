"""Rehearsals, beside what the field does: `docker run` and papermill inside the image, one notebook after another.

The yardstick gets throw-away images that papermill was installed into, and no hub. Notebooks that ask a hub or a
cluster are replaced by one that prints a number: it is timed as if it could do them in no time.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.measuring import HUBWRIGHT, ROOT, Run, measure, print_table
from hubwright.cli.engines import engine_when_asked
from hubwright.cli.host import host_settings
from hubwright.engines.interface import Engine
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.tree import DiskTree

_ASK_A_HUB = frozenset({"home", "server", "limits", "spark-submit"})
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
        ours = measure([HUBWRIGHT, "verify", "--again", "--out", f"{name}/out", *selected], environment=os.environ)
        theirs = _one_after_another(engine, prepared, images, Path(name), environment)
    print_table(
        ("what", "hubwright", "yardstick", "its time", "ratio", "goal"),
        [
            (
                f"verify every profile of {', '.join(refs)}",
                f"{ours.wall_s:.1f} s",
                "docker run + papermill inside, each notebook once for each image",
                f"{theirs:.1f} s",
                f"{ours.wall_s / theirs:.2f}x",
                "0.4x",
            )
        ],
    )


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
    secrets = [f"--secret=id={name},src={path}" for name, path in files.items()]
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


def _one_after_another(
    engine: Engine, prepared: Prepared, images: Mapping[str, str], folder: Path, environment: Mapping[str, str]
) -> float:
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    (notebooks / "trivial.ipynb").write_text(json.dumps(_TRIVIAL))
    for path in (ROOT / "notebooks/smoke").glob("*.ipynb"):
        (notebooks / path.name).write_bytes(path.read_bytes())
    runs: list[Run] = []
    for variant, image in images.items():
        for name in prepared.matrix.variants[variant].smoke:
            played = "trivial" if name in _ASK_A_HUB else name
            told = ["--parameters", "hardware", "False"] if name.startswith("devices-") else []
            files = [f"/notebooks/{played}.ipynb", "/tmp/executed.ipynb"]  # noqa: S108 - of the container
            command = ["papermill", "--no-progress-bar", *told, *files]
            mount = f"--volume={notebooks}:/notebooks:ro"
            runs.append(measure([engine.docker, "run", "--rm", mount, image, *command], environment=environment))
    return sum(run.wall_s for run in runs)
