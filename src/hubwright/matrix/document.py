"""The shape of `matrix.yaml`: one class for each mapping in it, and the source of its JSON Schema.

Every field says in its description what it is for; an editor shows that text. What spans several fields is
checked in `references` and `profiles`.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from hubwright.matrix import names
from hubwright.matrix.amounts import CpuSpan, DayCount, MemorySpan
from hubwright.matrix.automation import Ci, Labels
from hubwright.matrix.mapping import MAPPING, UNIQUE, distinct
from hubwright.matrix.scalars import Flag, OneOf, Whole
from hubwright.model import Needs, OnWithheld

_Names = Annotated[tuple[names.Name, ...], AfterValidator(distinct), UNIQUE]
_Values = Annotated[tuple[names.AxisValue, ...], Field(min_length=1), AfterValidator(distinct), UNIQUE]
_Id = Annotated[int, Whole(0, 2_000_000_000)]
_Suite = Annotated[str, OneOf("bookworm", "trixie")]
_Accelerator = Annotated[str, OneOf("nvidia", "neuron")]
_Operator = Annotated[str, OneOf("Equal", "Exists")]
_Effect = Annotated[str, OneOf("NoSchedule", "PreferNoSchedule", "NoExecute")]
_Needs = Annotated[str, OneOf(*Needs)]
_OnWithheld = Annotated[str, OneOf(*OnWithheld)]
_Platform = Annotated[str, OneOf("linux/amd64", "linux/arm64")]


class _Mapping(BaseModel):
    model_config = MAPPING


class Hub(_Mapping):
    chart: Annotated[
        names.Version,
        Field(description="Release of the zero-to-jupyterhub chart; it decides the hub that rehearses and validates."),
    ]


class Embedded(_Mapping):
    """A real registry on this machine, started when it is needed."""


class Ecr(_Mapping):
    """Amazon ECR; its host name is asked from AWS, never built from these."""

    account: Annotated[names.Account, Field(description="AWS account that owns the registry, 12 digits.")]
    region: Annotated[names.Region, Field(description="AWS region of the registry.")]
    prefix: Annotated[
        names.RepositoryPrefix, Field(description="What stands before every image's name in the registry.")
    ]


class Registries(_Mapping):
    embedded: Annotated[Embedded | None, Field(description="A registry on this machine; the default.")] = None
    ecr: Annotated[Ecr | None, Field(description="Amazon ECR.")] = None


class Bootstrap(_Mapping):
    suite: Annotated[_Suite, Field(description="Debian release whose signed packages make the root.")]


class Foundation(_Mapping):
    """Where an image family starts."""

    pull: Annotated[
        names.ImageReference | None, Field(description="Outside image; `hubwright lock` pins its digest.")
    ] = None
    bootstrap: Annotated[
        Bootstrap | None, Field(description="How to make the root where the outside image cannot be pulled.")
    ] = None
    facts: Annotated[
        dict[names.Name, names.Version], Field(description="Versions that rules may ask for, such as python.")
    ] = {}


class AptRepository(_Mapping):
    """A signed repository of Debian packages; its key is the file <source>.asc in the folder of the image."""

    uri: Annotated[
        names.Url | None,
        Field(description="Address of the repository; left out, it is taken from HUBWRIGHT_SOURCE_<NAME>_APT."),
    ] = None
    suite: Annotated[names.AptWord, Field(description="Suite of the repository that the packages are taken from.")]
    components: Annotated[
        tuple[names.AptWord, ...],
        Field(min_length=1, description="Components of the suite."),
        AfterValidator(distinct),
        UNIQUE,
    ] = ("main",)


class Source(_Mapping):
    """A vendor's own packages, outside the common indexes."""

    index: Annotated[
        names.Url | None,
        Field(description="Address of the index; left out, it is taken from HUBWRIGHT_SOURCE_<NAME>."),
    ] = None
    apt: Annotated[AptRepository | None, Field(description="The same vendor's repository of Debian packages.")] = None


class Image(_Mapping):
    """A folder with a Dockerfile, standing on a foundation or on another image."""

    from_: Annotated[names.Name, Field(alias="from", description="The foundation or image it stands on.")]
    folder: Annotated[names.RelativePath | None, Field(description="Build context; images/<name> if left out.")] = None
    dockerfile: Annotated[names.RelativePath, Field(description="Dockerfile, below the folder.")] = "Dockerfile"
    target: Annotated[names.Name | None, Field(description="Stage of the Dockerfile to build.")] = None
    platforms: Annotated[
        tuple[_Platform, ...],
        Field(min_length=1, description="Platforms to build; each is a variant of its own."),
        AfterValidator(distinct),
        UNIQUE,
    ] = ("linux/amd64",)
    axes: Annotated[
        dict[names.AxisName, _Values],
        Field(description="Axes that multiply; a value reaches the Dockerfile as the build argument <AXIS>."),
    ] = {}
    exclude: Annotated[
        tuple[Annotated[dict[names.AxisName, names.AxisValue], Field(min_length=1)], ...],
        Field(description="Combinations that are not wanted."),
    ] = ()
    args: Annotated[dict[names.ArgName, names.ArgValue], Field(description="Build arguments.")] = {}
    secrets: Annotated[_Names, Field(description="Names of BuildKit secrets that the build may mount.")] = ()
    sources: Annotated[_Names, Field(description="Names of the sources that the build needs.")] = ()
    smoke: Annotated[
        _Names, Field(description="Notebooks of notebooks/smoke that must pass; children inherit them.")
    ] = ()
    accelerator: Annotated[_Accelerator | None, Field(description="The devices that the image computes on.")] = None
    runs_on: Annotated[
        Labels | None,
        Field(description="Labels of the runner that rehearses it, as for its devices; those of ci, if left out."),
    ] = None
    facts: Annotated[
        dict[names.Name, names.Version], Field(description="Versions in the image that rules may ask for.")
    ] = {}


