from collections.abc import Callable
from queue import SimpleQueue
from threading import Event

from hubwright.errors import RegistryUnavailableError
from hubwright.report.inquiry import Inquiry
from hubwright.report.tasks import Earlier

_SOON_S = 60
_LAB = frozenset({"profile lab"})
_GPU = frozenset({"profile gpu"})
_KNOWN = Earlier(seconds={"profile gpu": 42.0}, sources={"proofs": "2026-11-20"})


def test_an_answer_is_told_and_silence_is_not() -> None:
    told: SimpleQueue[Earlier] = SimpleQueue()
    asked: list[frozenset[str]] = []

    def ask(names: frozenset[str], stopped: Callable[[], bool]) -> Earlier:
        assert not stopped()
        asked.append(names)
        if names == _LAB:
            msg = "it answered 500"
            raise RegistryUnavailableError(msg)
        return _KNOWN

    inquiry = Inquiry(ask, told.put)
    inquiry.about(_LAB)
    inquiry.about(_GPU)
    assert told.get(timeout=_SOON_S) == _KNOWN
    inquiry.close()
    assert (asked, told.empty()) == ([_LAB, _GPU], True)


def test_nobody_is_asked_where_nothing_is_to_be_known() -> None:
    told: SimpleQueue[Earlier] = SimpleQueue()
    inquiry = Inquiry(lambda _names, _stopped: _KNOWN, told.put)
    inquiry.close()
    # Nor where it comes up after the run.
    inquiry.about(_LAB)
    inquiry.close()
    assert told.empty()


def test_who_asks_is_told_that_the_run_is_over() -> None:
    asking, gave_up = Event(), Event()

    def ask(names: frozenset[str], stopped: Callable[[], bool]) -> Earlier:
        del names
        asking.set()
        while not stopped():
            pass
        gave_up.set()
        return Earlier()

    inquiry = Inquiry(ask, lambda _: None)
    inquiry.about(_LAB)
    assert asking.wait(_SOON_S)
    inquiry.close()
    assert gave_up.wait(_SOON_S)
