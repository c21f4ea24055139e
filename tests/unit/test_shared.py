from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from hubwright.errors import HubError
from hubwright.schedule import Shared
from hubwright.verdicts import Trial


def test_a_shared_trial_that_could_not_be_made_is_made_by_the_next() -> None:
    shared, trial = Shared[Trial](), Trial(name="contract", evidence=(), findings=(), seconds=1.0)

    def broken() -> Trial:
        msg = "the hub died"
        raise HubError(msg)

    with pytest.raises(HubError):
        shared.get(("contract",), broken)
    assert shared.get(("contract",), lambda: trial) is trial
    assert shared.get(("contract",), broken) is trial


def test_what_many_want_at_the_same_time_is_made_once() -> None:
    shared, made, together = Shared[int](), [0], Barrier(4)

    def make() -> int:
        made[0] += 1
        return made[0]

    def want(_: int) -> int:
        together.wait()
        return shared.get(("image",), make)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(want, range(4))) == [1, 1, 1, 1]
