"""The frozen values of a matrix, as they pass between the stages."""

from collections.abc import Mapping
from enum import StrEnum

from hubwright.frozen import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A release of the zero-to-jupyterhub chart, and the versions that run inside it."""

    version: str
    jupyterhub: str
    kubespawner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EcrRegistry:
    account: str
    region: str
    prefix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Foundation:
    """Where an image family starts: an outside image, a Debian release to bootstrap, or either."""

    name: str
    pull: str | None
    suite: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AptRepository:
    """A signed repository of Debian packages; without an address it is named by the environment."""

    uri: str | None
    suite: str
    components: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A vendor's own packages: an index of Python's, whose address the environment may name, and perhaps Debian's."""

    name: str
    index: str | None
    apt: AptRepository | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Variant:
    """One concrete build of an image: one value for each axis, one platform.

    `axes`, `sources` and `facts` include what the parents gave; `smoke` holds the own and the inherited
    notebooks, sorted. `parent` is a variant's name, or None where the image stands on its foundation;
    `parent_image` is the image of that variant, and `level` counts how many variants there are below this one.
    `runs_on` are the labels of the runner that rehearses it, its own or its parents'; none where any will do.
    """

    name: str
    image: str
    platform: str
    axes: Mapping[str, str]
    parent: str | None
    parent_image: str | None
    level: int
    foundation: str
    folder: str
    dockerfile: str
    target: str | None
    args: Mapping[str, str]
    secrets: tuple[str, ...]
    smoke: tuple[str, ...]
    accelerator: str | None
    runs_on: tuple[str, ...]
    sources: tuple[str, ...]
    facts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What is guaranteed and what is the limit, in one unit: thousandths of a CPU, or bytes."""

    guarantee: int
    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Toleration:
    operator: str
    key: str | None = None
    value: str | None = None
    effect: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedDirectory:
    name: str
    path: str
    claim: str
    read_only: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What the pod of one choice gets; `cpu` in thousandths, `memory` in bytes."""

    uid: int
    gid: int
    fs_gid: int
    home: str
    cpu: Span | None
    memory: Span | None
    resources: Mapping[str, int]
    node_selector: Mapping[str, str]
    tolerations: tuple[Toleration, ...]
    environment: Mapping[str, str]
    shared: tuple[SharedDirectory, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One thing a user can start: a profile with one choice for each of its options."""

    profile: str
    choices: Mapping[str, str]
    variant: str
    shape: Shape

    @property
    def name(self) -> str:
        picked = ",".join(f"{option}={choice}" for option, choice in self.choices.items())
        return f"{self.profile}[{picked}]" if picked else self.profile


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """What a profile, or one of its choices, says itself; a choice replaces and adds to what its profile says.

    None says nothing, and of tolerations an empty tuple takes away the profile's.
    """

    variant: str | None
    cpu: Span | None
    memory: Span | None
    resources: Mapping[str, int]
    node_selector: Mapping[str, str]
    tolerations: tuple[Toleration, ...] | None
    environment: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    key: str
    display_name: str
    default: bool
    layer: Layer


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    key: str
    display_name: str
    choices: tuple[Choice, ...]


class Needs(StrEnum):
    """What a proof has to rest on: the devices that the shape asks for, or everything but them."""

    HARDWARE = "hardware"
    SOFTWARE = "software"


class OnWithheld(StrEnum):
    """What becomes of a profile whose image of today is not proven."""

    KEEP_LAST_GOOD = "keep-last-good"
    DROP = "drop"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """When a profile is offered; `max_age_days` limits how old the proof of a last good may be."""

    needs: Needs
    max_age_days: int
    on_withheld: OnWithheld


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What a user picks in the hub, and every start that it can lead to."""

    slug: str
    display_name: str
    description: str | None
    default: bool
    options: tuple[Option, ...]
    layer: Layer
    offers: tuple[Offer, ...]
    policy: Policy


class Machine(StrEnum):
    """How many machines publish: one for everything, or one for each variant, level by level."""

    ONE = "one"
    LEVELS = "levels"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartFolder:
    """A folder in a repository on GitHub that gets what a hub reads."""

    repository: str
    folder: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ci:
    """Where images are made and proven without anybody watching.

    `subject` is the repository as GitHub's tokens spell it, `runs_on` the labels of a runner, `signing_key` the id of
    a key of AWS KMS.
    """

    repository: str
    subject: str
    machine: Machine
    runs_on: tuple[str, ...]
    signing_key: str | None
    chart: ChartFolder | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Matrix:
    """The whole matrix after every check; `variants` stand after their parents."""

    chart: Chart
    ecr: EcrRegistry | None
    foundations: Mapping[str, Foundation]
    sources: Mapping[str, Source]
    variants: Mapping[str, Variant]
    profiles: tuple[Profile, ...]
    ci: Ci | None = None
