import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from hubwright.doctor import contents
from hubwright.doctor.interface import State

MIRRORS = (
    "http://mirror.example/debian/dists/trixie/InRelease",
    "http://mirror.example/debian/dists/trixie-updates/InRelease",
)


@pytest.mark.parametrize(
    "locks, unlocked, state, seen",
    [
        ({"a.lock": True}, [], State.OK, "all 1 are there, and every foundation is locked"),
        ({}, [], State.OK, "no image has a file to lock, and every foundation is locked"),
        ({"a.lock": True, "b.lock": False}, [], State.FAIL, "b.lock is not there"),
        (
            {"b.lock": False},
            ["foundation x is not locked"],
            State.FAIL,
            "foundation x is not locked; b.lock is not there",
        ),
    ],
)
def test_locks(locks: dict[str, bool], unlocked: list[str], state: State, seen: str) -> None:
    outcome = contents.locks_outcome(locks, unlocked, [])
    assert (outcome.state, outcome.seen) == (state, seen)


def test_a_source_is_told_without_its_password() -> None:
    outcome = contents.ask_source({}, "neuron", "https://user:hunter2@index.example/simple")
    assert (outcome.state, outcome.seen) == (State.OK, "https://index.example/simple answers")


def test_a_source_that_cannot_be_had_withholds_images() -> None:
    outcome = contents.ask_source({"neuron": "it answers 503"}, "neuron", "https://index.example")
    assert (outcome.state, outcome.seen) == (State.WARN, "it answers 503")
    assert "withheld" in outcome.advice


def test_a_foundation_that_is_pulled_is_looked_for_by_its_digest() -> None:
    registry = FakeRegistry()
    digest = push_image(registry, "library/debian", "1").digest
    assert contents.ask_pulled(registry, "host", "library/debian", digest).state is State.OK
    gone = contents.ask_pulled(registry, "host", "library/debian", f"sha256:{'0' * 64}")
    assert (gone.state, "hubwright lock" in gone.advice) == (State.FAIL, True)


def test_mirrors_are_told_once_each() -> None:
    outcome = contents.ask_mirrors("trixie", MIRRORS, lambda _: None)
    assert outcome.seen == "asked for trixie, and answered: http://mirror.example/debian"


def test_a_mirror_that_does_not_answer_fails_without_its_password() -> None:
    address = "https://user:hunter2@mirror.example/dists/trixie/InRelease"
    outcome = contents.ask_mirrors("trixie", [*MIRRORS, address], {address: "it answers 500"}.get)
    assert outcome.state is State.FAIL
    assert outcome.seen == "https://mirror.example/dists/trixie/InRelease: it answers 500"


def test_a_mirror_that_only_apt_can_ask_is_not_asked() -> None:
    outcome = contents.ask_mirrors("trixie", ["file:/srv/mirror/dists/trixie/InRelease"], lambda _: None)
    assert (outcome.state, "file:/srv/mirror" in outcome.seen) == (State.NOT_ASKED, True)