class Rule(_Mapping):
    """A combination that cannot work: wherever `when` holds, `require` must hold."""

    when: Annotated[
        dict[names.Name, names.Specifier],
        Field(min_length=1, max_length=8, description="Where all of these facts hold"),
    ]
    require: Annotated[
        dict[names.Name, names.Specifier],
        Field(min_length=1, max_length=8, description="these must hold too, as far as they are known."),
    ]
    because: Annotated[names.Words, Field(description="The reason, for the person who meets the rule.")]


class SharedDirectory(_Mapping):
    path: Annotated[names.AbsolutePath, Field(description="Where it is mounted.")]
    claim: Annotated[names.Name, Field(description="The persistent volume claim that holds it.")]
    read_only: Annotated[Flag, Field(description="Whether users may only read it.")] = False


class Storage(_Mapping):
    """What every server mounts; charts before 4.3 lose the home of a profile that brings its own volumes."""

    home: Annotated[names.AbsolutePath, Field(description="Where the user's volume is mounted.")] = "/home/jovyan"
    shared: Annotated[dict[names.Name, SharedDirectory], Field(description="Directories that all servers share.")] = {}


class Toleration(_Mapping):
    """A taint that the pod may be scheduled in spite of, as Kubernetes spells it."""

    key: Annotated[names.LabelKey | None, Field(description="The taint's key; all keys if left out.")] = None
    operator: Annotated[_Operator, Field(description="Whether the value has to be equal.")] = "Equal"
    value: Annotated[names.LabelValue | None, Field(description="The taint's value.")] = None
    effect: Annotated[_Effect | None, Field(description="The taint's effect; all effects if left out.")] = None


class ShapeFields(_Mapping):
    """What a pod gets; a choice says only what differs from its profile."""

    image: Annotated[names.VariantName | None, Field(description="The image, or one of its variants by name.")] = None
    cpu: Annotated[CpuSpan | None, Field(description="CPUs: one number, or [guarantee, limit].")] = None
    memory: Annotated[
        MemorySpan | None, Field(description="Memory in K, M, G or T: one amount, or [guarantee, limit].")
    ] = None
    resources: Annotated[
        dict[names.ResourceName, Annotated[int, Whole(1, 1024)]],
        Field(description="Extended resources such as GPUs, as limits."),
    ] = {}
    node_selector: Annotated[
        dict[names.LabelKey, names.LabelValue], Field(description="Labels that the node must have.")
    ] = {}
    tolerations: Annotated[
        tuple[Toleration, ...] | None,
        Field(description="Taints to tolerate, besides the chart's own; a choice's list replaces its profile's."),
    ] = None
    environment: Annotated[
        dict[names.EnvironmentName, names.EnvironmentValue],
        Field(description="Environment; KubeSpawner fills in {username} and the like, braces are doubled."),
    ] = {}


class Choice(ShapeFields):
    display_name: Annotated[names.Words, Field(description="What the user reads.")]
    default: Annotated[Flag, Field(description="Preselected; the first choice is, where none says so.")] = False


class Option(_Mapping):
    display_name: Annotated[names.Words, Field(description="What the user reads.")]
    choices: Annotated[
        dict[names.ChoiceKey, Choice],
        Field(min_length=1, description="What can be chosen, by stable keys; users' saved choices name them."),
    ]


class Profile(ShapeFields):
    """What a user picks in the hub."""

    slug: Annotated[names.Name, Field(description="Stable key of the profile; users' saved choices name it.")]
    display_name: Annotated[names.Words, Field(description="What the user reads.")]
    description: Annotated[names.Prose | None, Field(description="A sentence under the name.")] = None
    default: Annotated[Flag, Field(description="Preselected; the first profile is, where none says so.")] = False
    uid: Annotated[_Id, Field(description="User that the server runs as.")] = 1000
    gid: Annotated[_Id, Field(description="Primary group of the server.")] = 100
    fs_gid: Annotated[_Id, Field(description="Group that owns the mounted volumes.")] = 100
    profile_options: Annotated[
        dict[names.OptionKey, Option], Field(description="What the user may choose within the profile.")
    ] = {}
    needs: Annotated[
        _Needs | None,
        Field(description="What a proof must rest on; hardware where the profile asks for devices, if left out."),
    ] = None
    max_age: Annotated[
        DayCount | None,
        Field(description="How old the proof of a last good may be for it to be kept; 90d, if left out."),
    ] = None
    on_withheld: Annotated[
        _OnWithheld, Field(description="What becomes of the profile when its image of today is not proven.")
    ] = OnWithheld.KEEP_LAST_GOOD.value


class Document(_Mapping):
    version: Annotated[int, Whole(1, 1), Field(description="Version of this format.")]
    hub: Annotated[Hub, Field(description="The hub that the images are for.")]
    registries: Annotated[Registries, Field(description="Where images are pushed to.")] = Registries()
    foundations: Annotated[dict[names.Name, Foundation], Field(min_length=1, description="Where image families start.")]
    sources: Annotated[dict[names.Name, Source], Field(description="Packages outside the common indexes.")] = {}
    images: Annotated[dict[names.Name, Image], Field(min_length=1, description="What is built.")]
    rules: Annotated[tuple[Rule, ...], Field(max_length=32, description="Combinations that cannot work here.")] = ()
    storage: Annotated[Storage, Field(description="What every server mounts.")] = Storage()
    ci: Annotated[
        Ci | None, Field(description="Where all of this happens by itself: workflows are derived from it.")
    ] = None
    profiles: Annotated[
        tuple[Profile, ...], Field(min_length=1, description="What users pick in the hub, in its order.")
    ]
