"""The hub's environment: made once, whole or not at all, whatever happens meanwhile."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.rehearsal import host_installer
from hubwright.engines.waiting import until
from hubwright.errors import HubInstallError
from hubwright.matrix.charts import CHARTS
from hubwright.model import Chart
from hubwright.rehearse.hub.environment import LOCKS, Installer, hub_python

CHART = CHARTS["3.3.8"]
NEVER = Installer(program="/no-such-program", environment={})
DEADLINE_S = 120
_INSTALLS = """
import sys
from pathlib import Path
from helpers.rehearsal import host_installer
from hubwright.matrix.charts import CHARTS
from hubwright.rehearse.hub.environment import hub_python
hub_python(CHARTS["3.3.8"], cache=Path(sys.argv[1]), installer=host_installer())
"""


def _version(python: Path) -> str:
    argv = [str(python), "-c", "import dockerspawner, jupyterhub; print(jupyterhub.__version__)"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.version)
def test_every_chart_has_a_lock_of_its_versions(chart: Chart) -> None:
    lock = (LOCKS / f"{chart.jupyterhub}.txt").read_text()
    assert f"\njupyterhub=={chart.jupyterhub} " in lock
    assert f"\njupyterhub-kubespawner=={chart.kubespawner} " in lock
    assert "\ndockerspawner==" in lock
    assert "://" not in lock


def test_many_who_want_it_get_one_that_is_installed_once(tmp_path: Path) -> None:
    installer = host_installer()
    with ThreadPoolExecutor(4) as threads:
        wanted = list(threads.map(lambda _: hub_python(CHART, cache=tmp_path, installer=installer), range(4)))

    assert len(set(wanted)) == 1
    assert _version(wanted[0]) == CHART.jupyterhub
    assert hub_python(CHART, cache=tmp_path, installer=NEVER) == wanted[0]
    assert sorted(entry.name for entry in (tmp_path / "hubs").iterdir()) == sorted(["lock", wanted[0].parts[-3]])


def test_an_installation_that_was_killed_is_not_taken_for_whole(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", _INSTALLS, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(argv, env=environment, start_new_session=True) as installing:
        assert until(lambda: bool(list(tmp_path.glob("hubs/.unfinished-*/environment/lib"))), timeout_s=DEADLINE_S)
        os.killpg(installing.pid, signal.SIGKILL)
    assert [entry.name for entry in (tmp_path / "hubs").iterdir() if re.match(r"[0-9]", entry.name)] == []

    python = hub_python(CHART, cache=tmp_path, installer=host_installer())

    assert _version(python) == CHART.jupyterhub
    assert not list(tmp_path.glob("hubs/.unfinished-*/environment/bin"))


def test_what_cannot_be_installed_leaves_nothing(tmp_path: Path) -> None:
    installer = host_installer()
    nowhere = {**installer.environment, "UV_DEFAULT_INDEX": "http://127.0.0.1:9/", "UV_NO_CACHE": "1"}

    with pytest.raises(HubInstallError, match="Does `uv pip install` work on this machine"):
        hub_python(CHART, cache=tmp_path, installer=replace(installer, environment=nowhere))

    assert [entry.name for entry in (tmp_path / "hubs").iterdir()] == ["lock"]


def test_a_hub_without_a_lock_is_named(tmp_path: Path) -> None:
    with pytest.raises(HubInstallError, match=r"JupyterHub 9\.9\.9 of chart 9 has no lock"):
        hub_python(replace(CHART, version="9", jupyterhub="9.9.9"), cache=tmp_path, installer=NEVER)
