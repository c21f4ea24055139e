"""How a run goes, while it goes: one moving line for all that is under way in a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from hubwright.errors import HubwrightError
from hubwright.model import Made
from hubwright.progress import Movement
from hubwright.report.build import megabytes
from hubwright.verdicts import Verdict
from hubwright.words import shorten

_STEP = 60
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


class TerminalWatcher(AbstractContextManager["TerminalWatcher"]):
    """A line for each thing that runs, with its step and a bar; what has ended stays above as text."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[step]}"),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def begins(self, name: str, reason: str) -> None:
        self._tasks[name] = self._progress.add_task(name, total=1, step=shorten(reason, _STEP))

    def moves(self, name: str, progress: Movement) -> None:
        done, total = progress.counts()
        self._progress.update(
            self._tasks[name], completed=done, total=max(total, 1), step=shorten(progress.current(), _STEP)
        )

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None:
        self._progress.remove_task(self._tasks.pop(name))
        self._progress.console.print(f"{name}: {outcome(result)}", markup=False, highlight=False)


def open_watcher() -> "PlainWatcher | TerminalWatcher":
    """Return the watcher that suits standard error."""
    return TerminalWatcher() if sys.stderr.isatty() else PlainWatcher()


def outcome(result: Made | Verdict | HubwrightError) -> str:
    """Return in a line what became of it; the whole of an error or a failure comes at the end of the run."""
    if isinstance(result, HubwrightError):
        return f"failed: {shorten(str(result).partition(chr(10))[0], _OUTCOME)}"
    if isinstance(result, Verdict):
        why = f": {shorten(result.reason, _OUTCOME)}" if result.reason else ""
        return f"{result.standing.value} in {result.seconds:.1f} s{why}"
    verb = f"built in {result.seconds:.0f} s" if result.built else "in the registry already"
    return f"{verb}, {megabytes(result.published.size)}, {result.published.digest[:19]}"
