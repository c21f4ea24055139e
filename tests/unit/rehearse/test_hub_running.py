"""Hubs that do not come up; what stands in for Python here is a script."""

from pathlib import Path

import pytest

from hubwright.errors import HubError
from hubwright.rehearse.hub import running
from hubwright.rehearse.hub.running import HubSettings, running_hub

SETTINGS = HubSettings(address="127.0.0.1", network="none", container="none", longest_start_s=1)


def _program(folder: Path, script: str) -> Path:
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_a_hub_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_UP_S", 0.2)
    python = _program(tmp_path, "exec sleep 600")
    opening = running_hub(python, SETTINGS, folder=tmp_path, environment={"PATH": "/usr/bin:/bin"})
    with pytest.raises(HubError, match=r"is not up after 0\.2 s"), opening:
        pytest.fail("there is no hub")


def test_a_hub_is_told_where_it_is_and_nothing_of_the_host(tmp_path: Path) -> None:
    python = _program(tmp_path, "env; exit 4")
    environment = {"PATH": "/usr/bin:/bin", "DOCKER_HOST": "unix:///socket", "AWS_SECRET_ACCESS_KEY": "planted"}
    opening = running_hub(python, SETTINGS, folder=tmp_path, environment=environment)
    with pytest.raises(HubError, match=r"died \(exit code 4\)"), opening:
        pytest.fail("there is no hub")
    told = (tmp_path / "hub.log").read_text()
    assert "DOCKER_HOST=unix:///socket" in told
    assert '"network": "none"' in told
    assert "planted" not in told


def test_an_engine_on_another_machine_is_named_as_the_reason(tmp_path: Path) -> None:
    # An address for documentation, which no machine has.
    settings = HubSettings(address="192.0.2.1", network="none", container="none", longest_start_s=1)
    opening = running_hub(tmp_path / "python", settings, folder=tmp_path, environment={})
    with (
        pytest.raises(HubError, match=r"cannot listen at 192\.0\.2\.1.*The engine has to run on this machine"),
        opening,
    ):
        pytest.fail("there is no hub")
