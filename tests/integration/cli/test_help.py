import pytest
from click.testing import CliRunner

from hubwright.cli.app import COMMANDS, group
from hubwright.matrix.charts import CHARTS


@pytest.mark.parametrize("command", [*([name] for name in COMMANDS), ["engine", "start"]])
def test_examples_stand_on_lines_of_their_own(command: list[str]) -> None:
    shown = CliRunner().invoke(group, [*command, "--help"]).output
    assert "\\b" not in shown
    if "Examples:" in shown:
        assert "\n    hubwright " in shown


@pytest.mark.parametrize("command", ["verify", "emit"])
def test_the_charts_that_can_be_asked_are_told(command: str) -> None:
    shown = CliRunner().invoke(group, [command, "--help"]).output
    assert [version for version in CHARTS if version not in shown] == []
