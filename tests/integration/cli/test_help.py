import pytest
from click.testing import CliRunner

from hubwright.cli.app import COMMANDS, group


@pytest.mark.parametrize("command", [*([name] for name in COMMANDS), ["engine", "start"]])
def test_examples_stand_on_lines_of_their_own(command: list[str]) -> None:
    shown = CliRunner().invoke(group, [*command, "--help"]).output
    assert "\\b" not in shown
    if "Examples:" in shown:
        assert "\n    hubwright " in shown
