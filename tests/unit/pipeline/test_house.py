import pytest

from hubwright.errors import HubError
from hubwright.pipeline.house import Shared
from hubwright.verdicts import Trial


def test_a_shared_trial_that_could_not_be_made_is_made_by_the_next() -> None:
    shared, trial = Shared(), Trial(name="contract", evidence=(), findings=(), seconds=1.0)

    def broken() -> Trial:
        msg = "the hub died"
        raise HubError(msg)

    with pytest.raises(HubError):
        shared.get(("contract",), broken)
    assert shared.get(("contract",), lambda: trial) is trial
    assert shared.get(("contract",), broken) is trial
