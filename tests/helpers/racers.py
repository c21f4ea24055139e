"""Processes that all do the same at the same time, one phase after the other; each has a key of its own.

Started as a program, this does what it is told line by line, and answers each line when it is done.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from helpers.showroom import PREFIX, Showroom, image_body, pinned, push_labelled
from hubwright.cli.known import known_now
from hubwright.errors import RegistryRefusedError
from hubwright.pipeline.promoting import earned, promote
from hubwright.proof.keys import PinnedKey
from hubwright.publish import adopt
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, sha256_digest
from proofs import signer

REPOSITORY = f"{PREFIX}/base"
TAGS = ("proven-2026-05-04", "proven")


def racer_key(number: int) -> PinnedKey:
    return pinned(f"racer-{number}", signer(f"racer-{number}"))


@dataclass(frozen=True, kw_only=True)
class Racer:
    """One of `count` processes, and what it does in each phase."""

    showroom: Showroom
    number: int
    count: int

    @property
    def keys(self) -> tuple[PinnedKey, ...]:
        return tuple(racer_key(number) for number in range(self.count))

    def _tag(self) -> str:
        return self.showroom.prepared().fingerprints["base"].tag

    def push(self) -> str:
        """Push an image that is like nobody else's, under the tag that everybody pushes to."""
        tag = self._tag()
        layer = f"{tag} by {self.number}".encode()
        # Somebody else was faster, and is adopted.
        with suppress(RegistryRefusedError):
            push_labelled(self.showroom.registry, REPOSITORY, tag, "base", layer)
        return sha256_digest(image_body("base", layer)[0])

    def prove(self) -> str:
        """Adopt what is there, sign for it, and promote and offer what is proven by then."""
        registry = self.showroom.registry
        published = adopt(registry, REPOSITORY, self._tag(), pushed=True)
        image = Descriptor(media_type=OCI_MANIFEST, digest=published.digest, size=published.size)
        self.showroom.prove("lab", image, signer=signer(f"racer-{self.number}"))
        prepared = self.showroom.prepared()
        known = known_now(prepared, self.showroom.destination(), self.showroom.trust(*self.keys))
        (promotion,) = earned(prepared.matrix, known.digests, known.decisions)
        promote(registry, REPOSITORY, promotion.digest, TAGS)
        self.showroom.emit(None, *self.keys)
        return promotion.digest

    def offer(self) -> str:
        """Offer what is proven, and return what stands in the files then."""
        self.showroom.emit(None, *self.keys)
        return hashlib.sha256(json.dumps({k: v.hex() for k, v in self.showroom.written().items()}).encode()).hexdigest()

    @property
    def phases(self) -> Mapping[str, Callable[[], str]]:
        return {"push": self.push, "prove": self.prove, "offer": self.offer}


@dataclass(frozen=True)
class Racers:
    processes: Sequence["subprocess.Popen[str]"]

    def all_do(self, phase: str) -> list[str]:
        """Have all of them do it, and return what each said when it was done."""
        for process in self.processes:
            assert process.stdin
            process.stdin.write(f"{phase}\n")
            process.stdin.flush()
        return [process.stdout.readline().strip() for process in self.processes if process.stdout]


@contextmanager
def racers(showroom: Showroom, count: int, log: Path) -> Iterator[Racers]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    place = (str(showroom.root), str(showroom.cache), showroom.host, str(count))
    with ExitStack() as stack, log.open("w") as said:
        processes = []
        for number in range(count):
            process = subprocess.Popen(
                [sys.executable, __file__, *place, str(number)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
            processes.append(stack.enter_context(process))
        yield Racers(processes)
        for process in processes:
            assert process.stdin
            process.stdin.close()


def main(root: str, cache: str, host: str, count: str, number: str) -> None:
    showroom = Showroom(root=Path(root), cache=Path(cache), host=host)
    racer = Racer(showroom=showroom, number=int(number), count=int(count))
    for line in sys.stdin:
        print(racer.phases[line.strip()](), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
