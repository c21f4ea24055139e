"""Work along a graph, side by side where nothing stands in the way.

What fails aborts only what stands on it, by name; everything else goes on. The results are values, and come back
in the order of the plan.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock
from typing import Generic, TypeAlias, TypeVar

from hubwright.errors import HubwrightError

T = TypeVar("T")


class Once(Generic[T]):
    """A value that is made when it is asked for first, by whichever thread that is; a failure is not kept."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: list[T] = []
        self._lock = Lock()

    def __call__(self) -> T:
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


class Shared(Generic[T]):
    """Values by their keys: whoever comes first makes one, everybody else waits for it.

    One that could not be made is tried again by the next.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._locks: dict[tuple[object, ...], Lock] = {}
        self._made: dict[tuple[object, ...], T] = {}

    def get(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._made:
                self._made[key] = make()
            return self._made[key]


@dataclass(frozen=True, kw_only=True, slots=True)
class Done(Generic[T]):
    value: T


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """The node's own work failed."""

    error: HubwrightError


@dataclass(frozen=True, kw_only=True, slots=True)
class Aborted:
    """The node was not begun, because what it stands on is not there."""

    because_of: str


Result: TypeAlias = Done[T] | Failed | Aborted


def walk(
    order: Sequence[str],
    stands_on: Mapping[str, str | None],
    act: Callable[[str], T],
    *,
    workers: int,
    stop: Event,
) -> dict[str, Result[T]]:
    """Return what became of each node; `act` runs in threads, at most `workers` at once.

    `order` has parents first. A node begins when the one it stands on is done. An exception outside our family,
    and an interrupt of the caller, sets `stop` for those that still run, waits for them, and goes on up.
    """
    results: dict[str, Result[T]] = {}
    waiting = dict.fromkeys(order)
    running: dict[Future[T], str] = {}
    with ThreadPoolExecutor(workers) as pool:
        try:
            while waiting or running:
                for name in list(waiting):
                    base = stands_on[name]
                    if base is None or isinstance(results.get(base), Done):
                        running[pool.submit(act, name)] = name
                        del waiting[name]
                    elif base in results:
                        results[name] = Aborted(because_of=base)
                        del waiting[name]
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    results[running.pop(future)] = _result(future)
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return {name: results[name] for name in order}


def _result(future: Future[T]) -> Result[T]:
    try:
        return Done(value=future.result())
    except HubwrightError as error:
        return Failed(error=error)


@contextmanager
def aside(stop: Event) -> Iterator[Callable[[Callable[[], None]], None]]:
    """Give a way to have something done beside the block, one thing after another; the end of the block waits.

    What goes wrong there comes up then. An interrupt, also of the waiting, sets `stop` for what still runs.
    """
    begun: list[Future[None]] = []
    try:
        with ThreadPoolExecutor(1) as pool:
            yield lambda work: begun.append(pool.submit(work))
    except BaseException:
        stop.set()
        raise
    for future in begun:
        future.result()
