"""Whoever shows people how a run goes."""

from typing import Protocol

from hubwright.errors import HubwrightError
from hubwright.planned import Made
from hubwright.progress import Movement
from hubwright.verdicts import Verdict


class Watcher(Protocol):
    """Is told of builds and of rehearsals, by name, from many threads."""

    def begins(self, name: str, reason: str) -> None: ...

    def moves(self, name: str, progress: Movement) -> None: ...

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None: ...
