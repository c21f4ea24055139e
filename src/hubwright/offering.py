"""What is known about every start that the matrix offers, and what becomes of it: frozen values.

They pass between those who look proofs up, those who choose among them, and those who write what a hub reads.
"""

from enum import StrEnum

from hubwright.frozen import dataclass
from hubwright.model import Offer, Profile

# What people have pinned, beside the matrix, whose profiles it names.
PINS_FILE = "pins.yaml"


class Basis(StrEnum):
    """Why an image is offered."""

    TODAY = "today's image"
    LAST_GOOD = "last good"
    PINNED = "pinned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proven:
    """A proof that holds: of which image, and when and with what it was made.

    `digest` and `fingerprint` are the image's, `proof` is the digest of the proof's own manifest, `key` the name of
    the key that signed it, and `on` a time such as 2026-01-31T12:00:00Z. `smoke_set` is hexadecimal.
    """

    digest: str
    fingerprint: str
    proof: str
    key: str
    on: str
    hardware: bool
    smoke_set: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What is known about one start: its image of today, and what was ever proven of its image for its shape.

    `repository` is without its host. `digest` is None where the registry does not have today's image. `today` is
    None where nothing is proven about it, and `reason` says why. `past` is the newest first, whatever its smoke set
    or policy; it may be empty where nobody had to look back.
    """

    offer: Offer
    repository: str
    digest: str | None
    today: Proven | None
    reason: str
    past: tuple[Proven, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """Somebody's decision to offer this image of a profile's until they say otherwise; `because` is for people."""

    digest: str
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A start that is offered, and what that rests on; `reason` says why it is not today's image, if it is not."""

    offer: Offer
    repository: str
    basis: Basis
    proven: Proven
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Withheld:
    """A start that is not offered, and why."""

    offer: Offer
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProfileEntry:
    """One profile as it is offered, with every start that it keeps; with none, it is not offered at all.

    The starts are all the combinations of some choices of each option: what a form of lists can express.
    """

    profile: Profile
    starts: tuple[Start, ...]
    withheld: tuple[Withheld, ...]
