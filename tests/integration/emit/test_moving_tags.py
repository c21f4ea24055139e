"""Every tag is moved every 10 ms while somebody decides, offers and promotes: nothing unproven comes of it.

What was verified has to be what is used: each tag is resolved once, and from then on it goes by digests.
"""

import http.client
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event, Thread

from helpers.showroom import LAB, Showroom, image_body
from hubwright.cli.known import known_now
from hubwright.errors import HubwrightError
from hubwright.pipeline.promoting import earned, promote
from hubwright.proof.decide import Answer
from hubwright.registries.interface import Manifest, Stored, sha256_digest
from hubwright.registries.oci import Endpoint, OciRegistry

RUNS = 200
EVERY_S = 0.01
REPOSITORY = "hubwright/base"
TAGS = ("proven-2026-05-04", "proven")


class Watched(OciRegistry):
    """Notes what is put under which tag."""

    def __init__(self, host: str) -> None:
        super().__init__(Endpoint(host=host, deadline_s=5))
        self.put: list[tuple[str, str]] = []

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        self.put.append((reference, sha256_digest(body)))
        return super().put_manifest(repository, reference, body, media_type)


@dataclass(frozen=True, kw_only=True)
class Mover:
    """Puts two manifests under a tag in turn, as somebody would who may push; `moves` are how often it did."""

    host: str
    tag: str
    manifests: Sequence[Manifest]
    ended: Event
    moves: "Counter[str]"

    def move(self) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        while not self.ended.wait(EVERY_S):
            manifest = self.manifests[self.moves[self.tag] % len(self.manifests)]
            headers = {"Content-Type": manifest.descriptor.media_type}
            connection.request("PUT", f"/v2/{REPOSITORY}/manifests/{self.tag}", body=manifest.body, headers=headers)
            connection.getresponse().read()
            self.moves[self.tag] += 1
        connection.close()


@contextmanager
def moving(host: str, manifests: dict[str, tuple[Manifest, Manifest]]) -> "Iterator[Counter[str]]":
    """Move each tag between its manifests for as long as the block takes."""
    ended, moves = Event(), Counter[str]()
    threads = [
        Thread(target=Mover(host=host, tag=tag, manifests=pair, ended=ended, moves=moves).move)
        for tag, pair in manifests.items()
    ]
    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(ended.set)
        yield moves


def manifests_by_tag(showroom: Showroom, foreign: str) -> dict[str, tuple[Manifest, Manifest]]:
    """Return for every tag of the repository what it should give, and the image that nobody has proven."""
    registry = showroom.registry
    other = registry.manifest(REPOSITORY, foreign)
    assert other is not None
    pairs = {}
    for tag in registry.tags(REPOSITORY):
        found = registry.resolve(REPOSITORY, tag)
        genuine = registry.manifest(REPOSITORY, found.digest) if found else None
        assert genuine is not None
        pairs[tag] = (other, genuine)
    return pairs


def test_what_moves_while_it_is_decided_on_is_never_offered_and_never_promoted(showroom: Showroom) -> None:
    """200 runs: 0 wrong digests emitted, 0 wrong digests promoted."""
    showroom.write(LAB)
    good = showroom.offer("base", "good", "lab")
    promote(showroom.registry, REPOSITORY, good, TAGS)
    body, config = image_body("base", b"bad")
    for blob in (config, b"bad"):
        showroom.registry.push_blob(REPOSITORY, blob)
    bad = showroom.registry.put_manifest(REPOSITORY, sha256_digest(body), body, _type(body)).descriptor.digest
    registry, outcomes = Watched(showroom.host), Counter[str]()

    with moving(showroom.host, manifests_by_tag(showroom, bad)) as moves:
        for _ in range(RUNS):
            showroom.restore({})
            try:
                showroom.emit(registry)
            except HubwrightError as error:
                outcomes[type(error).__name__] += 1
                assert showroom.written() == {}
            else:
                outcomes["offered"] += 1
                text = b"".join(showroom.written().values()).decode()
                assert good in text
                assert bad not in text
            try:
                known = known_now(showroom.prepared(), showroom.destination(registry), showroom.trust())
                assert known.decisions.get("lab") is None or (
                    (known.decisions["lab"].answer is Answer.PROVEN) <= (known.digests["base"] == good)
                )
                for each in earned(showroom.prepared().matrix, known.digests, known.decisions):
                    outcomes["promoted"] += promote(registry, REPOSITORY, each.digest, TAGS)
            except HubwrightError as error:
                outcomes[f"not promoted: {type(error).__name__}"] += 1

    assert {digest for _, digest in registry.put} == {good}
    assert {tag for tag, _ in registry.put} == set(TAGS)
    assert outcomes["offered"] > 0
    assert min(moves.values()) > RUNS


def _type(body: bytes) -> str:
    media_type: str = json.loads(body)["mediaType"]
    return media_type
