"""What a rehearsal is made of, and the house it is held in: who starts servers, who judges, what is shared."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeAlias

from hubwright.frozen import dataclass
from hubwright.model import Chart, Offer, Variant
from hubwright.rehearse.interface import Condition, Server, Spawner, Started
from hubwright.rehearse.script import Script
from hubwright.schedule import Shared
from hubwright.verdicts import Finding, Trial


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One rehearsal: an offer, and the image that plays it; a foreign image is no variant."""

    offer: Offer
    variant: Variant | None
    ref: str
    digest: str
    scripts: tuple[Script, ...]
    parent_ref: str | None = None


# Waits for what comes up beside a server: what a notebook is told about it, or why the image makes none.
Coming: TypeAlias = Callable[[], Mapping[str, object] | Finding]


class Judge(Protocol):
    """Runs one notebook on a server and says what was seen; the executed notebook stands at `output` afterwards."""

    def __call__(
        self,
        server: Server,
        script: Script,
        *,
        image: str,
        parameters: Mapping[str, object],
        hardware: bool,
        state: Callable[[], Condition],
        output: Path,
    ) -> Trial: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """What all rehearsals of a run have in common.

    `spawner` is made by whoever asks first. `contract` looks at a server's container and image; `cluster` begins
    what notebooks need beside the server, and has it for a block. A server whose rehearsal failed is left to `keep`,
    where that is given. `log_in` lets the engine into the registry. An engine that is asked twice for the same image
    at the same time unpacks it twice: `fetched` has each asked for once. `aside` has a trial made while the block goes
    on, where somebody is free for it, and gives what waits for it.
    """

    chart: Chart
    log_in: Callable[[], object]
    spawner: Callable[[], Spawner]
    judge: Judge
    contract: Callable[[Part, Started], Trial]
    cluster: Callable[[str, Part], AbstractContextManager[Coming]]
    shared: Shared[Trial]
    fetched: Shared[None]
    out: Path
    aside: Callable[[Callable[[], Trial]], AbstractContextManager[Callable[[], Trial]]]
    keep: Callable[[Part, Started], None] | None = None
