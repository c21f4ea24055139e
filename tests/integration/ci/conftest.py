import os
import shutil
import sys
from pathlib import Path

import pytest

from helpers.forge import Forge
from helpers.images import BaseImage
from helpers.runner import PLANTED, NewRunner, Runner
from hubwright.cli.app import COMMANDS, main

_MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie:
    pull: docker.io/library/debian:trixie-slim
    bootstrap: {suite: trixie}
images:
  base:
    from: trixie
    smoke: [home, server]
profiles:
  - {slug: jupyterlab, display_name: JupyterLab, image: base, default: true, cpu: [0.5, 2], memory: [1G, 4G]}
ci:
  repository: acme/notebooks
  chart: {repository: acme/hub, folder: deploy/profiles}
"""


@pytest.fixture
def forge(base_image: BaseImage, tmp_path: Path) -> Forge:
    """Give a repository of one image with its workflows, and the chart's."""
    made = Forge(folder=tmp_path)
    made.install()
    root = tmp_path / "notebooks"
    for name in ("images/base", "notebooks", "tests/contract"):
        shutil.copytree(base_image.root / name, root / name)
    shutil.copy2(base_image.root / "foundations.lock", root)
    (root / "matrix.yaml").write_text(_MATRIX)
    made.equip(root, tuple(COMMANDS))
    assert main(["ci", f"--matrix={root / 'matrix.yaml'}"]) == 0
    made.publish(root, "acme/notebooks")
    chart = tmp_path / "hub"
    chart.mkdir()
    (chart / "Chart.yaml").write_text("name: hub\n")
    made.publish(chart, "acme/hub")
    return made


@pytest.fixture
def new_runner(forge: Forge, base_image: BaseImage, tmp_path: Path) -> NewRunner:
    """Give what makes a runner for an event, on a machine that has the base image in its registry."""
    home = tmp_path / "home"
    home.mkdir()
    machines = tmp_path / "machines"
    machines.mkdir()
    own = ("AWS_", "ACTIONS_", "DOCKER_", "GH_", "GITHUB_", "GIT_", "HUBWRIGHT_", "NOX")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    environment = {
        **kept,
        "HOME": str(home),
        "PATH": os.pathsep.join([str(forge.programs), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "XDG_CACHE_HOME": str(base_image.cache.parent),
        "COLUMNS": "200",
    }

    def make(event: str) -> Runner:
        return Runner(
            server=forge.server,
            folder=machines,
            environment=environment,
            secrets={"CHART_TOKEN": PLANTED},
            event=event,
        )

    return make
