"""Somebody who acts when this process is gone, whatever ended it.

Nothing can run in a process that was killed, so somebody else has to notice. That is a shell of a few hundred
kilobytes, in a session of its own so that what is aimed at our group misses it. It reads from a pipe whose other end
only we hold; the kernel closes that end with us, at the latest.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_SHELL = "sh"
_END_S = 10.0
# Signals that are sent to everybody, at the end of a session or of a machine, are not for this one.
_DEAF = "trap '' HUP INT TERM; "

Tell = Callable[[str], None]


@contextmanager
def guarded(script: str, *arguments: str) -> Iterator[Tell]:
    """Have a shell run the script, and end it with the block at the latest; OSError where it cannot be started.

    Its standard input is what the block tells it, line by line, and ends when the block does, or this process.
    """
    # Neither end is inherited by what this process starts; only the guard is handed its own.
    reading, writing = os.pipe()
    try:
        guard = subprocess.Popen(
            (_SHELL, "-c", _DEAF + script, "hubwright-guard", *arguments),
            cwd="/",
            env={"PATH": os.defpath},
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        os.close(writing)
        raise
    finally:
        os.close(reading)

    def tell(line: str) -> None:
        # A guard that somebody killed hears nothing.
        with suppress(BrokenPipeError):
            os.write(writing, f"{line}\n".encode())

    try:
        yield tell
    finally:
        os.close(writing)
        try:
            guard.wait(_END_S)
        except subprocess.TimeoutExpired:
            guard.kill()
            guard.wait()
