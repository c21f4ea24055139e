"""What a stage of a rehearsal stands on in tests, and images that are wrong in one way each."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from helpers.docker_client import DockerClient, busybox_context
from hubwright.cli.installer import uv_of_host
from hubwright.engines.interface import Engine
from hubwright.rehearse.hub.environment import Installer
from hubwright.rehearse.interface import NotStarted, Started
from hubwright.rehearse.stage import Surroundings

_ETC = Path("/etc")
_Outcome = TypeVar("_Outcome", Started, NotStarted)


def host_installer() -> Installer:
    """Return uv as it finds packages on this machine."""
    program, environment = uv_of_host()
    return Installer(program=program, environment=environment)


def surroundings(engine: Engine, cache: Path, folder: Path) -> Surroundings:
    return Surroundings(engine=engine, environment=os.environ, cache=cache, folder=folder, installer=host_installer())


@dataclass(frozen=True, kw_only=True)
class TinyImages:
    """Makes images of a static shell; `names` are what was made."""

    engine: Engine
    busybox: Path
    folder: Path
    names: list[str] = field(default_factory=list)

    def build(self, *lines: str, files: Mapping[str, str] | None = None) -> str:
        """Return the name of an image with these lines after its shell; files are in the build's context."""
        name = f"hubwright-tests/{secrets.token_hex(6)}:1"
        context = busybox_context(self.folder / secrets.token_hex(6), self.busybox, *lines)
        for path, content in (files or {}).items():
            (context / path).write_text(content)
            (context / path).chmod(0o755)
        DockerClient(engine=self.engine).build(context, f"--tag={name}", "--load")
        self.names.append(name)
        return name


def expect(kind: type[_Outcome], outcome: Started | NotStarted) -> _Outcome:
    """Return the outcome if it is of the kind; else fail with what it says."""
    assert isinstance(outcome, kind), outcome
    return outcome
