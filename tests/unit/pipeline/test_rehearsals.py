from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Barrier, Event

import pytest

from fakes.house import Audience, good_house
from fakes.spawner import FakeSpawner
from hubwright.errors import EngineUnreachableError, HubError, StoppedError
from hubwright.model import Offer
from hubwright.pipeline.house import House, Part
from hubwright.pipeline.rehearsals import Rehearsals
from hubwright.pipeline.rehearsing import rehearse
from hubwright.progress import Moves
from hubwright.rehearse.interface import Spawner
from hubwright.stopping import check_stopped
from hubwright.verdicts import Finding, Standing, Verdict, untested
from values import SHAPE

_WRONG = Finding(where="start", expected="a server", seen="none")
_SOON_S = 60


def _part(name: str, ref: str = "host:1/base@sha256:1") -> Part:
    offer = Offer(profile=name, choices={}, variant="base", shape=SHAPE)
    return Part(offer=offer, variant=None, ref=ref, digest="sha256:1", scripts=())


@dataclass
class _Company:
    """What the rehearsals of a test have to do with."""

    out: Path
    spawner: FakeSpawner = field(default_factory=FakeSpawner)
    audience: Audience = field(default_factory=Audience)
    ended: list[str] = field(default_factory=list)
    end_stage: Callable[[], None] = lambda: None
    begun: Event = field(default_factory=Event)
    asked: Event = field(default_factory=Event)

    def rehearsals(self, *, workers: int = 1) -> Rehearsals:
        return Rehearsals(self.audience, workers=workers, end_stage=self._end_stage)

    def begin(self, rehearsals: Rehearsals, part: Part, spawner: Callable[[], Spawner] | None = None) -> None:
        house: House = good_house(self.out, self.spawner)
        house = replace(house, spawner=spawner) if spawner else house
        rehearsals.begin(part.offer, lambda moves: rehearse(part, house, moves))

    def _end_stage(self) -> None:
        self.ended.append("stage")
        self.end_stage()


@pytest.fixture
def company(tmp_path: Path) -> _Company:
    return _Company(out=tmp_path)


def test_every_offer_has_its_verdict_in_the_order_that_is_asked_for(company: _Company) -> None:
    lab, gpu = _part("lab"), _part("gpu")
    absent = replace(lab.offer, profile="absent", variant="neuron")
    with company.rehearsals(workers=2) as rehearsals:
        company.begin(rehearsals, gpu)
        company.begin(rehearsals, lab)
        verdicts = rehearsals.verdicts([lab.offer, absent, gpu.offer], {"neuron": "its image did not build"})
    assert [(each.offer, each.standing) for each in verdicts] == [
        ("lab", Standing.PROVEN),
        ("absent", Standing.NOT_TESTED),
        ("gpu", Standing.PROVEN),
    ]
    assert (verdicts[1].reason, verdicts[1].digest, verdicts[1].trials) == ("its image did not build", "", ())
    assert (rehearsals.errors, company.ended) == ([], ["stage"])


def test_rehearsals_go_on_side_by_side(company: _Company) -> None:
    # Each waits for the other in the middle of its own.
    meeting = Barrier(2, timeout=_SOON_S)
    company.spawner.on_pull = lambda _: (meeting.wait(), None)[1]
    with company.rehearsals(workers=2) as rehearsals:
        parts = [_part("lab", "first"), _part("gpu", "second")]
        for part in parts:
            company.begin(rehearsals, part)
        verdicts = rehearsals.verdicts([part.offer for part in parts], {})
    assert [each.standing for each in verdicts] == [Standing.PROVEN] * 2


def test_the_audience_hears_of_each_from_its_begin_to_its_end(company: _Company) -> None:
    company.spawner.refuses = {1: _WRONG}
    with company.rehearsals() as rehearsals:
        company.begin(rehearsals, _part("lab"))
    assert company.audience.told == [
        ("profile lab", "begins: its image is in the registry"),
        ("profile lab", "fetching the image"),
        ("profile lab", "waiting for a server"),
        ("profile lab", "failed"),
    ]


def test_what_cannot_be_found_out_of_one_is_an_error_and_keeps_no_other_from_its_verdict(company: _Company) -> None:
    def gone(ref: str) -> None:
        if ref == "broken":
            msg = "the hub died; its last words:\nout of luck"
            raise HubError(msg)

    company.spawner.on_pull = gone
    broken, lab = _part("broken", "broken"), _part("lab")
    with company.rehearsals() as rehearsals:
        company.begin(rehearsals, broken)
        company.begin(rehearsals, lab)
        untested, proven = rehearsals.verdicts([broken.offer, lab.offer], {})
    assert (untested.standing, proven.standing) == (Standing.NOT_TESTED, Standing.PROVEN)
    assert untested.reason == "it could not be rehearsed: the hub died; its last words:"
    assert [type(error) for error in rehearsals.errors] == [HubError]
    assert ("profile broken", "failed: the hub died; its last words:\nout of luck") in company.audience.told


