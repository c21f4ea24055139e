"""SIGKILL at every moment of proving, promoting, offering, going back and making a key; one more run, and all is well.

A moment is right before a request, a file or a process; `mortals` says why that is every one. Each test goes on to the
next one until a run lives to its end; there are more than 120 in all.
"""

import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from helpers.mortals import FILES, PROCESSES, Mortals, mortals
from helpers.showroom import LAB, SIZED, Showroom, push_labelled
from hubwright.proof.decide import Answer
from hubwright.proof.gather import verify
from hubwright.proof.pem import PRIVATE_NAME, PUBLIC_NAME, load_signer, public_pem

REPOSITORY = "hubwright/base"
_OUTSIDE_OF_REQUESTS = FILES | PROCESSES


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Mortals]:
    with mortals(tmp_path / "runs.log") as made:
        yield made


def test_wherever_proving_is_killed_the_next_run_proves_it(showroom: Showroom, runs: Mortals) -> None:
    """Each moment is tried on an image of its own; nothing is ever proven by half, and nothing counts as failed."""

    def image(content: str) -> dict[str, Any]:
        found = showroom.push("base", content)
        return {"start": "lab", "digest": found.digest, "size": found.size}

    def answer(digest: str) -> Answer:
        return verify(showroom.registry, showroom.expectation("lab", digest), [showroom.key()]).answer

    runs.live("prove", showroom, **image("whole"))
    for moment in count(1):
        one = image(f"killed at {moment}")
        if not runs.die("prove", showroom, moment, **one):
            break
        assert answer(str(one["digest"])) in {Answer.ABSENT, Answer.PROVEN}, f"moment {moment}"
        runs.live("prove", showroom, **one)
        assert answer(str(one["digest"])) is Answer.PROVEN, f"moment {moment}"
    assert moment > 35


def test_wherever_promoting_is_killed_a_tag_gives_the_one_image_or_the_other(showroom: Showroom, runs: Mortals) -> None:
    registry, day = showroom.registry, ["proven-2026-05-04", "proven"]

    def images() -> tuple[str, str, str]:
        repository = f"hubwright/{uuid.uuid4().hex}"
        old, new = (push_labelled(registry, repository, tag, "base", tag.encode()) for tag in ("old", "new"))
        runs.live("promote", showroom, repository=repository, digest=old.digest, tags=day)
        return repository, old.digest, new.digest

    for moment in count(1):
        repository, old, new = images()
        if not runs.die("promote", showroom, moment, repository=repository, digest=new, tags=day):
            break
        there = [registry.resolve(repository, tag) for tag in day]
        assert {each and each.digest for each in there} <= {old, new}, f"moment {moment}"
        runs.live("promote", showroom, repository=repository, digest=new, tags=day)
        there = [registry.resolve(repository, tag) for tag in day]
        assert {each and each.digest for each in there} == {new}, f"moment {moment}"
    assert moment > 6


def _offer_another(showroom: Showroom, profiles: str = LAB, *starts: str) -> dict[str, bytes]:
    """Offer an image, and then have another proven for the lab alone; return what was written of the first."""
    showroom.write(profiles)
    showroom.offer("base", "old", "lab", *starts, days_ago=7)
    showroom.emit()
    before = showroom.written()
    showroom.change("base", "second")
    showroom.offer("base", "new", "lab")
    return before


def _is_whole(showroom: Showroom, before: dict[str, bytes], right: dict[str, bytes]) -> bool:
    """Return whether each file that a hub reads is the one or the other, and nothing has another one's name."""
    there = {name: content for name, content in showroom.written().items() if not name.startswith(".")}
    return there.keys() == right.keys() and all(there[name] in {before[name], right[name]} for name in there)


def test_wherever_offering_is_killed_every_file_is_whole_and_one_run_makes_it_right(
    showroom: Showroom, runs: Mortals
) -> None:
    """Every request and every file, by the command's own function."""
    before = _offer_another(showroom, LAB + SIZED, "sized[size=small]")
    runs.live("emit", showroom)
    right = showroom.written()
    for moment in count(1):
        showroom.restore(before)
        if not runs.die("emit", showroom, moment):
            break
        assert _is_whole(showroom, before, right), f"moment {moment}"
        runs.live("emit", showroom)
        assert (showroom.written(), showroom.leftovers()) == (right, set()), f"moment {moment}"
    assert moment > 40


def test_wherever_the_command_that_offers_is_killed_one_run_makes_it_right(showroom: Showroom, runs: Mortals) -> None:
    """Every file and every process of `hubwright emit` itself, with the real KubeSpawner between them."""
    before = _offer_another(showroom)
    about: dict[str, Any] = {"of": _OUTSIDE_OF_REQUESTS, "argv": ["emit"]}
    runs.live("command", showroom, **about)
    right = showroom.written()
    for moment in count(1):
        showroom.restore(before)
        if not runs.die("command", showroom, moment, **about):
            break
        assert _is_whole(showroom, before, right), f"moment {moment}"
        runs.live("command", showroom, **about)
        assert (showroom.written(), showroom.leftovers()) == (right, set()), f"moment {moment}"
    assert moment > 15


def test_wherever_going_back_is_killed_the_pins_are_whole(showroom: Showroom, runs: Mortals) -> None:
    _offer_another(showroom)
    pins = showroom.root / "pins.yaml"
    about: dict[str, Any] = {"of": _OUTSIDE_OF_REQUESTS, "argv": ["rollback", "lab", "--because", "it is slow"]}
    runs.live("command", showroom, **about)
    right = pins.read_bytes()
    for moment in count(1):
        pins.unlink()
        if not runs.die("command", showroom, moment, **about):
            break
        assert not pins.exists() or pins.read_bytes() == right, f"moment {moment}"
        pins.unlink(missing_ok=True)
        runs.live("command", showroom, **about)
        assert (pins.read_bytes(), showroom.leftovers()) == (right, set()), f"moment {moment}"
    assert moment > 5


def test_wherever_making_a_key_is_killed_there_is_one_key_in_the_end(showroom: Showroom, runs: Mortals) -> None:
    folder = showroom.cache / "hubwright"
    private, public = folder / PRIVATE_NAME, folder / PUBLIC_NAME

    def forget() -> None:
        for path in (private, public):
            path.unlink(missing_ok=True)

    forget()
    for moment in count(1):
        forget()
        if not runs.die("sign", showroom, moment):
            break
        kept = load_signer(private).public_key if private.exists() else None
        runs.live("sign", showroom)
        made = load_signer(private).public_key
        assert kept in {None, made}, f"moment {moment}"
        assert (public.read_bytes(), showroom.leftovers()) == (public_pem(made), set()), f"moment {moment}"
    assert moment > 6
