"""Tags for people, which follow what is proven. Nothing that is decided here or elsewhere ever reads them."""

from collections.abc import Iterable, Mapping

from hubwright.errors import BuildError
from hubwright.frozen import dataclass
from hubwright.model import Matrix, Needs, Variant
from hubwright.proof.decide import Answer, Decision
from hubwright.registries.interface import Registry

PROMOTED = "proven"


@dataclass(frozen=True, kw_only=True, slots=True)
class Promotion:
    """An image that has earned the tags of its variant."""

    variant: Variant
    digest: str


def earned(matrix: Matrix, digests: Mapping[str, str], decisions: Mapping[str, Decision]) -> tuple[Promotion, ...]:
    """Return the variants that were decided on just now, and every start of which is proven as its profile needs it."""
    starts: dict[str, list[bool]] = {}
    for profile in matrix.profiles:
        for offer in profile.offers:
            decision = decisions.get(offer.name)
            starts.setdefault(offer.variant, []).append(
                decision is not None
                and decision.answer is Answer.PROVEN
                and (decision.on_hardware or profile.policy.needs is Needs.SOFTWARE)
            )
    return tuple(
        Promotion(variant=matrix.variants[name], digest=digests[name])
        for name, proven in starts.items()
        if all(proven) and name in digests
    )


def tags_of(variant: Variant, siblings: Iterable[Variant], day: str) -> tuple[str, str]:
    """Return the dated tag and the one that moves; a variant that is not alone in its repository has its name in them.

    An image with one variant is simply `proven`.
    """
    alone = all(other.image != variant.image or other.name == variant.name for other in siblings)
    name = PROMOTED if alone else f"{PROMOTED}-{variant.name.removeprefix(variant.image).lstrip('-')}"
    return f"{name}-{day}", name


def promote(registry: Registry, repository: str, digest: str, tags: tuple[str, str]) -> bool:
    """Move the tags to the identical bytes of an image that was just decided PROVEN; return whether they moved.

    They stay where they are if the moving one is there already: the dated one then tells of the day it came.
    """
    dated, moving = tags
    there = registry.resolve(repository, moving)
    if there is not None and there.digest == digest:
        return False
    manifest = registry.manifest(repository, digest)
    if manifest is None:
        msg = f"{repository}@{digest} was proven and is not in the registry any more; does something delete there?"
        raise BuildError(msg)
    for tag in (dated, moving):
        registry.put_manifest(repository, tag, manifest.body, manifest.descriptor.media_type)
    return True
