"""The one place that starts a process: an argv list, no shell, its own session, a deadline.

A daemon outlives whoever started it; everything else is waited for, and ends when we do, whatever ends us.
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
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from hubwright.errors import ProcessError
from hubwright.frozen import dataclass
from hubwright.guards import guarded
from hubwright.stopping import check_stopped

_T = TypeVar("_T")

_POLL_S = 0.2
_CHUNK = 1 << 16
# Is told the process group first, and then that it has ended; where that is not told any more, we are dead.
_KILL_ORPHANS = """read -r group || exit 0; read -r end || kill -s KILL -- "-$group" """


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
    is interrupted or its work is stopped, its whole process group is killed.
    """
    deadline = time.monotonic() + timeout_s
    with _started(argv, environment=environment, cwd=cwd, stdout=subprocess.PIPE) as process:
        stdout, stderr = _patiently(
            lambda: process.communicate(timeout=_POLL_S), lambda: _check(argv, deadline, timeout_s)
        )
    completed = Completed(argv=tuple(argv), exit_code=process.returncode, stdout=stdout, stderr=stderr)
    if completed.exit_code not in allowed_exit_codes:
        raise ProcessError(_failure(completed))
    return completed


@contextmanager
def _started(
    argv: Sequence[str], *, environment: Mapping[str, str], cwd: Path | None, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    """Give the process; nothing of its group is left where the block is broken off, and where we are killed."""
    with ExitStack() as stack:
        try:
            tell = stack.enter_context(guarded(_KILL_ORPHANS))
            process = subprocess.Popen(
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
        # Killed before this, we leave a program behind that ends when it writes to nobody.
        tell(str(process.pid))
        try:
            with process:
                try:
                    yield process
                except BaseException:
                    _kill_group(process)
                    raise
        finally:
            tell("ended")


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
    cwd: Path | None = None,
) -> int:
    """Return the exit code of a program whose standard error is handed over while it comes.

    Standard output is thrown away. Otherwise it is as with `run`.
    """
    deadline = time.monotonic() + timeout_s
    with _started(argv, environment=environment, cwd=cwd) as process:

        def check() -> None:
            _check(argv, deadline, timeout_s)

        for chunk in _chunks(process, check):
            on_stderr(chunk)
        return _patiently(lambda: process.wait(_POLL_S), check)


def _patiently(wait: Callable[[], _T], check: Callable[[], None]) -> _T:
    """Return what `wait` does in the end; each time that it takes too long for that, `check` may raise."""
    while True:
        try:
            return wait()
        except subprocess.TimeoutExpired:
            check()


def _check(argv: Sequence[str], deadline: float, timeout_s: float) -> None:
    check_stopped(Path(argv[0]).name)
    if time.monotonic() > deadline:
        msg = f"{shlex.join(argv)} did not end within {timeout_s:g} s and was killed"
        raise ProcessError(msg)


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
