"""Who plays what: the parts of a rehearsal, and what the repository holds for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from hubwright.errors import SelectionError
from hubwright.model import Action, Made, Matrix, Node, Offer, Plan, Variant
from hubwright.notebook import MAX_NOTEBOOK, notebook_path
from hubwright.pipeline.contract import locked_versions
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.rehearsing import Part
from hubwright.rehearse.contract.files import own_checks
from hubwright.rehearse.contract.subject import Versions
from hubwright.rehearse.docker.images import Held
from hubwright.rehearse.script import Script, read_script
from hubwright.repository import Repository
from hubwright.schedule import Aborted, Done, Failed, Result
from hubwright.words import did_you_mean, escape


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What the repository holds for rehearsals: notebooks by name, checks and locked versions by variant."""

    scripts: Mapping[str, Script]
    checks: Mapping[str, Mapping[str, bytes]]
    versions: Mapping[str, Versions]


def read_material(repository: Repository, matrix: Matrix, names: Iterable[str]) -> Material:
    """Return what the rehearsals of the variants need."""
    variants = [matrix.variants[name] for name in names]
    notebooks = sorted({notebook for variant in variants for notebook in variant.smoke})
    return Material(
        scripts={name: read_script(name, repository.read(notebook_path(name), MAX_NOTEBOOK)) for name in notebooks},
        checks={variant.name: own_checks(repository, variant, matrix.variants) for variant in variants},
        versions={variant.name: locked_versions(repository, matrix, variant) for variant in variants},
    )


class Cast:
    """Begins the rehearsals of a plan as its images come: each variant plays every offer that is made of it."""

    def __init__(self, plan: Plan, material: Material, destination: Destination, begin: Callable[[Part], None]) -> None:
        self._plan = plan
        self._material = material
        self._destination = destination
        self._begin = begin
        self._digests = {node.variant.name: node.digest for node in plan.nodes if node.digest is not None}

    def enter(self, name: str, digest: str) -> None:
        """Begin what the variant plays, now that the registry has it under this digest; called once for each."""
        self._digests[name] = digest
        node = next(node for node in self._plan.nodes if node.variant.name == name)
        for planned in self._plan.offers:
            if planned.offer.variant == name:
                self._begin(self._part(planned.offer, node.variant, digest))

    def _part(self, offer: Offer, variant: Variant, digest: str) -> Part:
        parent, image = variant.parent, variant.parent_image
        known = self._digests.get(parent) if parent else None
        return Part(
            offer=offer,
            variant=variant,
            ref=self._ref(variant.image, digest),
            digest=digest,
            scripts=tuple(self._material.scripts[name] for name in variant.smoke),
            parent_ref=self._ref(image, known) if image and known else None,
        )

    def _ref(self, image: str, digest: str) -> str:
        return f"{self._destination.host}/{self._destination.repository(image)}@{digest}"


def missing_images(plan: Plan, results: Mapping[str, Result[Made]]) -> dict[str, str]:
    """Return for every variant that the registry does not have now the reason, as a user of a profile would ask."""
    reasons = {}
    for node in plan.nodes:
        match results.get(node.variant.name):
            case Done():
                continue
            case Failed():
                reasons[node.variant.name] = "its image did not build"
            case Aborted(because_of=name):
                reasons[node.variant.name] = f"its image stands on {name}, which did not build"
            case None:
                reasons[node.variant.name] = _held_back(node)
            case never:
                assert_never(never)
    return reasons


def unbuilt_images(plan: Plan) -> dict[str, str]:
    """Return for every variant that the registry does not have the reason, where nothing is built now."""
    return {
        node.variant.name: (
            "its image is not in the registry; `hubwright build` builds it"
            if node.action is Action.BUILD
            else _held_back(node)
        )
        for node in plan.nodes
        if node.digest is None
    }


def _held_back(node: Node) -> str:
    return f"its image is {node.action.value}: {node.reason}"


def offer_like(matrix: Matrix, like: str | None) -> Offer:
    """Return the first start of the profile with that slug, or of the default one."""
    for profile in matrix.profiles:
        if profile.slug == like or (like is None and profile.default):
            return profile.offers[0]
    known = [profile.slug for profile in matrix.profiles]
    if like is None and matrix.profiles:
        return matrix.profiles[0].offers[0]
    wanted = f"there is no profile {escape(like)}.{did_you_mean(like, known)}" if like else "the matrix has no profile"
    msg = f"{wanted} An image can only be started as some profile would start it"
    raise SelectionError(msg)


def foreign_part(image: Held, like: Offer, matrix: Matrix, material: Material) -> Part:
    """Return the part of an image that was not built here: the profile's shape, and the notebooks of its image."""
    return Part(
        offer=replace(like, variant=image.name),
        variant=None,
        ref=image.id,
        digest=image.name.rpartition("@")[2],
        scripts=tuple(material.scripts[name] for name in matrix.variants[like.variant].smoke),
    )
