"""Which images of a repository are proven for a shape, whatever their smoke set: where the last good is looked for.

A list of tags proves nothing: it may name what is gone, and lack what is there. It says where to look; what counts is
what is found there, and every claim is examined like any other.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeAlias

from hubwright.errors import HubwrightError, RegistryUnavailableError
from hubwright.frozen import dataclass
from hubwright.proof.decide import Reason
from hubwright.proof.gather import gather
from hubwright.proof.keys import PinnedKey
from hubwright.proof.newest import NOBODY_KNOWS, last_said
from hubwright.proof.record import Record, merge, recall
from hubwright.proof.tags import by_subject, subject
from hubwright.registries.interface import REFERRERS_LIMIT, ListingRegistry, Referrer
from hubwright.registries.lookup import Tagged, resolve_all

_FINGERPRINT = "fp-"
# More do not make it faster: each waits for the registry, and then for the one interpreter.
_WORKERS = 8

# Whether what was read is all that has to be known, where no proof that was not read is newer than the time.
Enough: TypeAlias = Callable[[Mapping[str, Record], str], bool]


def never(_found: Mapping[str, Record], _unread: str) -> bool:
    """Have everything read."""
    return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Interest:
    """What somebody looks back for: at these images, and then at others, the newest first, until it is enough."""

    digests: frozenset[str] = frozenset()
    enough: Enough = never


EVERYTHING = Interest()


def look_back(
    registry: ListingRegistry,
    image: str,
    *,
    shapes: Collection[str],
    keys: Sequence[PinnedKey],
    clock: Callable[[], float],
    deadline_s: float = 120.0,
    interest: Interest = EVERYTHING,
) -> dict[str, Record]:
    """Return for each shape the proofs of every image that has its fingerprint's tag still, the newest first.

    Of an image either everything is read that stands about it, or nothing: the latter only where the interest says
    that it is enough. What could not be asked about stands under `unknown`; where that is not empty, the newest that is
    found need not be the newest there is. So does what was not asked about any more, because others had taken all of
    the deadline. A list of tags that cannot be read is a RegistryUnavailableError.
    """
    expires = clock() + deadline_s
    tags = registry.tags(image)
    places = [Tagged(repository=image, tag=tag) for tag in tags if tag.startswith(_FINGERPRINT)]
    answers = resolve_all(registry, places, clock=clock, deadline_s=deadline_s)
    unknown = tuple(Reason(where=place.tag, why=str(error)) for place, error in answers.unanswered.items())
    reading = _Reading(
        registry=registry,
        image=image,
        about=by_subject(tags),
        shapes=shapes,
        keys=keys,
        late=lambda: (
            f"it was not asked about: others took the whole {deadline_s:g} s. Try again" if clock() >= expires else ""
        ),
    )
    digests = sorted({found.digest for found in answers.found.values() if subject(found.digest) in reading.about})
    found = dict.fromkeys(shapes, Record(proven=(), failed=(), unknown=unknown))
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="look-back") as pool:
        return _read(reading, digests, found, interest, pool)


def _read(
    reading: "_Reading", digests: Sequence[str], found: dict[str, Record], interest: Interest, pool: Executor
) -> dict[str, Record]:
    listings = dict(zip(digests, pool.map(reading.listed, digests), strict=True))
    said = {
        digest: NOBODY_KNOWS if digest in interest.digests else reading.last_said(digest, listings[digest])
        for digest in digests
    }
    order = sorted(digests, key=lambda digest: said[digest], reverse=True)
    for begin in range(0, len(order), _WORKERS):
        if begin and interest.enough(found, said[order[begin]]):
            break
        some = order[begin : begin + _WORKERS]
        read = list(pool.map(reading.remember, some, [listings[digest] for digest in some]))
        found = {shape: merge([found[shape], *(each[shape] for each in read)]) for shape in found}
    return found


_Listing: TypeAlias = tuple[Referrer, ...] | HubwrightError


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reading:
    """How the images of a repository are read; `late` says why nothing more is asked, where that is so."""

    registry: ListingRegistry
    image: str
    about: Mapping[str, Sequence[str]]
    shapes: Collection[str]
    keys: Sequence[PinnedKey]
    late: Callable[[], str]

    def listed(self, digest: str) -> _Listing:
        """Return what refers to the image, or what kept that from being known."""
        if why := self.late():
            return RegistryUnavailableError(why)
        try:
            return self.registry.referrers(self.image, digest)
        except HubwrightError as error:
            return error

    def last_said(self, digest: str, listing: _Listing) -> str:
        if isinstance(listing, HubwrightError):
            return NOBODY_KNOWS
        return last_said(listing, self.about[subject(digest)])

    def remember(self, digest: str, listing: _Listing) -> dict[str, Record]:
        """Return for each shape what was said about it and this image."""
        if why := self.late():
            reason = Reason(where=digest, why=why)
            return dict.fromkeys(self.shapes, Record(proven=(), failed=(), unknown=(reason,)))

        def listed(_repository: str, _digest: str) -> tuple[Referrer, ...]:
            if isinstance(listing, HubwrightError):
                raise listing
            return listing

        tags = self.about[subject(digest)]
        candidates = gather(self.registry, self.image, digest, tags, limit=REFERRERS_LIMIT, listed=listed)
        return recall(candidates, image=self.image, digest=digest, shapes=self.shapes, keys=self.keys)
