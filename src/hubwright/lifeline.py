"""Programs that end with us, whatever ends us: SIGKILL, a crash, or the end of their block.

Nothing can run in a process that was killed, so each of them reads from a pipe whose other end only we hold; the
kernel closes that end with us, at the latest. The usual end goes the same way, so that the way is walked every time
and not only when it matters.
"""

import os
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from hubwright.errors import ProcessError
from hubwright.frozen import dataclass

_KILLED_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Companion:
    """A program that was started; its standard input ends when we do."""

    process: "subprocess.Popen[bytes]"

    def exit_code(self) -> int | None:
        """Return what it ended with, negative for a signal; None while it runs."""
        return self.process.poll()


@contextmanager
def companion(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path = Path("/"),
    log: Path = Path(os.devnull),
    grace_s: float,
) -> Iterator[Companion]:
    """Have the program run beside this block, in a session of its own so that signals to our group miss it.

    When the block ends its input does, and whatever is left of its group after `grace_s` is killed. What it
    prints is added to the log.
    """
    # Neither end is inherited by what else this process starts.
    reading, writing = os.pipe()
    try:
        process = _start(argv, environment=environment, cwd=cwd, log=log, reading=reading)
    except BaseException:
        os.close(writing)
        raise
    finally:
        os.close(reading)
    try:
        yield Companion(process=process)
    finally:
        os.close(writing)
        _end(process, grace_s)


def _end(process: "subprocess.Popen[bytes]", grace_s: float) -> None:
    # One that was seen to end has given its number back: the group of that number may be anybody's.
    if process.returncode is not None:
        return
    descriptor = os.pidfd_open(process.pid)
    try:
        select.select([descriptor], [], [], grace_s)
    finally:
        os.close(descriptor)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(_KILLED_S)


def _start(
    argv: Sequence[str], *, environment: Mapping[str, str], cwd: Path, log: Path, reading: int
) -> "subprocess.Popen[bytes]":
    try:
        with log.open("ab") as opened:
            return subprocess.Popen(
                argv,
                cwd=cwd,
                env=dict(environment),
                stdin=reading,
                stdout=opened,
                stderr=opened,
                start_new_session=True,
            )
    except OSError as error:
        msg = f"cannot start {argv[0]}: {error.strerror}"
        raise ProcessError(msg) from error
