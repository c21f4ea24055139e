"""The environment of a hub, where its real KubeSpawner can be asked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hubwright.consumers.check import check_profiles
from hubwright.consumers.starts import ExpectedStart
from hubwright.errors import ConsumerRefusedError
from hubwright.model import Chart

DEADLINE_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Hub:
    chart: Chart
    python: Path

    def check(self, values: dict[str, Any], *starts: ExpectedStart, chart_folder: Path | None = None) -> None:
        check_profiles(
            values,
            starts,
            chart=self.chart,
            python=self.python,
            chart_folder=chart_folder,
            environment={"PATH": "/usr/bin:/bin"},
            timeout_s=DEADLINE_S,
        )

    def refusals(self, values: dict[str, Any], *starts: ExpectedStart, chart_folder: Path | None = None) -> list[str]:
        """Return the problems for which the values are refused."""
        with pytest.raises(ConsumerRefusedError) as refused:
            self.check(values, *starts, chart_folder=chart_folder)
        first, *problems = str(refused.value).split("\n  ")
        assert first.startswith(f"chart {self.chart.version} with KubeSpawner {self.chart.kubespawner} would not")
        return problems
