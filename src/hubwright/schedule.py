"""Work along a graph, side by side where nothing stands in the way.

What fails aborts only what stands on it, by name; everything else goes on. The results are values, and come back
in the order of the plan.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from threading import Event, Lock
from typing import Generic, TypeAlias, TypeVar

from hubwright.errors import HubwrightError
from hubwright.frozen import dataclass

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
    running: set[str] = set()
    # Not the futures' own waiting: an interrupt in its midst leaves their locks shut, and a worker before them.
    ended: SimpleQueue[tuple[str, Result[T] | BaseException]] = SimpleQueue()

    def work(name: str) -> None:
        ended.put((name, _result(partial(act, name))))

    with ThreadPoolExecutor(workers) as pool:
        try:
            while waiting or running:
                for name in list(waiting):
                    base = stands_on[name]
                    if base is None or isinstance(results.get(base), Done):
                        pool.submit(work, name)
                        running.add(name)
                        del waiting[name]
                    elif base in results:
                        results[name] = Aborted(because_of=base)
                        del waiting[name]
                if running:
                    name, result = ended.get()
                    running.remove(name)
                    results[name] = _told(result)
        except BaseException:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return {name: results[name] for name in order}


def _result(act: Callable[[], T]) -> Result[T] | BaseException:
    try:
        return Done(value=act())
    except HubwrightError as error:
        return Failed(error=error)
    except BaseException as error:  # noqa: BLE001 - whoever walks raises it
        return error


def _told(result: Result[T] | BaseException) -> Result[T]:
    if isinstance(result, BaseException):
        raise result
    return result


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
