"""How a run goes, while it goes, as plain lines: for logs and pipes. A terminal has moving ones."""

import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Self, TextIO

from hubwright.errors import HubwrightError
from hubwright.planned import Made
from hubwright.progress import Movement
from hubwright.report.build import megabytes
from hubwright.verdicts import Verdict
from hubwright.words import short_digest, shorten

if TYPE_CHECKING:
    from hubwright.report.terminal import TerminalWatcher

_OUTCOME = 160


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

    def moves(self, name: str, progress: Movement) -> None:
        step = progress.current()
        with self._lock:
            if not step or self._shown.get(name) == step:
                return
            self._shown[name] = step
        self._line(name, shorten(step, 100))

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None:
        self._line(name, outcome(result))

    def _line(self, name: str, text: str) -> None:
        with self._lock:
            self._stream.write(f"{self._clock() - self._started:7.1f} s  {name}: {text}\n")
            self._stream.flush()


def open_watcher() -> "PlainWatcher | TerminalWatcher":
    """Return the watcher that suits standard error."""
    if not sys.stderr.isatty():
        return PlainWatcher()
    # Loading rich is a good part of a run that finds everything there.
    from hubwright.report.terminal import TerminalWatcher  # noqa: PLC0415

    return TerminalWatcher()


def outcome(result: Made | Verdict | HubwrightError) -> str:
    """Return in a line what became of it; the whole of an error or a failure comes at the end of the run."""
    if isinstance(result, HubwrightError):
        return f"failed: {shorten(str(result).partition(chr(10))[0], _OUTCOME)}"
    if isinstance(result, Verdict):
        why = f": {shorten(result.reason, _OUTCOME)}" if result.reason else ""
        return f"{result.standing.value} in {result.seconds:.1f} s{why}"
    verb = f"built in {result.seconds:.0f} s" if result.built else "in the registry already"
    return f"{verb}, {megabytes(result.published.size)}, {short_digest(result.published.digest)}"
