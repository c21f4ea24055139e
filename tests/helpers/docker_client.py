"""The docker client and buildx of an engine, as tests use them."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from hubwright.engines.interface import Engine
from hubwright.engines.waiting import until
from hubwright.errors import ProcessError
from hubwright.process import Completed, run

_CLIENT_S = 120


@dataclass(frozen=True, kw_only=True)
class DockerClient:
    engine: Engine

    def docker(self, *arguments: str) -> str:
        return self._run((self.engine.docker, *arguments)).stdout.decode().strip()

    def fails(self, *arguments: str) -> str:
        """Return what the client says about a command that has to fail."""
        completed = self._run((self.engine.docker, *arguments), allowed_exit_codes=frozenset(range(1, 256)))
        return completed.stderr.decode()

    def build(self, context: Path, *options: str) -> str:
        """Return the log of a build."""
        argv = (*self.engine.buildx, "build", "--progress=plain", "--provenance=false", *options, "--", str(context))
        try:
            return self._run(argv).stderr.decode()
        except ProcessError as error:
            if "Cannot connect to the Docker daemon" not in str(error):
                raise
        # Whoever finds an engine too slow starts it anew, and other workers share this one.
        assert until(self._answers, timeout_s=_CLIENT_S)
        return self._run(argv).stderr.decode()

    def _answers(self) -> bool:
        asked = self._run((self.engine.docker, "version"), allowed_exit_codes=frozenset({0, 1}))
        return asked.exit_code == 0

    def _run(self, argv: tuple[str, ...], allowed_exit_codes: frozenset[int] = frozenset({0})) -> Completed:
        environment = {**os.environ, **self.engine.environment}
        return run(argv, environment=environment, timeout_s=_CLIENT_S, allowed_exit_codes=allowed_exit_codes)


def busybox_context(folder: Path, busybox: Path, *lines: str) -> Path:
    """Return a build context whose image has a shell and nothing else, and then what the lines add."""
    folder.mkdir()
    shutil.copy2(busybox, folder / "busybox")
    dockerfile = (
        "FROM scratch",
        "COPY busybox /bin/busybox",
        'RUN ["/bin/busybox", "mkdir", "/tmp", "/home"]',
        'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
        *lines,
    )
    (folder / "Dockerfile").write_text("".join(f"{line}\n" for line in dockerfile), encoding="utf-8")
    return folder
