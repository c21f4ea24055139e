"""How a build goes, while it goes, in a terminal. Apart from the plain lines, because only this needs rich."""

from contextlib import AbstractContextManager
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from hubwright.errors import HubwrightError
from hubwright.planned import Made
from hubwright.progress import Movement
from hubwright.report.live import outcome
from hubwright.verdicts import Verdict
from hubwright.words import shorten

_STEP = 60


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
