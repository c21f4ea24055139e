"""The frozen values that a repository and a registry add to the matrix, and the plan that is made of all three."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TypeAlias

from hubwright.canonical import Canonical
from hubwright.declared import Declared
from hubwright.errors import HubwrightError
from hubwright.frozen import dataclass
from hubwright.model import Chart, Offer, Variant


class EntryKind(StrEnum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing in a build context; `value` is a file's sha256 or a link's target, empty for a folder."""

    path: str
    kind: EntryKind
    value: str
    executable: bool

    def canonical(self) -> Canonical:
        return [self.path, self.kind.value, self.executable, self.value]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """What the repository holds for one image: its Dockerfile's sha256 and its build context, sorted."""

    dockerfile_sha256: str
    context: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SmokeNotebook:
    """A smoke notebook as it stands in the repository."""

    name: str
    sha256: str
    kernel: str
    declared: Declared = field(default_factory=Declared)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """The hash of everything that goes into a variant, and the parts it was made of."""

    hex: str
    parts: Mapping[str, Canonical]

    @property
    def tag(self) -> str:
        return f"fp-{self.hex}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """The registry holds an image under the fingerprint's tag."""

    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Absent:
    """The registry was asked and said that it holds no such tag."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unasked:
    """No registry was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unknown:
    """The registry was asked and gave no answer that can be relied on."""

    error: HubwrightError


Presence: TypeAlias = Present | Absent | Unasked | Unknown


class Action(StrEnum):
    BUILD = "build"
    REUSE = "reuse"
    WITHHELD = "withheld"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """What will be done with one variant, and why."""

    variant: Variant
    fingerprint: Fingerprint
    action: Action
    reason: str
    digest: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedOffer:
    """An offer and the smoke set that its proof has to be about."""

    offer: Offer
    smoke_set: Fingerprint


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Nodes in build order, and the offers whose image is among them in the order of the matrix."""

    chart: Chart
    nodes: tuple[Node, ...]
    offers: tuple[PlannedOffer, ...]

    @property
    def digests(self) -> dict[str, str]:
        """Return the images that the registry has, by the variant's name."""
        return {node.variant.name: node.digest for node in self.nodes if node.digest is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """An image as the registry has it; `size` is what a node pulls, config and compressed layers."""

    digest: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One layer of an image as it lies in the registry; `size` is compressed, `made_by` the line that made it."""

    digest: str
    size: int
    made_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What became of a variant: its image, whether it was built now, and the seconds that took."""

    published: Published
    built: bool
    seconds: float
