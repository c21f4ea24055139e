"""All starts of a run, side by side: each begins as soon as its image is in the registry.

What is done with one is up to whoever begins it; nothing that only a rehearsal takes is loaded here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

from hubwright.errors import HubwrightError
from hubwright.model import Offer
from hubwright.pipeline.watching import Watcher
from hubwright.progress import Milestone, Moves, name_of_start
from hubwright.stopping import check_stopped, stoppable
from hubwright.verdicts import Verdict, untested

T = TypeVar("T")

# Shows one start and says what was seen; it is given whom to tell how it goes.
Play: TypeAlias = Callable[[Moves], Verdict]


class Rehearsals:
    """A company that plays what it is given; an error of one rehearsal ends none of the others.

    Leaving the block by an exception, which may be an interrupt, ends the stage first: what still plays on it fails
    at once, what is not yet on it does not begin, and nobody is told of either.
    """

    def __init__(self, watcher: Watcher, *, workers: int, end_stage: Callable[[], None]) -> None:
        self._watcher = watcher
        self._end_stage = end_stage
        self._pool = ThreadPoolExecutor(workers)
        self._stop = Event()
        self._plays: dict[str, Future[Verdict]] = {}
        self.errors: list[HubwrightError] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._stop.set()
            self._pool.shutdown(wait=False, cancel_futures=True)
        try:
            self._end_stage()
        except HubwrightError as failure:
            # An engine that is gone cannot be asked to remove anything, and what was found out before is still true.
            self.errors.append(failure)
        self._pool.shutdown(wait=True)

    def begin(self, offer: Offer, play: Play) -> None:
        """Have it played when there is room; called once for each offer, from any thread."""
        self._plays[offer.name] = self._pool.submit(self._play, offer, play)

    @contextmanager
    def aside(self, work: Callable[[], T]) -> Iterator[Callable[[], T]]:
        """Have work of a play done by whoever has nothing to play, and give what returns what came of it.

        Where all are busy until then, whoever asks for it does it. When the block ends, nobody works on it.
        """
        begun = self._pool.submit(copy_context().run, work)
        try:
            yield lambda: work() if begun.cancel() else begun.result()
        finally:
            if not begun.cancel():
                wait([begun])

    def verdicts(self, offers: Iterable[Offer], missing: Mapping[str, str]) -> tuple[Verdict, ...]:
        """Return a verdict for each offer, once all of them are over.

        `missing` gives for a variant that has no image the reason. What could not be rehearsed is in `errors`.
        """
        return tuple(self._verdict(offer, missing) for offer in offers)

    def _verdict(self, offer: Offer, missing: Mapping[str, str]) -> Verdict:
        if offer.name not in self._plays:
            return untested(offer.name, offer.variant, missing[offer.variant])
        try:
            return self._plays[offer.name].result()
        except HubwrightError as error:
            self.errors.append(error)
            return untested(offer.name, offer.variant, f"it could not be rehearsed: {error}")

    def _play(self, offer: Offer, play: Play) -> Verdict:
        name = name_of_start(offer.name)
        self._watcher.begins(name, "its image is in the registry")
        try:
            # The stage may come to be only after its end was asked for: whoever waited for it has to look.
            with stoppable(self._stop.is_set):
                verdict = play(lambda milestone: self._moves(name, milestone))
        except HubwrightError as error:
            if not self._stop.is_set():
                self._watcher.ends(name, error)
            raise
        self._watcher.ends(name, verdict)
        return verdict

    def _moves(self, name: str, milestone: Milestone) -> None:
        check_stopped(f"the rehearsal of {name}")
        self._watcher.moves(name, milestone)
