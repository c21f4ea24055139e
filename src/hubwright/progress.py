"""What BuildKit says while it builds, from buildx's stream of JSON documents.

What stands between the documents is plain text: the client's own words, above all about a failure.
"""

import base64
import binascii
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from hubwright.redaction import Redact

# The most that is kept of what one step printed; a failure shows the end.
_MAX_LOG = 1 << 20
_MAX_SPEECH = 1 << 16
# A cache that cannot be read fails as a step does, and the build goes on without it.
_CACHE_IMPORT = "importing cache manifest"
_PROGRAM_FAILED = "did not complete successfully"
_START = "profile "
_STAGE = re.compile(r"\[(?:(?P<stage>\S+) +)?(?P<number>\d+)/(?P<total>\d+)\]")


class Movement(Protocol):
    """How far something has come that takes its time."""

    def current(self) -> str: ...

    def counts(self) -> tuple[int, int]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Milestone:
    """A movement through steps that are known beforehand."""

    doing: str
    done: int
    total: int

    def current(self) -> str:
        return self.doing

    def counts(self) -> tuple[int, int]:
        return self.done, self.total


# Is told how something goes, from step to step.
Moves: TypeAlias = Callable[[Milestone], None]


def name_of_start(offer: str) -> str:
    """Return by what name people are told of an offer's start while it goes: an image may be called like a profile."""
    return f"{_START}{offer}"


def start_of(name: str) -> str | None:
    """Return the start that people are told of by this name, None where it is an image."""
    return name.removeprefix(_START) if name.startswith(_START) else None


@dataclass(slots=True)
class Step:
    """One vertex of the build graph: a line of a Dockerfile, or something that BuildKit does on its own."""

    name: str = ""
    started: bool = False
    completed: bool = False
    cached: bool = False
    error: str = ""
    log: deque[bytes] = field(default_factory=deque)
    log_size: int = 0

    def add_log(self, data: bytes) -> None:
        self.log.append(data)
        self.log_size += len(data)
        while self.log_size > _MAX_LOG and len(self.log) > 1:
            self.log_size -= len(self.log.popleft())


class BuildProgress:
    """The state of one build, fed with whatever pieces the stream comes in; what it shows has gone through `redact`."""

    def __init__(self, redact: Redact = str) -> None:
        self._redact = redact
        self.steps: dict[str, Step] = {}
        self.speech = ""
        self._rest = b""
        self._document: list[str] = []

    def feed(self, chunk: bytes) -> None:
        """Take in the next piece of the stream."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._line(line.decode("utf-8", "replace").rstrip("\r"))

    def close(self) -> None:
        """Take in what is left of a stream that ended."""
        self.feed(b"\n" if self._rest else b"")
        self._say("\n".join(self._document))
        self._document = []

    def _line(self, line: str) -> None:
        # Indented by some versions of buildx, one a line by others: only a document's own braces stand at the margin.
        if self._document or line.startswith("{"):
            self._document.append(line)
            if line.endswith("}") and not line.startswith((" ", "\t")):
                self._end_document()
        elif line:
            self._say(f"{line}\n")

    def _end_document(self) -> None:
        text = "\n".join(self._document)
        self._document = []
        try:
            self._take(json.loads(text))
        except (ValueError, RecursionError):
            self._say(f"{text}\n")

    def current(self) -> str:
        """Return what is going on, in the words of the Dockerfile; empty before the first step."""
        running = [step for step in self.steps.values() if step.started and not step.completed]
        shown = [step for step in running if not step.name.startswith("[internal]")] or running
        return shown[-1].name if shown else ""

    def counts(self) -> tuple[int, int]:
        """Return how many steps of the Dockerfile are done and how many there are, as far as is known."""
        of_dockerfile = [(step, match) for step in self.steps.values() if (match := _STAGE.match(step.name))]
        done = sum(step.completed for step, _ in of_dockerfile)
        totals = {match["stage"]: int(match["total"]) for _, match in of_dockerfile}
        return done, max(sum(totals.values()), done)

    def log_text(self, step: Step) -> str:
        """Return what the step printed: the end of it, if it was much."""
        # Whole, because a secret may come in two pieces.
        return self._redact(b"".join(step.log).decode("utf-8", "replace"))

    def failed_step(self) -> Step | None:
        """Return the step that failed by itself, not one that was cancelled because of it."""
        failed = [step for step in self.steps.values() if step.error and not step.name.startswith(_CACHE_IMPORT)]
        own = [step for step in failed if "context canceled" not in step.error]
        return next(iter(own or failed), None)

    def is_verdict(self) -> bool:
        """Return whether a program of the Dockerfile ran and said no, which it would say again."""
        step = self.failed_step()
        return step is not None and _PROGRAM_FAILED in step.error

    def unread_cache(self) -> str:
        """Return why a cache could not be read; empty where it could, or none was to be."""
        imports = (step for step in self.steps.values() if step.name.startswith(_CACHE_IMPORT))
        return next((step.error for step in imports if step.error), "")

    def _say(self, text: str) -> None:
        self.speech = (self.speech + self._redact(text))[-_MAX_SPEECH:]

    def _take(self, document: dict[str, object]) -> None:
        for vertex in _dicts(document.get("vertexes")):
            step = self.steps.setdefault(str(vertex.get("digest")), Step())
            step.name = self._redact(str(vertex.get("name", step.name)))
            step.started = step.started or "started" in vertex
            step.completed = "completed" in vertex
            step.cached = step.cached or vertex.get("cached") is True
            step.error = self._redact(str(vertex.get("error", step.error)))
        for log in _dicts(document.get("logs")):
            step = self.steps.setdefault(str(log.get("vertex")), Step())
            try:
                step.add_log(base64.b64decode(str(log.get("data", "")), validate=True))
            except binascii.Error:
                continue


def _dicts(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
