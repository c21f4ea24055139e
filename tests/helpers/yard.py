"""Runs of the real command that tests may kill and starve: a cache folder of their own, its engine, its registry."""

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from helpers.docker_client import DockerClient
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine
from hubwright.engines.waiting import until
from hubwright.locks.roots_file import write_roots
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.roots import FOUNDATIONS_LOCK, PulledRoot

PLATFORM = "linux/amd64"
_END_S = 60
_LINE_S = 120
_MATRIX = """\
version: 1
hub: {{chart: "4.4.0"}}
foundations:
  tiny: {{pull: "{reference}"}}
images:
{images}
profiles:
  - {{slug: lab, display_name: Lab, image: {first}}}
"""


class Run:
    """One run of the command: a process in a session of its own, heard line by line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._rest = b""

    def line(self, timeout_s: float = _LINE_S) -> str | None:
        """Return the next line of its standard error; None at the end, or if none comes in time."""
        assert self.process.stderr
        while b"\n" not in self._rest:
            if not select.select([self.process.stderr], [], [], timeout_s)[0]:
                return None
            chunk = os.read(self.process.stderr.fileno(), 1 << 16)
            if not chunk:
                return None
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        self.lines.append(line.decode())
        return self.lines[-1]

    def until_line(self, words: str) -> None:
        """Return when a line with these words came."""
        while (line := self.line()) is not None:
            if words in line:
                return
        raise AssertionError(f"no line with {words!r} came:\n" + "\n".join(self.lines))

    def end(self) -> int:
        """Return its exit code, having heard all of it."""
        while self.line() is not None:
            pass
        return self.process.wait(_END_S)

    @property
    def said(self) -> str:
        return "\n".join(self.lines)

    def descendants(self) -> dict[int, int]:
        """Return the processes below it, each with a descriptor that is about that process for good."""
        return {pid: descriptor for pid in _below(self.process.pid) if (descriptor := _pidfd(pid)) is not None}


@dataclass(frozen=True, kw_only=True)
class Yard:
    cache: Path
    temporary: Path
    source: EmbeddedEngine
    registry: EmbeddedRegistry
    host: str
    foundation: PulledRoot
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def client(self) -> DockerClient:
        return DockerClient(engine=self.engine())

    def engine(self) -> Engine:
        return self.source.ensure(print)

    def answers(self) -> OciRegistry:
        return OciRegistry(Endpoint(host=self.host))

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
        own = {"XDG_CACHE_HOME": str(self.cache.parent), "TMPDIR": str(self.temporary), "COLUMNS": "200"}
        return {**kept, **own, **self.more}

    def repository(self, root: Path, images: Mapping[str, str], *, tree: str = "") -> Path:
        """Write a repository; each image is the lines of its Dockerfile, and all stand on the first one.

        `tree` is what the matrix says instead of that.
        """
        first = next(iter(images))
        for image, lines in images.items():
            (root / "images" / image).mkdir(parents=True, exist_ok=True)
            (root / "images" / image / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\n{lines}")
        standing = [f"  {name}: {{from: {'tiny' if name == first else first}}}" for name in images]
        text = _MATRIX.format(reference=self.foundation.reference, images=tree or "\n".join(standing), first=first)
        (root / "matrix.yaml").write_text(text)
        (root / FOUNDATIONS_LOCK).write_bytes(write_roots({("tiny", PLATFORM): self.foundation}))
        return root

    @contextmanager
    def running(self, root: Path, *arguments: str) -> Iterator[Run]:
        """Give a run of the command in a session of its own; it and its group are dead in the end."""
        # Whoever runs the tests in the background may have SIGINT ignored, and a child inherits that.
        argv = ["env", "--default-signal=INT", sys.executable, "-m", "hubwright", *arguments]
        with subprocess.Popen(
            argv,
            cwd=root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                yield Run(process)
            finally:
                process.kill()

    def build(self, root: Path) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "hubwright", "build", "--until=publish"]
        return subprocess.run(argv, cwd=root, env=self.environment, capture_output=True, text=True, check=False)

    @contextmanager
    def full(self, folder: Path, *, but: int) -> Iterator[None]:
        """Leave so many bytes free on the small disk that the folder is on."""
        filler = folder / "filler"
        with filler.open("wb") as opened:
            os.posix_fallocate(opened.fileno(), 0, shutil.disk_usage(folder).free - but)
        try:
            yield
        finally:
            filler.unlink()

    def leftovers(self) -> set[str]:
        """Return what a run must not leave: containers, volumes, networks, processes of builds, temporary files."""
        client = self.client
        found = {f"container {name}" for name in client.docker("ps", "--all", "--quiet").split()}
        found |= {f"volume {name}" for name in client.docker("volume", "ls", "--quiet").split()}
        networks = set(client.docker("network", "ls", "--format={{.Name}}").split())
        found |= {f"network {name}" for name in networks - {"bridge", "host", "none"}}
        found |= {f"file {path}" for path in self.temporary.iterdir()}
        found |= {f"file {path}" for path in Path("/dev/shm").glob("hubwright-*")}  # noqa: S108 - looked at only
        return found | {f"process {pid} {_read(pid, 'cmdline')!r}" for pid in self._processes()}

    def nothing_is_left(self) -> bool:
        return until(lambda: not self.leftovers(), timeout_s=_END_S)

    def _processes(self) -> list[int]:
        """Return the processes of runs, by the environment that they inherit, and those inside of containers."""
        mark, group = f"XDG_CACHE_HOME={self.cache.parent}".encode(), f"/{self.source.places.cgroup}/".encode()
        own = {os.getpid()}
        pids = {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()} - own
        return [pid for pid in pids if mark in _read(pid, "environ") or group in _read(pid, "cgroup")]


def all_ended(processes: Mapping[int, int]) -> bool:
    """Return whether all of these processes end soon; their descriptors are closed."""
    try:
        return until(lambda: all(select.select([each], [], [], 0)[0] for each in processes.values()), timeout_s=_END_S)
    finally:
        for descriptor in processes.values():
            os.close(descriptor)


def _below(pid: int) -> list[int]:
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _text(task).split()]
    return [*children, *(each for child in children for each in _below(child))]


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
