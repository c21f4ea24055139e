"""How a run goes, while it goes, as plain lines: for logs and pipes. A terminal has moving ones."""

import sys
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Self, TextIO

from hubwright.errors import HubwrightError
from hubwright.planned import Made
from hubwright.progress import Movement
from hubwright.report.course import course_of, seen
from hubwright.report.estimate import estimate, expected_in_words
from hubwright.report.inquiry import Ask
from hubwright.report.tasks import Outlook
from hubwright.verdicts import Standing, Verdict
from hubwright.words import short_digest, shorten, sized

if TYPE_CHECKING:
    from hubwright.report.terminal import TerminalWatcher

_OUTCOME = 160
_GOOD = {Standing.PROVEN, Standing.WITHOUT_HARDWARE}


class PlainWatcher:
    """One line for each thing that happens, with the seconds since the start; for logs and pipes.

    The first says how long it may take, where that is known without asking anybody.
    """

    def __init__(self, outlook: Outlook, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._outlook = outlook
        self._stream = stream
        self._clock = clock
        self._started = clock()
        self._shown: dict[str, str] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        run = course_of(self._outlook, self._started)
        if told := expected_in_words(estimate(seen(run), run, self._started), run.earlier):
            self._line("expected", told)
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


def open_watcher(outlook: Outlook, ask: Ask | None) -> "PlainWatcher | TerminalWatcher":
    """Return the watcher that suits standard error; `ask` is for one that has somebody before it who waits."""
    if sys.stderr.isatty():
        # Loading rich is a good part of a run that finds everything there.
        from rich.console import Console  # noqa: PLC0415 - see above

        from hubwright.report.terminal import TerminalWatcher  # noqa: PLC0415 - see above

        # Bound to the stream of now: while the view moves, something else is in its place.
        console = Console(file=sys.stderr)
        if console.is_interactive:
            return TerminalWatcher(outlook, console=console, ask=ask)
    return PlainWatcher(outlook, sys.stderr)


def outcome(result: Made | Verdict | HubwrightError) -> str:
    """Return in a line what became of it; the whole of an error or a failure comes at the end of the run."""
    if isinstance(result, HubwrightError):
        return f"failed: {shorten(str(result).partition(chr(10))[0], _OUTCOME)}"
    if isinstance(result, Verdict):
        why = f": {shorten(result.reason, _OUTCOME)}" if result.reason else ""
        return f"{result.standing.value} in {result.seconds:.1f} s{why}"
    verb = f"built in {result.seconds:.0f} s" if result.built else "in the registry already"
    return f"{verb}, {sized(result.published.size)}, {short_digest(result.published.digest)}"


def went_well(result: Made | Verdict | HubwrightError) -> bool:
    """Return whether what waits for it may begin."""
    return isinstance(result, Made) or (isinstance(result, Verdict) and result.standing in _GOOD)
