"""A spawner that plays what it is told to, for tests of what is made of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hubwright.model import Shape
from hubwright.rehearse.homes import Folder, Volume
from hubwright.rehearse.interface import Condition, NotStarted, Server, Started
from hubwright.verdicts import Evidence, Finding, Trial

RUNNING = Condition(running=True, exit_code=None, out_of_memory=False, restarts=0)


@dataclass
class FakeSpawner:
    """Notes what it was asked for; `refuses` says of a start, counted from 1, why it comes to nothing."""

    refuses: dict[int, Finding] = field(default_factory=dict)
    hardware: bool = False
    on_pull: Callable[[str], None] = lambda _: None
    calls: list[str] = field(default_factory=list)
    homes: list[Folder | Volume | None] = field(default_factory=list)

    def pull(self, ref: str) -> None:
        self.on_pull(ref)
        self.calls.append(f"pull {ref}")

    def start(self, ref: str, shape: Shape, *, home: Folder | Volume | None = None) -> Started | NotStarted:
        del ref
        self.homes.append(home)
        number = len(self.homes)
        self.calls.append(f"start {number}")
        volume = home if isinstance(home, Volume) else Volume(name=f"home-{number}")
        if number in self.refuses:
            return NotStarted(finding=self.refuses[number], home=volume, seconds=1.0, log="")
        return Started(
            server=Server(url=f"http://server-{number}/", token="secret"),
            container_id=f"container-{number}",
            user=str(number),
            shape=shape,
            home=volume,
            seconds=1.0,
            log="",
            hardware=self.hardware,
        )

    def check(self, started: Started) -> Trial:
        seen = Evidence(check="it answers", expected=200, seen=200, where="server-outside")
        self.calls.append(f"check {started.user}")
        return Trial(name="server-outside", evidence=(seen,), findings=(), seconds=0.1)

    def condition(self, started: Started) -> Condition:
        del started
        return RUNNING

    def log(self, started: Started) -> str:
        del started
        return ""

    def stop(self, started: Started) -> None:
        self.calls.append(f"stop {started.user}")
