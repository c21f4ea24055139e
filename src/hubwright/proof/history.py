"""Which images of a repository are proven for a shape, whatever their smoke set: where the last good is looked for.

A list of tags proves nothing: it may name what is gone, and lack what is there. It says where to look; what counts is
what is found there, and every claim is examined like any other.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from hubwright.proof.decide import Reason
from hubwright.proof.gather import gather
from hubwright.proof.keys import PinnedKey
from hubwright.proof.record import Record, merge, recall
from hubwright.proof.tags import by_subject, subject
from hubwright.registries.interface import REFERRERS_LIMIT, ListingRegistry
from hubwright.registries.lookup import Tagged, resolve_all

_FINGERPRINT = "fp-"
# More do not make it faster: each waits for the registry, and then for the one interpreter.
_WORKERS = 8


def look_back(
    registry: ListingRegistry,
    image: str,
    *,
    shapes: Collection[str],
    keys: Sequence[PinnedKey],
    clock: Callable[[], float],
    deadline_s: float = 120.0,
) -> dict[str, Record]:
    """Return for each shape the proofs of every image that has its fingerprint's tag still, the newest first.

    What could not be asked about stands under `unknown`; where that is not empty, the newest that is found need not be
    the newest there is. So does what was not asked about any more, because others had taken all of the deadline. A
    list of tags that cannot be read is a RegistryUnavailableError.
    """
    expires = clock() + deadline_s
    tags = registry.tags(image)
    places = [Tagged(repository=image, tag=tag) for tag in tags if tag.startswith(_FINGERPRINT)]
    answers = resolve_all(registry, places, clock=clock, deadline_s=deadline_s)
    unknown = tuple(Reason(where=place.tag, why=str(error)) for place, error in answers.unanswered.items())
    about = by_subject(tags)

    def remember(digest: str) -> dict[str, Record]:
        if clock() >= expires:
            late = Reason(
                where=digest, why=f"it was not asked about: others took the whole {deadline_s:g} s. Try again"
            )
            return dict.fromkeys(shapes, Record(proven=(), failed=(), unknown=(late,)))
        candidates = gather(registry, image, digest, about[subject(digest)], limit=REFERRERS_LIMIT)
        return recall(candidates, image=image, digest=digest, shapes=shapes, keys=keys)

    digests = sorted({found.digest for found in answers.found.values() if subject(found.digest) in about})
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="look-back") as pool:
        remembered = list(pool.map(remember, digests))
    unanswered = Record(proven=(), failed=(), unknown=unknown)
    return {shape: merge([*(each[shape] for each in remembered), unanswered]) for shape in shapes}
