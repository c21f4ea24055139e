"""Outages while a profile list is made: the files stay as they were to the byte, or become what they should be.

Each run breaks one request of one emission, or all from that one on; the requests are counted by a proxy. That an
image is offered which is not proven would be a failure of every test here.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event

import pytest

from fakes.fault_proxy import Fault, Pick, fault_proxy, never, only, onward_from
from fakes.processes import kill_daemon
from fakes.timing import FakeTime
from fakes.web import Request
from helpers.showroom import Showroom, move_behind
from hubwright.errors import HubwrightError
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.oci import Endpoint, OciRegistry

_FAILED, _RIGHT = "failed and left the files", "wrote what is right"
Open = Callable[[str], OciRegistry]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A showroom that has offered one image and is about to offer another; `right` is what it is to write then."""

    showroom: Showroom
    before: dict[str, bytes]
    right: dict[str, bytes]
    requests: int

    def outcome(self, pick: Pick, connect: Open) -> str:
        """Emit with these faults; return what came of it."""
        self.showroom.restore(self.before)
        with fault_proxy(self.showroom.host, pick) as proxy:
            try:
                self.showroom.emit(connect(proxy.host))
            except HubwrightError:
                assert self.showroom.written() == self.before
                return _FAILED
        assert self.showroom.written() == self.right
        return _RIGHT


def patient(host: str) -> OciRegistry:
    return OciRegistry(Endpoint(host=host, deadline_s=10), timing=FakeTime().timing())


def hasty(host: str) -> OciRegistry:
    return OciRegistry(Endpoint(host=host, deadline_s=0.5), timing=FakeTime().timing())


def waiting(host: str) -> OciRegistry:
    """Connect with deadlines that are short and real: for answers that do not come."""
    return OciRegistry(Endpoint(host=host, deadline_s=0.3, request_s=0.1))


def digests(written: dict[str, bytes]) -> set[str]:
    return set(re.findall(r"sha256:[0-9a-f]{64}", written["profile_list.json"].decode()))


@pytest.fixture
def bench(showroom: Showroom) -> Bench:
    return make_bench(showroom)


def make_bench(showroom: Showroom) -> Bench:
    old = showroom.offer("base", "old", "lab", "sized[size=small]", "sized[size=large]", days_ago=7)
    showroom.emit()
    before = showroom.written()
    showroom.change("base", "second")
    new = showroom.offer("base", "new", "lab", "sized[size=small]")
    with fault_proxy(showroom.host, never) as proxy:
        showroom.emit(OciRegistry(Endpoint(host=proxy.host)))
        requests = len(proxy.requests)
    right = showroom.written()
    assert digests(before) == {old}
    assert digests(right) == {old, new}
    return Bench(showroom=showroom, before=before, right=right, requests=requests)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.STATUS_500,
        Fault.STATUS_503,
        Fault.STATUS_429,
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.TRUNCATE,
    ],
)
def test_one_fault_is_survived_and_one_that_stays_leaves_the_files(bench: Bench, fault: Fault) -> None:
    """Six faults at each of about 35 requests, passing and staying: about 420 runs."""
    assert bench.requests > 30
    for number in range(bench.requests):
        assert bench.outcome(only(number, fault), patient) == _RIGHT, f"{fault} at request {number}"
        assert bench.outcome(onward_from(number, fault), hasty) == _FAILED, f"{fault} from request {number}"
    assert bench.outcome(onward_from(bench.requests, fault), hasty) == _RIGHT


def test_altered_bytes_are_never_written(bench: Bench) -> None:
    """One bit at each of about 42 requests, once and in all answers from there on: about 84 runs."""
    outcomes = [bench.outcome(only(number, Fault.FLIP), patient) for number in range(bench.requests)]
    outcomes += [bench.outcome(onward_from(number, Fault.FLIP), hasty) for number in range(bench.requests)]
    assert _FAILED in outcomes[: bench.requests]
    assert outcomes[bench.requests :] == [_FAILED] * bench.requests


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.TRICKLE])
def test_answers_that_do_not_come_end_by_their_deadline_and_leave_the_files(bench: Bench, fault: Fault) -> None:
    """Two kinds of slowness from every fifth of about 42 requests on: about 18 runs."""
    for number in range(0, bench.requests, 5):
        assert bench.outcome(onward_from(number, fault), waiting) == _FAILED, f"{fault} from request {number}"


def _once(begun: Event, pick: Pick) -> Pick:
    """Break nothing before it began, and never the question whether the registry is alive.

    Where it does not seem to be, the command would start it again.
    """
    return lambda number, request: pick(number, request) if begun.is_set() and request.path != "/v2/" else None


@contextmanager
def broken_for_commands(showroom: Showroom, own: EmbeddedRegistry, pick: Pick) -> Iterator[Bench]:
    """Give a bench whose commands meet these faults."""
    begun = Event()
    with fault_proxy(own.start(), _once(begun, pick)) as proxy:
        move_behind(own, showroom.cache / "hubwright/registry", proxy.host)
        bench = make_bench(replace(showroom, host=proxy.host))
        bench.showroom.restore(bench.before)
        proxy.requests.clear()
        begun.set()
        yield bench


@pytest.mark.parametrize(
    "fault, number, code",
    [(Fault.STATUS_500, 9, 0), (Fault.RESET_AFTER, 30, 0), (Fault.FLIP, 24, 63)],
)
def test_the_real_command_survives_one_fault_and_refuses_altered_bytes(
    showroom: Showroom, own: EmbeddedRegistry, fault: Fault, number: int, code: int
) -> None:
    """Three runs of the process that people start."""
    with broken_for_commands(showroom, own, (only if code == 0 else onward_from)(number, fault)) as bench:
        done = bench.showroom.run("emit")

    assert done.returncode == code, done.stderr
    assert bench.showroom.written() == (bench.before if code else bench.right)
    assert bench.showroom.leftovers() == set()


def test_a_registry_that_dies_under_the_real_command_leaves_the_files(
    showroom: Showroom, own: EmbeddedRegistry
) -> None:
    """One run, which gives up after the minute that a call has."""
    killed = Event()

    def kill(_number: int, _request: Request) -> None:
        if not killed.is_set():
            killed.set()
            kill_daemon(own.argv)

    with broken_for_commands(showroom, own, kill) as bench:
        done = bench.showroom.run("emit")

    assert killed.is_set()
    assert done.returncode == 20, done.stderr
    assert bench.showroom.written() == bench.before
    assert bench.showroom.leftovers() == set()
