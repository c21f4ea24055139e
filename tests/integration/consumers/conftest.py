"""The real KubeSpawner of the oldest and of the newest chart."""

from pathlib import Path

import pytest

from helpers.kubespawner import Hub
from helpers.rehearsal import host_installer
from hubwright.matrix.charts import CHARTS
from hubwright.rehearse.hub.environment import hub_python


@pytest.fixture(scope="session", params=["3.3.8", "4.4.0"])
def hub(request: pytest.FixtureRequest, shared: Path) -> Hub:
    chart = CHARTS[request.param]
    python = hub_python(chart, cache=shared / "consumers", installer=host_installer())
    return Hub(chart=chart, python=python)
