"""How a run goes, while it goes, in a terminal. Apart from the plain lines, because only this needs rich."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, redirect_stderr
from dataclasses import replace
from threading import Lock
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live

from hubwright.errors import HubwrightError
from hubwright.planned import Made
from hubwright.progress import Movement
from hubwright.report.above import Above
from hubwright.report.board import Paper, board
from hubwright.report.course import begun, course_of, ended, moved, to_ask_about
from hubwright.report.inquiry import Ask, Inquiry
from hubwright.report.live import outcome, went_well
from hubwright.report.tasks import Earlier, Outlook
from hubwright.verdicts import Verdict
from hubwright.words import escape

_TIMES_A_SECOND = 4


class TerminalWatcher(AbstractContextManager["TerminalWatcher"]):
    """The whole run on as much of the screen as there is; what has ended stays above as text.

    `ask` is asked what rehearsals took before, if any are held.
    """

    def __init__(
        self,
        outlook: Outlook,
        *,
        console: Console,
        ask: Ask | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._lock = Lock()
        self._course = course_of(outlook, clock())
        self._inquiry = Inquiry(ask, self._learn) if ask else None
        self._asked: frozenset[str] = frozenset()
        # What is printed to standard output goes there: it may be read by a program.
        self._live = Live(
            console=console,
            get_renderable=lambda: self,
            refresh_per_second=_TIMES_A_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._open = ExitStack()

    def __enter__(self) -> Self:
        above = Above(self._live.console)
        self._open.enter_context(self._live)
        self._open.callback(above.end)
        self._open.enter_context(redirect_stderr(above))
        if self._inquiry:
            self._open.callback(self._inquiry.close)
            self._inquire(self._inquiry)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # One row less: the cursor needs a place when the view goes.
        paper = Paper(height=options.size.height - 1, width=options.max_width, ascii_only=options.ascii_only)
        yield from board(self._course, self._clock(), paper)

    def begins(self, name: str, reason: str) -> None:
        with self._lock:
            self._course = begun(self._course, name, reason, self._clock())

    def moves(self, name: str, progress: Movement) -> None:
        step, counts = progress.current(), progress.counts()
        with self._lock:
            before = self._course.work.get(name)
            self._course = moved(self._course, name, step, counts, self._clock())
        if self._inquiry and not (before and before.moved):
            self._inquire(self._inquiry)

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None:
        told = outcome(result)
        with self._lock:
            self._course = ended(self._course, name, told, self._clock(), well=went_well(result))
        self._live.console.print(f"{escape(name)}: {told}", markup=False, highlight=False)

    def _inquire(self, inquiry: Inquiry) -> None:
        """Ask about what has turned out to be rehearsed, each start once."""
        with self._lock:
            names = to_ask_about(self._course) - self._asked
            self._asked |= names
            if names:
                inquiry.about(names)

    def _learn(self, earlier: Earlier) -> None:
        with self._lock:
            self._course = replace(self._course, earlier=self._course.earlier.and_(earlier))
