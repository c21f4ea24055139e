"""A clock that only sleeping moves."""

import threading

from hubwright.registries.timing import Timing


class FakeTime:
    """`pauses` are the sleeps that were asked for, in order."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.pauses.append(seconds)
            self.now += seconds

    def timing(self) -> Timing:
        return Timing(clock=self.clock, sleep=self.sleep, chance=lambda: 1.0)
