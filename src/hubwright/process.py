"""The one place that starts a process: an argv list, no shell, its own session, a deadline.

A daemon outlives whoever started it; everything else is waited for.
"""

import contextlib
import os
import select
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hubwright.errors import ProcessError, StoppedError

_POLL_S = 0.2
_CHUNK = 1 << 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Completed:
    """What a process that ended by itself left behind."""

    argv: tuple[str, ...]
    exit_code: int
    stdout: bytes
    stderr: bytes


def run(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    timeout_s: float,
    cwd: Path | None = None,
    allowed_exit_codes: frozenset[int] = frozenset({0}),
) -> Completed:
    """Return what the program printed; raise ProcessError if it is missing, is too slow or fails.

    The program gets no standard input and exactly the environment given. At the deadline, and when the caller
    is interrupted, its whole process group is killed.
    """
    with _started(argv, environment=environment, cwd=cwd, stdout=subprocess.PIPE) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout_s)
        except BaseException as error:
            _kill_group(process)
            if isinstance(error, subprocess.TimeoutExpired):
                msg = f"{shlex.join(argv)} did not end within {timeout_s:g} s and was killed"
                raise ProcessError(msg) from error
            raise
    completed = Completed(argv=tuple(argv), exit_code=process.returncode, stdout=stdout, stderr=stderr)
    if completed.exit_code not in allowed_exit_codes:
        raise ProcessError(_failure(completed))
    return completed


def _started(
    argv: Sequence[str], *, environment: Mapping[str, str], cwd: Path | None, stdout: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        msg = f"cannot start {shlex.join(argv)}: {error.strerror}. Is {argv[0]} installed and on PATH?"
        raise ProcessError(msg) from error


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # A leader that has ended and been waited for has no group of its own any more.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def follow(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    timeout_s: float,
    on_stderr: Callable[[bytes], None],
    stopped: Callable[[], bool] = lambda: False,
    cwd: Path | None = None,
) -> int:
    """Return the exit code of a program whose standard error is handed over while it comes.

    Standard output is thrown away. The whole process group is killed at the deadline, which is a ProcessError,
    and when `stopped` says so, which is asked several times a second and ends as StoppedError.
    """
    deadline = time.monotonic() + timeout_s

    def check() -> None:
        if stopped():
            msg = f"{argv[0]} was stopped"
            raise StoppedError(msg)
        if time.monotonic() > deadline:
            msg = f"{shlex.join(argv)} did not end within {timeout_s:g} s and was killed"
            raise ProcessError(msg)

    with _started(argv, environment=environment, cwd=cwd) as process:
        try:
            for chunk in _chunks(process, check):
                on_stderr(chunk)
            return process.wait(max(deadline - time.monotonic(), _POLL_S))
        except BaseException:
            _kill_group(process)
            raise


def _chunks(process: subprocess.Popen[bytes], check: Callable[[], None]) -> Iterator[bytes]:
    """Yield what comes on standard error until it ends; `check` is called while nothing comes, too."""
    assert process.stderr is not None  # noqa: S101 - _started asked for it
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while True:
            if selector.select(_POLL_S):
                if not (chunk := os.read(process.stderr.fileno(), _CHUNK)):
                    return
                yield chunk
            check()


@contextmanager
def started_detached(argv: Sequence[str], *, environment: Mapping[str, str], log: Path) -> Iterator[Callable[[], bool]]:
    """Start a daemon: a session of its own, no terminal, no input, and everything it prints added to `log`.

    It is nobody's child, so that it lives on when the caller ends and is no zombie when it dies itself. The block
    is given a function that tells whether it has ended, with everything that it started; a program that could
    not be started at all has ended too, and the log says why.
    """
    launcher = ("setsid", "--fork", "--", *argv)
    # Nothing is ever written: the pipe is at its end when the last process that holds the other side is gone.
    alive, held = os.pipe()
    try:
        try:
            _launch(launcher, environment=environment, log=log, held=held)
        finally:
            os.close(held)
        yield lambda: bool(select.select([alive], [], [], 0)[0])
    finally:
        os.close(alive)


def _launch(launcher: tuple[str, ...], *, environment: Mapping[str, str], log: Path, held: int) -> None:
    try:
        with log.open("ab") as opened:
            process = subprocess.Popen(
                launcher,
                cwd="/",
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=opened,
                stderr=opened,
                start_new_session=True,
                pass_fds=(held,),
            )
    except OSError as error:
        msg = f"cannot start {shlex.join(launcher)}: {error.strerror}"
        raise ProcessError(msg) from error
    # The launcher forks and ends; only a machine that has no process to spare keeps it from that.
    if exit_code := process.wait():
        msg = f"{shlex.join(launcher)} failed with exit code {exit_code}; see {log}"
        raise ProcessError(msg)


def _failure(completed: Completed) -> str:
    def shown(stream: bytes) -> str:
        return stream.decode("utf-8", "replace").strip() or "(none)"

    return (
        f"{shlex.join(completed.argv)} failed with exit code {completed.exit_code}\n"
        f"stdout: {shown(completed.stdout)}\nstderr: {shown(completed.stderr)}"
    )
