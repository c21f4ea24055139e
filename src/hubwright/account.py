"""The account of a run: what was built, seen and offered, in the values that every report is made of.

It says nothing that is not in the registry, in the repository or in what the run itself saw, and nothing depends on
it: whoever loses it loses evidence and times, and no proof.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from hubwright.frozen import dataclass
from hubwright.offering import Basis
from hubwright.planned import Layer
from hubwright.verdicts import Standing

if TYPE_CHECKING:
    from pydantic import JsonValue as JsonValue  # noqa: PLC0414 - others take it from here
else:
    # What reads an account gets nothing but JSON there. Whoever only writes one does not wait for the library.
    JsonValue = Any

SCHEMA = 1


class Became(StrEnum):
    """What became of a variant in a run."""

    BUILT = "built"
    REUSED = "reused"
    WITHHELD = "withheld"
    BLOCKED = "blocked"
    FAILED = "failed"
    NOT_BEGUN = "not begun"


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageSize:
    """What one package takes in an image, in bytes and not compressed.

    `kind` is `debian` or `python`, or `other` for what no package has: `name` is then a folder.
    """

    kind: str
    name: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageMove:
    """One package that is not as it was; `kind` is `debian` or `python`, an empty version says that it is not there."""

    kind: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageChange:
    """What is different in an image since another one of its variant; `since` is that one's digest.

    `fixed` and `appeared` name vulnerabilities, where both images were scanned: `scanned` says whether they were.
    """

    since: str
    size_before: int
    moved: tuple[PackageMove, ...]
    scanned: bool
    fixed: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageAccount:
    """One variant. `parent` is that of the variant it stands on, None on a foundation.

    `repository` is without its host. `digest` is None where the registry has no image of today. `size`, `layers`
    and `packages` say nothing where nobody asked for them, the last neither where nobody has measured. `error` is the
    whole of what went wrong, `change` what is different since the image that was offered before this one.
    """

    variant: str
    image: str
    parent: str | None
    platform: str
    became: Became
    reason: str
    fingerprint: str
    repository: str
    digest: str | None
    size: int | None
    layers: tuple[Layer, ...] = ()
    packages: tuple[PackageSize, ...] = ()
    change: ImageChange | None = None
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One check and its evidence; `where` is a place a person can go to (`home, cell 4`)."""

    check: str
    expected: JsonValue
    seen: JsonValue
    where: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """One thing that is wrong, and what to do about it."""

    where: str
    expected: str
    seen: str
    advice: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Excerpt:
    """One cell of an executed notebook, counted from 1: what was run, and what it wrote, as text."""

    cell: int
    source: str
    output: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialAccount:
    """One part of a rehearsal. `notebook` is the path of the one that was executed, from the account's folder.

    `excerpts` are the cells of it that its findings name.
    """

    name: str
    passed: bool
    hardware: bool
    seconds: float
    evidence: tuple[Shown, ...] = ()
    findings: tuple[Wrong, ...] = ()
    notebook: str = ""
    excerpts: tuple[Excerpt, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """With which image a start is offered now, and since when it has been proven, by whose key.

    `before` is the digest that it was offered with until this run, empty where it was not offered.
    """

    digest: str
    basis: Basis
    reason: str
    since: str
    key: str
    hardware: bool
    before: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the registry's proofs say about a start at some time, the failures too; `size` is None where unknown."""

    on: str
    digest: str
    standing: Standing
    failed: tuple[str, ...]
    size: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StartAccount:
    """One start that the matrix offers: of `profile`, with the choices that are in its `name`.

    Users see the profile as `display_name`, and what they pick in it as `choice`, empty where there is nothing to pick.
    `rehearsed` says whether it was in this run; if not, `standing` is what the registry says, and the trials that
    passed then have no evidence here. `planned` are the names of all trials that it has to pass, in their order.
    `withheld` says why it is not offered; where that is empty and `offered` is None, nobody asked. `history` has the
    newest first.
    """

    name: str
    profile: str
    display_name: str
    choice: str = ""
    shape: str
    variant: str
    digest: str
    standing: Standing
    reason: str
    rehearsed: bool
    seconds: float
    planned: tuple[str, ...]
    trials: tuple[TrialAccount, ...] = ()
    offered: Offered | None = None
    withheld: str = ""
    history: tuple[Said, ...] = ()

    @property
    def title(self) -> str:
        """Return what its users see."""
        return f"{self.display_name} ({self.choice})" if self.choice else self.display_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    at_s: float
    doing: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """What one piece of work took, in seconds since the run began.

    `name` is a variant's where `kind` is `image`, and a start's where it is `start`. `waited_for` is the variant that
    it could not begin without, empty for none. `ready_s` is when that was there, or when the work as a whole began:
    what lies between it and `began_s` was waiting for a free place.
    """

    name: str
    kind: str
    waited_for: str
    ready_s: float
    began_s: float
    ended_s: float
    outcome: str
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One run, and what stands now. Times are such as 2026-01-31T12:00:00Z.

    Where `command` is empty, no run is at hand, and only what the registry knows is told. `registry` is the host and
    the prefix. `wrong` is what the run ended with, the worst first, `unread` what could not be found out. `emitted`
    says whether the files for a hub were written.
    """

    schema: int
    version: str
    command: str
    registry: str
    chart: str
    began_on: str
    ended_on: str
    emitted: bool
    images: tuple[ImageAccount, ...]
    starts: tuple[StartAccount, ...]
    stretches: tuple[Stretch, ...] = ()
    wrong: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
