"""What a night came to, in the values that its commit and its text for people are made of."""

from hubwright.account import ImageChange, PackageMove
from hubwright.frozen import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class LockDiff:
    """What moved in a lock; `images` are those whose folder it lies in, none for the lock of the foundations."""

    path: str
    images: tuple[str, ...]
    new: bool
    moves: tuple[PackageMove, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stayed:
    """What stays on its lock, and why; `answered` is False where nobody could be asked."""

    name: str
    reason: str
    answered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StartDiff:
    """With which image a start was offered and is offered, each by its digest, empty where it was not or is not.

    `today` is whether that is what was meant to be offered; `reason` says why not.
    """

    name: str
    variant: str
    before: str
    after: str
    today: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageDiff:
    """An image of today beside the last one that was good; `change` is None where what is different is not known."""

    variant: str
    before: str
    after: str
    size: int
    change: ImageChange | None
    unread: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Night:
    """`wrong` is what it ended with, the worst first; `emitted` says whether the files for a hub were written."""

    day: str
    locks: tuple[LockDiff, ...]
    stayed: tuple[Stayed, ...]
    starts: tuple[StartDiff, ...]
    images: tuple[ImageDiff, ...]
    emitted: bool
    wrong: tuple[str, ...]
