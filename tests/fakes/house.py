"""A house in which everything goes well, unless a test says otherwise, and those who watch it."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from fakes.spawner import FakeSpawner
from hubwright.errors import HubwrightError
from hubwright.pipeline.house import House, Part
from hubwright.planned import Made
from hubwright.progress import Movement
from hubwright.rehearse.interface import Condition, Server, Started
from hubwright.rehearse.script import Script
from hubwright.schedule import Shared
from hubwright.verdicts import Evidence, Trial, Verdict
from values import CHART

SEEN = Evidence(check="a check", expected=1, seen=1, where="somewhere")


def kept_contract(_: Part, started: Started) -> Trial:
    del started
    return Trial(name="contract", evidence=(SEEN,), findings=(), seconds=1.0)


def _judge(
    server: Server,
    script: Script,
    *,
    image: str,
    parameters: Mapping[str, object],
    hardware: bool,
    state: Callable[[], Condition],
    output: Path,
) -> Trial:
    del server, image, parameters, state
    output.write_text("executed")
    return Trial(name=script.name, evidence=(SEEN,), findings=(), seconds=1.0, hardware=hardware)


def good_house(out: Path, spawner: FakeSpawner) -> House:
    return House(
        chart=CHART,
        log_in=lambda: None,
        spawner=lambda: spawner,
        judge=_judge,
        contract=kept_contract,
        cluster=lambda _need, _part: nullcontext(dict),
        shared=Shared(),
        fetched=Shared(),
        aside=nullcontext,
        out=out,
    )


@dataclass
class Audience:
    """Notes what it is told, by the name of what it is about."""

    told: list[tuple[str, str]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def begins(self, name: str, reason: str) -> None:
        self._note(name, f"begins: {reason}")

    def moves(self, name: str, progress: Movement) -> None:
        self._note(name, progress.current())

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None:
        self._note(name, result.standing.value if isinstance(result, Verdict) else f"failed: {result}")

    def _note(self, name: str, what: str) -> None:
        with self._lock:
            self.told.append((name, what))
