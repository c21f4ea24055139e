from dataclasses import replace
from pathlib import Path

from fakes.registry import FakeRegistry
from hubwright.doctor.interface import Outcome, State
from hubwright.locks.targets import find_missing
from hubwright.pipeline.examining import Outside, content_checks
from hubwright.pipeline.planning import prepare
from hubwright.tree import DiskTree

_ROOT = Path(__file__).parents[3]
_OUTSIDE = Outside(addresses={}, answers=lambda _: None, open_registry=lambda _: FakeRegistry())
_KEY = "images/neuron/neuron.asc"
_LOCKS = ("images/neuron/apt.lock", "images/neuron/requirements.lock")


def _locks(*lacking: str) -> Outcome:
    """Return what is said of the locks of the shipped matrix where the repository has all but these paths."""

    def holds(path: str) -> bool:
        return path not in lacking and (path in {_KEY, *_LOCKS} or (_ROOT / path).exists())

    with DiskTree(_ROOT) as tree:
        prepared = prepare(tree, "matrix.yaml", ())
    there = replace(prepared, missing=find_missing(prepared.matrix, holds))
    return next(check for check in content_checks(there, holds, _OUTSIDE) if check.name == "locks").ask()


def test_all_locks_are_looked_for() -> None:
    outcome = _locks()
    assert (outcome.state, outcome.seen) == (State.OK, "all 12 are there, and every foundation is locked")


def test_locks_that_only_withhold_their_image_keep_no_build_from_being_made() -> None:
    outcome = _locks(*_LOCKS)
    assert outcome.state is State.WARN
    assert outcome.seen.startswith("10 are there, and every foundation is locked; images/neuron/apt.lock is not there")
    assert "withheld" in outcome.advice


def test_a_key_that_only_withholds_its_image_is_told() -> None:
    outcome = _locks(_KEY)
    assert outcome.state is State.WARN
    assert f"{_KEY} is not there; put the public key" in outcome.seen


def test_a_lock_without_which_a_build_fails_is_no_mere_warning() -> None:
    outcome = _locks(_KEY, "images/base/apt.lock")
    assert (outcome.state, outcome.seen) == (State.FAIL, "images/base/apt.lock is not there")
