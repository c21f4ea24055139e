"""What rehearsals are held for, and with what."""

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path

from hubwright.engines.interface import Engine
from hubwright.frozen import dataclass
from hubwright.model import Chart, Matrix, Variant
from hubwright.planned import PlannedOffer


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """Nothing of it is asked, read or begun before the first rehearsal.

    `root` is the repository, `variants` are those whose notebooks and checks are played, as `planned` names them.
    `environment` and `log_in` let the engine into the registry. Failed servers are left running where `keep` is True.
    `weighed` is told of each image that is ours and runs, by its variant and digest, and may ask what is in it.
    """

    root: Path
    chart: Chart
    matrix: Matrix
    variants: frozenset[str]
    planned: tuple[PlannedOffer, ...]
    engine: Callable[[], Engine]
    out: Path
    keep: bool
    environment: Mapping[str, str] = field(default_factory=dict)
    log_in: Callable[[], object] = lambda: None
    weighed: Callable[[Variant, str, Callable[[], bytes]], object] | None = None
