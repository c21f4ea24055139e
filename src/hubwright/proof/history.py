"""Which images of a repository are proven for a shape, whatever their smoke set: where the last good is looked for.

A list of tags proves nothing: it may name what is gone, and lack what is there. It says where to look; what counts is
what is found there, and every claim is examined like any other.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from hubwright.proof.decide import Reason
from hubwright.proof.gather import gather
from hubwright.proof.keys import PinnedKey
from hubwright.proof.record import Record, merge, recall
from hubwright.proof.tags import is_tag_about
from hubwright.registries.interface import Catalogue, Registry
from hubwright.registries.lookup import Tagged, resolve_all

_FINGERPRINT = "fp-"


class ListingRegistry(Registry, Catalogue, Protocol):
    """A registry that can list its tags."""


def look_back(
    registry: ListingRegistry, image: str, *, shape: str, keys: Sequence[PinnedKey], clock: Callable[[], float]
) -> Record:
    """Return the proofs for the shape of every image that has its fingerprint's tag still, the newest first.

    What could not be asked about stands under `unknown`; where that is not empty, the newest that is found need not be
    the newest there is. A list of tags that cannot be read is a RegistryUnavailableError.
    """
    tags = registry.tags(image)
    places = [Tagged(repository=image, tag=tag) for tag in tags if tag.startswith(_FINGERPRINT)]
    answers = resolve_all(registry, places, clock=clock)
    unknown = [Reason(where=place.tag, why=str(error)) for place, error in answers.unanswered.items()]
    records = [
        recall(
            gather(registry, image, digest, about),
            image=image,
            digest=digest,
            shape=shape,
            keys=keys,
        )
        for digest in sorted({descriptor.digest for descriptor in answers.found.values()})
        if (about := [tag for tag in tags if is_tag_about(tag, digest)])
    ]
    return merge([*records, Record(proven=(), failed=(), unknown=tuple(unknown))])
