"""Time and chance as values, so that tests need not wait for either."""

import random
import time
from collections.abc import Callable

from hubwright.frozen import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """The clock, the sleep and the chance that calls live by; tests give others."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
