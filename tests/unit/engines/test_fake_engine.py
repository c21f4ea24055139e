"""The fake keeps the promises that the real engines keep."""

import pytest

from fakes.engine import FakeEngineSource, State
from fakes.engine_contract import EngineContract, Subject


class TestFakeEngine(EngineContract):
    @pytest.fixture
    def subject(self) -> Subject:
        source = FakeEngineSource(state=State.UP)

        def make_absent() -> None:
            source.state = State.ABSENT

        return Subject(source=source, make_absent=make_absent, silence=source.go_silent, check=_nothing_to_ask)


def _nothing_to_ask(address: str) -> None:
    assert address.startswith("unix://")
