"""Who watches a run and remembers when what was done, for the account of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from hubwright.account import Became, Moment, Stretch
from hubwright.errors import HubwrightError
from hubwright.pipeline.watching import Watcher
from hubwright.planned import Made
from hubwright.progress import Movement, start_of
from hubwright.verdicts import Verdict
from hubwright.words import shorten

# A line of a Dockerfile may be a program of its own.
_STEP = 200


@dataclass(kw_only=True, slots=True)
class _Open:
    began_s: float
    moments: list[Moment] = field(default_factory=list)


class Recorder:
    """Passes on to another watcher what it is told, and remembers when that was, in seconds since the run began.

    What began and has not ended is not told of.
    """

    def __init__(self, watcher: Watcher, *, since: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._watcher = watcher
        self._since = since
        self._clock = clock
        self._open: dict[str, _Open] = {}
        self._ended: list[Stretch] = []
        self._lock = Lock()

    def begins(self, name: str, reason: str) -> None:
        with self._lock:
            self._open[name] = _Open(began_s=self._now())
        self._watcher.begins(name, reason)

    def moves(self, name: str, progress: Movement) -> None:
        doing = shorten(progress.current(), _STEP)
        with self._lock:
            moments = self._open[name].moments
            if doing and (not moments or moments[-1].doing != doing):
                moments.append(Moment(at_s=self._now(), doing=doing))
        self._watcher.moves(name, progress)

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None:
        start = start_of(name)
        with self._lock:
            begun = self._open.pop(name)
            self._ended.append(
                Stretch(
                    name=name if start is None else start,
                    kind="image" if start is None else "start",
                    waited_for="",
                    ready_s=begun.began_s,
                    began_s=begun.began_s,
                    ended_s=self._now(),
                    outcome=_outcome(result),
                    moments=tuple(begun.moments),
                )
            )
        self._watcher.ends(name, result)

    def stretches(self) -> tuple[Stretch, ...]:
        """Return what has ended until now, in the order in which it did; what each waited for is not known here."""
        with self._lock:
            return tuple(self._ended)

    def _now(self) -> float:
        return round(self._clock() - self._since, 3)


def _outcome(result: Made | Verdict | HubwrightError) -> str:
    if isinstance(result, HubwrightError):
        return Became.FAILED.value
    if isinstance(result, Verdict):
        return result.standing.value
    return (Became.BUILT if result.built else Became.REUSED).value