def test_a_stage_that_cannot_be_cleared_takes_no_verdict_back(company: _Company) -> None:
    def gone() -> None:
        msg = "the engine is gone"
        raise EngineUnreachableError(msg)

    company.end_stage = gone
    part = _part("lab")
    with company.rehearsals() as rehearsals:
        company.begin(rehearsals, part)
        (verdict,) = rehearsals.verdicts([part.offer], {})
    assert verdict.standing is Standing.PROVEN
    assert [str(error) for error in rehearsals.errors] == ["the engine is gone"]


def test_a_failure_outside_of_our_family_is_no_verdict(company: _Company) -> None:
    def wrong(_: str) -> None:
        msg = "a bug"
        raise ValueError(msg)

    company.spawner.on_pull = wrong
    part = _part("lab")

    def play() -> None:
        with company.rehearsals() as rehearsals:
            company.begin(rehearsals, part)
            rehearsals.verdicts([part.offer], {})

    with pytest.raises(ValueError, match="a bug"):
        play()
    assert company.ended == ["stage"]


def test_an_interrupt_ends_the_stage_under_those_who_play_and_nobody_is_told(company: _Company) -> None:
    playing, over = Event(), Event()

    def until_the_stage_is_gone(_: str) -> None:
        playing.set()
        assert over.wait(_SOON_S)
        msg = "the hub died"
        raise HubError(msg)

    company.spawner.on_pull = until_the_stage_is_gone
    company.end_stage = over.set

    def play() -> None:
        with company.rehearsals() as rehearsals:
            company.begin(rehearsals, _part("lab"))
            company.begin(rehearsals, _part("never"))
            assert playing.wait(_SOON_S)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play()
    assert company.ended == ["stage"]
    assert [what for _, what in company.audience.told] == ["begins: its image is in the registry", "fetching the image"]


def test_nothing_begins_on_a_stage_that_came_to_be_after_the_interrupt(company: _Company) -> None:
    opening, over = Event(), Event()

    def late() -> FakeSpawner:
        opening.set()
        assert over.wait(_SOON_S)
        return company.spawner

    company.end_stage = over.set

    def play() -> None:
        with company.rehearsals() as rehearsals:
            company.begin(rehearsals, _part("lab"), late)
            assert opening.wait(_SOON_S)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play()
    assert company.spawner.calls == []


def _aside(company: _Company, work: Callable[[], str], *, workers: int) -> tuple[list[str], str]:
    """Return what happened in a play that has work done aside, and what it was given in the end."""
    happened: list[str] = []
    given: list[str] = []
    offer = _part("lab").offer

    def noted() -> str:
        came = work()
        happened.append(came)
        return came

    def play(moves: Moves) -> Verdict:
        del moves
        with rehearsals.aside(noted) as wait_for:
            if workers > 1:
                assert begun.wait(_SOON_S)
            happened.append("the play goes on")
            asked.set()
            given.append(wait_for())
        happened.append("the block ends")
        return untested(offer.name, offer.variant, "it is a test")

    begun, asked = company.begun, company.asked
    with company.rehearsals(workers=workers) as rehearsals:
        rehearsals.begin(offer, play)
        rehearsals.verdicts([offer], {})
    return happened, given[0]


def test_work_is_done_aside_by_whoever_is_free(company: _Company) -> None:
    def work() -> str:
        company.begun.set()
        assert company.asked.wait(_SOON_S)
        return "worked"

    assert _aside(company, work, workers=2) == (["the play goes on", "worked", "the block ends"], "worked")


def test_work_that_nobody_is_free_for_is_done_by_whoever_asks_for_it(company: _Company) -> None:
    assert _aside(company, lambda: "worked", workers=1) == (["the play goes on", "worked", "the block ends"], "worked")


def test_nobody_works_aside_any_more_when_a_play_has_failed(company: _Company) -> None:
    ended: list[str] = []
    offer = _part("lab").offer

    def work() -> None:
        company.begun.set()
        assert company.asked.wait(_SOON_S)
        ended.append("work")

    def play(moves: Moves) -> Verdict:
        del moves
        try:
            with rehearsals.aside(work):
                assert company.begun.wait(_SOON_S)
                company.asked.set()
                msg = "the hub died"
                raise HubError(msg)
        finally:
            ended.append("play")

    with company.rehearsals(workers=2) as rehearsals:
        rehearsals.begin(offer, play)
        rehearsals.verdicts([offer], {})
    assert ended == ["work", "play"]


def test_work_aside_hears_that_the_run_ends(company: _Company) -> None:
    heard: list[str] = []
    over = Event()
    company.end_stage = over.set

    def work() -> None:
        company.begun.set()
        assert over.wait(_SOON_S)
        try:
            check_stopped("the work")
        except StoppedError as error:
            heard.append(str(error))

    def play(moves: Moves) -> Verdict:
        del moves
        with rehearsals.aside(work) as wait_for:
            wait_for()
        raise AssertionError

    def run() -> None:
        with rehearsals:
            rehearsals.begin(_part("lab").offer, play)
            assert company.begun.wait(_SOON_S)
            raise KeyboardInterrupt

    rehearsals = company.rehearsals(workers=2)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert heard == ["the work was stopped"]
