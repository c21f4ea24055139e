"""A bench for contract checks: images made of the base image, and containers that a user works in."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from helpers.docker_client import DockerClient
from hubwright.engines.interface import Engine
from hubwright.rehearse.contract.containers import empty_home
from hubwright.rehearse.contract.run import check_contract
from hubwright.rehearse.contract.subject import Subject, Versions
from hubwright.verdicts import Trial

HOME = "/home/jovyan"


@dataclass(frozen=True)
class Bench:
    """Makes images of the base image, and checks them."""

    engine: Engine
    base_image: str
    checks: Mapping[str, bytes]
    versions: Versions

    @property
    def docker(self) -> DockerClient:
        return DockerClient(engine=self.engine)

    @contextmanager
    def built(self, folder: Path, lines: str, *, parent: str | None = None) -> Iterator[str]:
        """Build what the lines add to the base image, or to another, and give its name."""
        name = f"hubwright-contract-test:{uuid4().hex[:12]}"
        text = f'FROM {parent or self.base_image}\nSHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nUSER 0:0\n{lines}\n'
        (folder / "Dockerfile").write_text(text, encoding="utf-8")
        self.docker.build(folder, f"--output=type=docker,name={name}")
        try:
            yield name
        finally:
            self.docker.docker("image", "rm", "--force", name)

    @contextmanager
    def container(
        self, image: str, *arguments: str, entrypoint: str | None = "/usr/bin/sleep", path: str | None = None
    ) -> Iterator[str]:
        """Give the container of a user who works in it."""
        options = [f"--mount={empty_home(HOME, 100)}", "--user=1000:100", "--network=none"]
        options += [f"--entrypoint={entrypoint}"] if entrypoint else []
        options += [f"--env=PATH={path}"] if path else []
        started = self.docker.docker("run", "--detach", *options, image, *(arguments or ("infinity",)))
        try:
            yield started
        finally:
            self.docker.docker("rm", "--force", "--volumes", started)

    def subject(self, container: str, **changes: Any) -> Subject:
        fields = {"uid": 1000, "gid": 100, "fs_gid": 100, "home": HOME, "versions": self.versions}
        return Subject(container=container, **{**fields, **changes})

    def check(self, subject: Subject, checks: Mapping[str, bytes] | None = None) -> Trial:
        own = self.checks if checks is None else checks
        return check_contract(subject, own, engine=self.engine, environment=os.environ, labels={})
