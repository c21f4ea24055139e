"""The real command line, on the repository that the shared base image was built from."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker

from helpers.images import BaseImage
from helpers.yard import Run
from hubwright.engines.waiting import until
from hubwright.rehearse.docker.client import asking
from hubwright.rehearse.docker.leavings import RUN

_SOON_S = 120


@dataclass(frozen=True)
class Command:
    """Runs `hubwright` in a child process; what it keeps goes to `out`, what a watched run prints to `printed`."""

    image: BaseImage
    out: Path
    temporary: Path

    @property
    def printed(self) -> Path:
        return self.temporary.with_name("printed")

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "hubwright", *arguments, f"--out={self.out}"]
        return subprocess.run(
            argv, cwd=self.image.root, env=self._environment, capture_output=True, text=True, check=False
        )

    @contextmanager
    def running(self, *arguments: str) -> Iterator[Run]:
        """Give a run in a session of its own; it is dead in the end."""
        # Whoever runs the tests in the background may have SIGINT ignored, and a child inherits that.
        argv = ["env", "--default-signal=INT", sys.executable, "-m", "hubwright", *arguments, f"--out={self.out}"]
        with (
            self.printed.open("wb") as printed,
            subprocess.Popen(
                argv,
                cwd=self.image.root,
                env=self._environment,
                stdout=printed,
                stderr=subprocess.PIPE,
                start_new_session=True,
            ) as process,
        ):
            try:
                yield Run(process)
            finally:
                process.kill()

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
        own = {"XDG_CACHE_HOME": str(self.image.cache.parent), "TMPDIR": str(self.temporary), "COLUMNS": "200"}
        return {**kept, **own}


def made_by(client: docker.APIClient, run: Run) -> dict[str, list[str]]:
    """Return what the run has made on the engine, where other tests have things of their own."""
    mark = f"/{run.process.pid}/"
    with asking("what a test left"):
        found = {
            "container": client.containers(all=True, filters={"label": RUN}),
            "volume": client.volumes(filters={"label": RUN})["Volumes"] or (),
            "network": client.networks(filters={"label": RUN}),
        }
    return {
        kind: [str(each.get("Id") or each["Name"]) for each in all_of_them if mark in str(each["Labels"])]
        for kind, all_of_them in found.items()
    }


def nothing_is_left(client: docker.APIClient, run: Run, hubwright: Command) -> bool:
    return until(
        lambda: not any(made_by(client, run).values()) and not list(hubwright.temporary.iterdir()), timeout_s=_SOON_S
    )
