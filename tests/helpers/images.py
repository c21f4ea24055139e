"""The shipped base image, built for tests on an engine of their own, and shared by all processes of a test run."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from helpers.docker_client import DockerClient
from helpers.packages import take_packages
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine
from hubwright.locking import locked
from hubwright.registries.embedded import EmbeddedRegistry

_REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class BaseImage:
    """`ref` names the image by its digest in a registry that the engine can pull from.

    `root` is the copy of the repository that it was built from, with the locks of today.
    """

    engine: Engine
    ref: str
    root: Path

    @property
    def cache(self) -> Path:
        """The cache folder of its engine and registry; hubs may be installed in it as well."""
        return self.root.parent / "cache/hubwright"


@contextmanager
def shared_base_image(shared: Path, stock: Path, program: Path) -> Iterator[BaseImage]:
    """Give the image; the first process of a test run builds it, and the last one takes its engine down."""
    home = shared / "base-image"
    home.mkdir(exist_ok=True)
    cache = home / "cache/hubwright"
    source = EmbeddedEngine(cache=cache, environment=os.environ, uid=os.geteuid())
    with (home / "users").open("wb") as users:
        # Taken together with the build: nobody may take down what somebody is about to use.
        with locked(home / "lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            built = home / "ref"
            if not built.exists():
                built.write_text(_build(home, stock), encoding="utf-8")
        try:
            ref = built.read_text(encoding="utf-8")
            engine = source.ensure(print)
            # Whichever test comes first finds it there.
            DockerClient(engine=engine).docker("pull", "--quiet", ref)
            yield BaseImage(engine=engine, ref=ref, root=home / "repository")
        finally:
            with locked(home / "lock"):
                if _is_last(users):
                    EmbeddedRegistry(program=program, data=cache / "registry").stop()
                    source.remove(print)
                    built.unlink()


def _is_last(users: BinaryIO) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _build(home: Path, stock: Path) -> str:
    """Return the name of a new base image: from today's packages, because a mirror drops yesterday's."""
    cache, copy = home / "cache/hubwright", home / "repository"
    for folder in (cache / "debian", cache / "engine/debian"):
        take_packages(stock, folder)
    for name in ("images", "notebooks", "tests/contract"):
        shutil.copytree(_REPOSITORY / name, copy / name)
    shutil.copy2(_REPOSITORY / "matrix.yaml", copy)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
    environment["XDG_CACHE_HOME"] = str(home / "cache")
    printed = ""
    for command in (["lock"], ["build", "--until=publish"], ["status"]):
        argv = [sys.executable, "-m", "hubwright", *command, "--select=base"]
        done = subprocess.run(argv, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
        printed = done.stdout
    found = re.search(r"\S+@sha256:[0-9a-f]{64}", printed)
    assert found, printed
    return found[0]
