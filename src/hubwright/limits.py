"""How long a rehearsal may take and how much it may say, in one value that every proof is about."""

from dataclasses import asdict

from hubwright.canonical import Canonical
from hubwright.frozen import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Deadlines in whole seconds, caps on what one notebook's kernel may send.

    `start_s` is for a kernel that starts, `settle_s` for the rest of what it has to say once it has answered.
    """

    start_s: int = 60
    settle_s: int = 30
    cell_s: int = 300
    notebook_s: int = 900
    rehearsal_s: int = 1800
    output_bytes: int = 10 * _MIB
    output_messages: int = 20_000

    def canonical(self) -> Canonical:
        return asdict(self)


LIMITS = Limits()
