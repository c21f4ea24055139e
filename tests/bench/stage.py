"""A machine of one's own for a contender: an embedded engine and a registry in a cache folder that is deleted."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import HUBWRIGHT, ROOT, Run, measure

# The foundation of the shipped matrix, whose lock is used as it is.
_SEED = """\
version: 1
hub: {chart: "4.4.0"}
foundations: {trixie: {pull: "docker.io/library/debian:trixie-slim", bootstrap: {suite: trixie}}}
images: {seed: {from: trixie}}
profiles: [{slug: seed, display_name: Seed, image: seed}]
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """`environment` leads hubwright to the engine and the registry here, `docker_environment` docker and buildx."""

    environment: Mapping[str, str]
    docker_environment: Mapping[str, str]
    docker: str
    buildx: Sequence[str]
    registry: str

    def hubwright(self, *arguments: str) -> Run:
        return measure([HUBWRIGHT, *arguments], environment=self.environment)

    def bake(self, bake_file: Path) -> Run:
        return measure(
            [*self.buildx, "bake", f"--file={bake_file}", "--progress=plain", "--provenance=false", "--sbom=false"],
            environment=self.docker_environment,
        )

    def empty_engine(self) -> None:
        """Delete every image and what was kept of builds; the registry stays as it is."""
        asked = subprocess.run(
            [self.docker, "image", "ls", "--quiet"], env=self.docker_environment, capture_output=True, check=True
        )
        if images := sorted(set(asked.stdout.decode().split())):
            measure([self.docker, "image", "rm", "--force", *images], environment=self.docker_environment)
        measure([*self.buildx, "prune", "--all", "--force"], environment=self.docker_environment)

    def remove_engine(self) -> None:
        """Make room; the registry is started again when hubwright asks for it."""
        self.hubwright("engine", "remove")


@contextmanager
def stage() -> Iterator[Stage]:
    """Give an engine that is up and empty, and a registry that holds nothing but the foundations."""
    with tempfile.TemporaryDirectory(prefix="hubwright-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_", "BUILDX_"))}
        environment["XDG_CACHE_HOME"] = folder
        try:
            _push_foundation(Path(folder) / "seed", environment)
            ready = _described(Path(folder) / "hubwright", environment)
            ready.empty_engine()
            yield ready
        finally:
            subprocess.run([HUBWRIGHT, "engine", "remove"], env=environment, capture_output=True, check=False)


def _push_foundation(folder: Path, environment: Mapping[str, str]) -> None:
    """Build an image of nothing on the foundation: bake cannot make one, so both find it made."""
    (folder / "images/seed").mkdir(parents=True)
    (folder / "images/seed/Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nLABEL seed=1\n")
    (folder / "matrix.yaml").write_text(_SEED)
    shutil.copy(ROOT / "foundations.lock", folder)
    measure([HUBWRIGHT, "build", "--until=publish"], folder, environment)


def _described(cache: Path, environment: Mapping[str, str]) -> Stage:
    """Return the stage as the engine and the registry describe themselves."""
    asked = subprocess.run([HUBWRIGHT, "engine", "status", "--json"], env=environment, capture_output=True, check=True)
    engine = json.loads(asked.stdout)
    if not engine["name"].startswith("embedded"):
        sys.exit(f"this needs an engine that nobody else uses, and {engine['name']} answers here; stop it meanwhile")
    identity = json.loads((cache / "registry/identity.json").read_text())
    return Stage(
        environment=environment,
        docker_environment={**environment, **engine["environment"]},
        docker=engine["docker"],
        buildx=engine["buildx"],
        registry=f"127.0.0.1:{identity['port']}",
    )
