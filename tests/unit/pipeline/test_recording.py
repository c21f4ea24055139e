"""What is remembered of a run, while many tell of it at once."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier, Lock

from hubwright.account import Moment, Stretch
from hubwright.errors import BuildError, HubwrightError
from hubwright.pipeline.recording import Recorder
from hubwright.planned import Made, Published
from hubwright.progress import BuildProgress, Milestone, Movement, name_of_start
from hubwright.verdicts import Standing, Verdict, untested

_PUBLISHED = Published(digest=f"sha256:{'a' * 64}", size=1)
_BUILT = Made(published=_PUBLISHED, built=True, seconds=1.0)
_REUSED = Made(published=_PUBLISHED, built=False, seconds=0.0)


@dataclass
class _Audience:
    """A watcher that remembers in what order it was told."""

    told: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def begins(self, name: str, reason: str) -> None:
        with self.lock:
            self.told.append(f"{name} begins: {reason}")

    def moves(self, name: str, progress: Movement) -> None:
        with self.lock:
            self.told.append(f"{name} moves: {progress.current()}")

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None:
        with self.lock:
            self.told.append(f"{name} ends: {type(result).__name__}")


class _Clock:
    """Goes on by a second each time that somebody looks."""

    def __init__(self) -> None:
        self._seconds = itertools.count(100)

    def __call__(self) -> float:
        return float(next(self._seconds))


def _doing(what: str) -> Milestone:
    return Milestone(doing=what, done=0, total=1)


def test_what_was_done_when_is_remembered_and_passed_on() -> None:
    audience = _Audience()
    recorder = Recorder(audience, since=100.0, clock=_Clock())

    recorder.begins("base", "it is not there")
    recorder.moves("base", BuildProgress())
    recorder.moves("base", _doing("RUN one"))
    recorder.moves("base", _doing("RUN one"))
    recorder.moves("base", _doing("RUN " + "two" * 100))
    recorder.ends("base", _BUILT)

    (stretch,) = recorder.stretches()
    assert stretch == Stretch(
        name="base",
        kind="image",
        waited_for="",
        ready_s=0.0,
        began_s=0.0,
        ended_s=3.0,
        outcome="built",
        moments=(Moment(at_s=1.0, doing="RUN one"), Moment(at_s=2.0, doing=stretch.moments[1].doing)),
    )
    assert stretch.moments[1].doing == f"RUN {'two' * 65}…"
    assert [line.partition(" ")[2][:6] for line in audience.told] == ["begins", *["moves:"] * 4, "ends: "]


def test_each_end_has_its_word() -> None:
    recorder = Recorder(_Audience(), since=0.0, clock=_Clock())
    proven = Verdict(
        offer="lab", variant="base", digest="d", standing=Standing.PROVEN, reason="", trials=(), seconds=1.0
    )
    ends: dict[str, Made | Verdict | HubwrightError] = {
        "base": _REUSED,
        "cuda": BuildError("no"),
        name_of_start("lab"): proven,
        name_of_start("base"): untested("base", "base", "no"),
        name_of_start("gpu"): BuildError("no"),
    }
    for name, end in ends.items():
        recorder.begins(name, "")
        recorder.ends(name, end)
    recorder.begins("never ends", "")

    assert [(each.kind, each.name, each.outcome) for each in recorder.stretches()] == [
        ("image", "base", "reused"),
        ("image", "cuda", "failed"),
        ("start", "lab", "proven"),
        ("start", "base", "not tested"),
        ("start", "gpu", "failed"),
    ]


def test_nothing_is_lost_or_mixed_up_where_many_tell_at_once() -> None:
    audience, workers = _Audience(), 8
    recorder, together = Recorder(audience, since=100.0, clock=_Clock()), Barrier(workers)

    def work(number: int) -> None:
        together.wait()
        for piece in range(50):
            name = f"{number}-{piece}"
            recorder.begins(name, "")
            for step in range(5):
                recorder.moves(name, _doing(f"{name} step {step}"))
            recorder.ends(name, _BUILT)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))

    stretches = recorder.stretches()
    assert len(stretches) == workers * 50
    assert len(audience.told) == workers * 50 * 7
    for each in stretches:
        assert [moment.doing for moment in each.moments] == [f"{each.name} step {step}" for step in range(5)]
        times = [each.began_s, *(moment.at_s for moment in each.moments), each.ended_s]
        assert times == sorted(set(times))
