"""Runs that are killed at the n-th thing that they do to the world outside of them: a request, a file, a process.

Whatever a process does in between changes nothing that outlives it. So death before each of these things, in turn, is
death at every moment: before one of them is after the one before.

Started as a program, this forks a child for each order that it reads; it has no threads, and the child no past.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.showroom import Showroom
from hubwright.cli.app import main
from hubwright.pipeline.promoting import promote
from hubwright.registries.interface import OCI_MANIFEST, Descriptor

REQUESTS = frozenset({"http.client.send"})
FILES = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.truncate"})
PROCESSES = frozenset({"subprocess.Popen"})
ALL = REQUESTS | FILES | PROCESSES
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_HANG_S = 120


def _prove(showroom: Showroom, *, start: str, digest: str, size: int) -> None:
    showroom.prove(start, Descriptor(media_type=OCI_MANIFEST, digest=digest, size=size))


def _promote(showroom: Showroom, *, repository: str, digest: str, tags: list[str]) -> None:
    dated, moving = tags
    promote(showroom.registry, repository, digest, (dated, moving))


def _emit(showroom: Showroom) -> None:
    showroom.emit()


def _command(showroom: Showroom, *, argv: list[str]) -> None:
    os.chdir(showroom.root)
    sys.exit(main(argv))


def _sign(showroom: Showroom) -> None:
    _ = showroom.signer


JOBS: Mapping[str, Callable[..., None]] = {
    "prove": _prove,
    "promote": _promote,
    "emit": _emit,
    "command": _command,
    "sign": _sign,
}


@dataclass(frozen=True)
class Mortals:
    """Orders runs, one after the other."""

    process: "subprocess.Popen[str]"

    def live(self, job: str, showroom: Showroom, *, of: Collection[str] = ALL, **arguments: Any) -> int:
        """Have the job done, and return how many things of these kinds it did."""
        status, count = self._order(job, showroom, 0, of, arguments)
        assert status == 0, f"{job} ended with {status}"
        return count

    def die(self, job: str, showroom: Showroom, at: int, *, of: Collection[str] = ALL, **arguments: Any) -> bool:
        """Have the job killed right before the n-th thing, counted from 1; return False where it never came to that."""
        status, _ = self._order(job, showroom, at, of, arguments)
        assert status in {0, -signal.SIGKILL}, f"{job} ended with {status}"
        return status != 0

    def _order(
        self, job: str, showroom: Showroom, at: int, of: Collection[str], arguments: Mapping[str, Any]
    ) -> tuple[int, int]:
        place = (str(showroom.root), str(showroom.cache), showroom.host)
        order = {"job": job, "place": place, "at": at, "of": sorted(of), "arguments": arguments}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        status, count = json.loads(self.process.stdout.readline())
        return status, count


@contextmanager
def mortals(log: Path) -> Iterator[Mortals]:
    """Give somebody who orders runs; what they print is in the log."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with (
        log.open("w") as said,
        subprocess.Popen(
            [sys.executable, "-B", "-W", "ignore", __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as process,
    ):
        yield Mortals(process)
        assert process.stdin
        process.stdin.close()
        process.wait(_HANG_S)


def _serve() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)
            _run(order, writing)
        os.close(writing)
        told = b""
        while chunk := os.read(reading, 1 << 10):
            told = chunk
        os.close(reading)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([status, int(told.split()[-1]) if told else 0]), flush=True)


def _run(order: Mapping[str, Any], writing: int) -> None:
    root, cache, host = order["place"]
    showroom = Showroom(root=Path(root), cache=Path(cache), host=host)
    given = showroom.environment
    os.environ.clear()
    os.environ.update(given)
    # Python tries once whether it can write there, with a file that it leaves if it dies then; that one is not ours.
    tempfile.gettempdir()
    count = _count_and_die(frozenset(order["of"]), order["at"])
    code = 1
    try:
        JOBS[order["job"]](showroom, **order["arguments"])
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody wants to read it
        print(f"{order}: {error!r}", file=sys.stderr, flush=True)
    finally:
        os.write(writing, b"%d" % count())
        os._exit(code)


def _count_and_die(kinds: Collection[str], at: int) -> Callable[[], int]:
    """Count what this process does from now on, and kill it before the thing with this number."""
    lock, seen = threading.Lock(), 0

    def hear(event: str, about: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in kinds and (event != "open" or _is_for_writing(about)):
            with lock:
                seen += 1
                if seen == at:
                    os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)
    return lambda: seen


def _is_for_writing(opened: tuple[Any, ...]) -> bool:
    _, _, flags = opened
    return bool(flags & _WRITES)


if __name__ == "__main__":
    _serve()
