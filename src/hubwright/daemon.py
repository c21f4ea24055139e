"""Programs that go on running after us: started once, found again by whoever comes later, ended for certain.

The process table is the only record of them, so there is none that could be wrong. A daemon is the process with its
exact arguments; a path among them (its configuration, its data) makes it the only one.
"""

import contextlib
import os
import select
import shlex
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from hubwright.errors import ProcessError

_KILL_S = 10.0
_MOMENT_S = 0.001


def start_daemon(argv: Sequence[str], *, environment: Mapping[str, str], log: Path) -> int:
    """Start the program in a session of its own, and return the number of its process.

    It gets no standard input and exactly the environment given; what it prints replaces the log.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        # Not subprocess: its objects expect to see their process end, and this one outlives us.
        pid = os.posix_spawn(
            argv[0],
            list(argv),
            dict(environment),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
            # Python ignores these, and a program that is started would go on to.
            setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],
        )
    except OSError as error:
        msg = f"cannot start {shlex.join(argv)}: {error.strerror}"
        raise ProcessError(msg) from error
    descriptor = os.pidfd_open(pid)
    try:
        # We go on a moment before the kernel shows the arguments, and without them it could not be found.
        while not _arguments(pid) and not _has_ended(descriptor, _MOMENT_S):
            pass
    finally:
        os.close(descriptor)
    return pid


def find_daemon(argv: Sequence[str]) -> int | None:
    """Return the number of the process with these arguments, None where none lives.

    Where its program lies does not matter: it may have been started from an older version.
    """
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return next((pid for pid in numbers if _is_ours(pid, argv)), None)


def stop_daemon(argv: Sequence[str], *, grace_s: float) -> None:
    """Return when no such process is left. It is asked first, and killed with its group after `grace_s`."""
    while (pid := find_daemon(argv)) is not None:
        # A process that ends meanwhile is what is wanted.
        with contextlib.suppress(ProcessLookupError):
            _end(pid, argv, grace_s)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _end(pid: int, argv: Sequence[str], grace_s: float) -> None:
    descriptor = os.pidfd_open(pid)
    try:
        # The descriptor is about one process for good; its number may have passed on before it was opened.
        if _is_ours(pid, argv):
            signal.pidfd_send_signal(descriptor, signal.SIGTERM)
            if not _has_ended(descriptor, grace_s):
                os.killpg(pid, signal.SIGKILL)
                if not _has_ended(descriptor, _KILL_S):
                    msg = f"process {pid} ({shlex.join(argv)}) does not end although it was killed: the kernel holds it"
                    raise ProcessError(msg)
    finally:
        os.close(descriptor)


def _has_ended(descriptor: int, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


def _is_ours(pid: int, argv: Sequence[str]) -> bool:
    """Return whether the process was started with these arguments, by this user, and not inside some container."""
    shown = _arguments(pid)
    if shown[1:] != list(argv[1:]) or not shown or Path(shown[0]).name != Path(argv[0]).name:
        return False
    home = Path(f"/proc/{pid}")
    try:
        inside = (home / "ns/pid").readlink() == Path("/proc/self/ns/pid").readlink()
        return inside and home.stat().st_uid == os.geteuid()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def _arguments(pid: int) -> list[str]:
    """Return what a process was started with; one that has ended, waited for or not, has nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "surrogateescape").split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []
