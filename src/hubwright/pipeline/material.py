"""What the repository holds for rehearsals, and the parts that are made of it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

from hubwright.errors import TreeError
from hubwright.frozen import dataclass
from hubwright.model import Matrix, Offer
from hubwright.notebook import MAX_NOTEBOOK, notebook_path
from hubwright.pipeline.casting import Call
from hubwright.pipeline.contract import locked_versions
from hubwright.pipeline.house import Part
from hubwright.planned import PlannedOffer
from hubwright.rehearse.contract.files import OWN, own_checks
from hubwright.rehearse.contract.subject import Versions
from hubwright.rehearse.docker.images import Held
from hubwright.rehearse.script import Script, read_script
from hubwright.repository import Repository


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


def require_unchanged(material: Material, planned: Iterable[PlannedOffer]) -> None:
    """Raise TreeError where a file is not the one that the plan was made of: what is signed names what was planned."""
    for each in planned:
        known = cast("Mapping[str, Mapping[str, object]]", each.smoke_set.parts)
        for name, written in known["notebooks"].items():
            sha256, _ = cast("tuple[str, str]", written)
            _require_same(notebook_path(name), sha256, material.scripts[name].content)
        checks = material.checks[each.offer.variant]
        own = {path for path in known["contract"] if path.startswith(f"{OWN}/")}
        for path in sorted(own | checks.keys()):
            _require_same(path, known["contract"].get(path), checks.get(path))


def _require_same(path: str, planned: object, content: bytes | None) -> None:
    if content is None or hashlib.sha256(content).hexdigest() != planned:
        msg = f"{path} was changed after the plan was made; run again, and leave it as it is until the run is over"
        raise TreeError(msg)


def part_of(call: Call, material: Material) -> Part:
    """Return the part of an image of the matrix."""
    return Part(
        offer=call.offer,
        variant=call.variant,
        ref=call.ref,
        digest=call.digest,
        scripts=tuple(material.scripts[name] for name in call.variant.smoke),
        parent_ref=call.parent_ref,
    )


def foreign_offer(image: Held, like: Offer) -> Offer:
    """Return how an image that was not built here is started."""
    return replace(like, variant=image.name)


def foreign_part(image: Held, like: Offer, matrix: Matrix, material: Material) -> Part:
    """Return the part of an image that was not built here: the profile's shape, and the notebooks of its image."""
    return Part(
        offer=foreign_offer(image, like),
        variant=None,
        ref=image.id,
        digest=image.name.rpartition("@")[2],
        scripts=tuple(material.scripts[name] for name in matrix.variants[like.variant].smoke),
    )
