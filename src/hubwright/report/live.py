"""How a build goes, while it goes, as plain lines: for logs and pipes. A terminal has moving ones."""

import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import Self, TextIO

from hubwright.errors import HubwrightError
from hubwright.model import Made
from hubwright.progress import BuildProgress
from hubwright.report.build import megabytes
from hubwright.words import shorten


class PlainWatcher:
    """One line for each thing that happens, with the seconds since the start; for logs and pipes."""

    def __init__(self, stream: TextIO = sys.stderr, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._shown: dict[str, str] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.flush()

    def begins(self, name: str, reason: str) -> None:
        self._line(name, reason)

    def moves(self, name: str, progress: BuildProgress) -> None:
        step = progress.current()
        with self._lock:
            if not step or self._shown.get(name) == step:
                return
            self._shown[name] = step
        self._line(name, shorten(step, 100))

    def ends(self, name: str, result: Made | HubwrightError) -> None:
        self._line(name, outcome(result))

    def _line(self, name: str, text: str) -> None:
        with self._lock:
            self._stream.write(f"{self._clock() - self._started:7.1f} s  {name}: {text}\n")
            self._stream.flush()


def outcome(result: Made | HubwrightError) -> str:
    """Return in a line what became of a variant; the whole of an error comes at the end of the run."""
    if isinstance(result, HubwrightError):
        return f"failed: {shorten(str(result).partition(chr(10))[0], 160)}"
    verb = f"built in {result.seconds:.0f} s" if result.built else "in the registry already"
    return f"{verb}, {megabytes(result.published.size)}, {result.published.digest[:19]}"
