"""Eight pipelines at once, each of which pushes, proves, promotes and offers: one image comes of it, and all of it."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from helpers.racers import REPOSITORY, TAGS, racer_key, racers
from helpers.showroom import LAB, LIST, VALUES, Showroom
from hubwright.proof.decide import Answer
from hubwright.proof.gather import verify

RACERS = 8
ROUNDS = 20


@contextmanager
def watched(showroom: Showroom) -> "Iterator[list[tuple[str, ...]]]":
    """Read what a hub reads, again and again, and note which digests were in it; a part of a file has none."""
    seen: list[tuple[str, ...]] = []
    ended = Event()

    def look() -> None:
        while not ended.wait(0.002):
            for name in (LIST, VALUES):
                path = showroom.root / name
                if path.exists():
                    text = path.read_text()
                    whole = text.endswith("]\n") and json.loads(text) if name == LIST else "profileList" in text
                    seen.append(tuple(re.findall(r"@(sha256:[0-9a-f]{64})", text)) if whole else ("torn",))

    thread = Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def test_eight_pipelines_lose_no_proof_and_promote_and_offer_one_image(showroom: Showroom, tmp_path: Path) -> None:
    """8 processes in 20 rounds: 160 proofs, of which all are found; one digest for each round."""
    showroom.write(LAB)
    registry, keys = showroom.registry, [racer_key(number) for number in range(RACERS)]
    right: set[str] = set()
    with racers(showroom, RACERS, tmp_path / "racers.log") as race, watched(showroom) as seen:
        for number in range(ROUNDS):
            showroom.change("base", f"round {number}")
            pushed = race.all_do("push")
            (digest,) = set(race.all_do("prove"))
            right.add(digest)
            assert len(set(pushed)) == RACERS
            assert digest in pushed
            expectation = showroom.expectation("lab", digest)
            answers = [verify(registry, expectation, [key]).answer for key in keys]
            assert answers == [Answer.PROVEN] * RACERS, f"round {number}"
            promoted = [registry.resolve(REPOSITORY, tag) for tag in TAGS]
            assert {each.digest for each in promoted if each} == {digest}, f"round {number}"
            assert len(set(race.all_do("offer"))) == 1, f"round {number}"
            assert re.findall(r"@(sha256:\w+)", (showroom.root / LIST).read_text()) == [digest]
    assert len(right) == ROUNDS
    assert {digest for digests in seen for digest in digests} <= right
    assert len(seen) > ROUNDS
    assert showroom.leftovers() == set()


@pytest.fixture
def proven(showroom: Showroom) -> Showroom:
    showroom.write(LAB)
    showroom.offer("base", "base", "lab")
    return showroom


def test_eight_commands_at_once_write_one_list(proven: Showroom) -> None:
    with ThreadPoolExecutor(RACERS) as pool:
        done = list(pool.map(lambda _: proven.run("emit"), range(RACERS)))
    written = proven.written()
    again = proven.run("emit")

    assert [each.returncode for each in done] == [0] * RACERS, done[0].stderr
    assert proven.written() == written
    assert f"nothing changed in {VALUES}" in again.stdout
    assert proven.leftovers() == set()
