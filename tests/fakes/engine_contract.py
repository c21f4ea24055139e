"""What every source of an engine promises, as tests: run on the fake and on the real ones."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from hubwright.engines.interface import EngineSource
from hubwright.errors import EngineUnreachableError


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A source under test, with the means to bring its engine into each state."""

    source: EngineSource
    make_absent: Callable[[], None]
    silence: Callable[[], None]
    check: Callable[[str], None]


class EngineContract:
    """Subclasses give a fixture `subject`, whose engine is up when a test begins."""

    def test_what_is_up_is_found_and_is_the_same_each_time(self, subject: Subject) -> None:
        found = subject.source.find()

        assert found is not None
        assert found == subject.source.find() == subject.source.ensure(_ignore)

    def test_the_engine_says_how_to_work_with_it(self, subject: Subject) -> None:
        found = subject.source.find()

        assert found is not None
        assert found.name
        assert found.buildx
        assert found.environment.get("DOCKER_HOST", found.address) == found.address
        subject.check(found.address)

    def test_an_engine_that_is_not_there_is_no_error(self, subject: Subject) -> None:
        subject.make_absent()

        assert subject.source.find() is None

    def test_an_engine_that_cannot_be_asked_is_not_taken_for_absent(self, subject: Subject) -> None:
        subject.silence()

        with pytest.raises(EngineUnreachableError):
            subject.source.find()


def _ignore(line: str) -> None:
    del line
