"""What a run asks about its past while it goes on: in a thread of its own, and nobody waits for an answer."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeAlias

from hubwright.errors import HubwrightError
from hubwright.report.tasks import Earlier

# Returns what is known of the tasks with these names, and asks no further once its second argument says so.
Ask: TypeAlias = Callable[[frozenset[str], Callable[[], bool]], Earlier]

# Whatever is still being asked then is given up with the process.
_PATIENCE_S = 2.0


class Inquiry:
    """Asks about what it is given, one thing after another, and tells what it hears; silence tells nothing."""

    def __init__(self, ask: Ask, tell: Callable[[Earlier], None]) -> None:
        self._ask = ask
        self._tell = tell
        self._questions: SimpleQueue[frozenset[str] | None] = SimpleQueue()
        self._over = Event()
        self._thread = Thread(target=self._work, name="inquiry", daemon=True)

    def about(self, names: frozenset[str]) -> None:
        """Have it asked; called by one thread at a time."""
        if self._thread.ident is None:
            self._thread.start()
        self._questions.put(names)

    def close(self) -> None:
        """Ask nothing more."""
        self._over.set()
        self._questions.put(None)
        if self._thread.ident is not None:
            self._thread.join(_PATIENCE_S)

    def _work(self) -> None:
        while (names := self._questions.get()) is not None and not self._over.is_set():
            try:
                self._tell(self._ask(names, self._over.is_set))
            except HubwrightError:
                # A run that cannot say how long it takes is a run all the same.
                continue
