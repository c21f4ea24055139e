"""Everything in a registry that may be a proof of one image, each either read or known to be unread.

An error never becomes an absence here: it becomes a candidate that could not be read.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from hubwright.errors import HubwrightError, RegistryUnavailableError
from hubwright.labels import SMOKE_SET
from hubwright.proof.decide import Answer, Decision, Expectation, decide
from hubwright.proof.envelope import BUNDLE_LIMIT
from hubwright.proof.examine import CANDIDATES_LIMIT, Candidate, Unread
from hubwright.proof.keys import PinnedKey, keys_for
from hubwright.proof.manifest import read_proof_manifest
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.proof.strict import Refused
from hubwright.proof.tags import own_tags
from hubwright.registries.artifacts import PACKAGES_TYPE, SIZES_TYPE
from hubwright.registries.interface import Manifest, Referrer, Registry

_DOWN = 2
# What no proof that was made without hardware could change any more; one that was made with it is better anyway.
_FINAL = frozenset({Answer.BLOCKED, Answer.UNKNOWN})

Listed: TypeAlias = Callable[[str, str], tuple[Referrer, ...]]


def verify(
    registry: Registry, expectation: Expectation, keys: Sequence[PinnedKey], *, listed: Listed | None = None
) -> Decision:
    """Return what the proofs beside the image say about it today.

    `listed` answers in the registry's place what refers to an image, for who asks about the same one many times.
    """
    own = [
        own_tags(expectation.digest, expectation.smoke_set, key.id)
        for key in keys_for(keys, expectation.image, PREDICATE_TYPE)
    ]
    tags = [tag for proof, _, failed in own for tag in (proof, failed)]
    image, digest, smoke_set = expectation.image, expectation.digest, expectation.smoke_set
    candidates = gather(registry, image, digest, tags, smoke_set=smoke_set, listed=listed)
    decision = decide(candidates, expectation, keys)
    if decision.on_hardware or decision.answer in _FINAL:
        return decision
    known = {each.digest for each in candidates if isinstance(each, Candidate)}
    candidates += gather(registry, image, digest, [tag for _, tag, _ in own], listed=_nothing, known=known)
    return decide(candidates, expectation, keys)


def _nothing(_repository: str, _digest: str) -> tuple[Referrer, ...]:
    return ()


def gather(
    registry: Registry,
    repository: str,
    digest: str,
    tags: Iterable[str],
    *,
    smoke_set: str | None = None,
    limit: int = CANDIDATES_LIMIT,
    listed: Listed | None = None,
    known: Collection[str] = (),
) -> list[Candidate | Unread]:
    """Return what stands under the tags, and what is listed as being about the digest; each once, none of the `known`.

    What is only listed, and says that it is about another smoke set than the one that is asked for, is left out: an
    image that is offered in many shapes for a long time has more proofs than anybody could read. That hides nothing,
    because what a pinned key ever signed about this smoke set has its own tag besides.
    """
    found: dict[str, _Found] = {}
    asking = _Asking()
    for tag in tags:
        with asking.about(tag):
            manifest = registry.tagged(repository, tag)
            if manifest and manifest.descriptor.digest not in known:
                found.setdefault(manifest.descriptor.digest, _Found(where=tag, manifest=manifest))
        if asking.in_vain:
            return [*asking.unread]
    with asking.about("the list of referrers"):
        for referrer in (listed or registry.referrers)(repository, digest):
            held = referrer.descriptor.digest
            if held not in known and _may_be_asked_for(referrer, smoke_set):
                found.setdefault(held, _Found(where=f"referrer {held}"))
    if len(found) + len(asking.unread) > limit:
        return [*asking.unread, Unread(where=digest, why=f"there are more than {limit} candidates")]
    candidates = _fetch_all(registry, repository, found, asking)
    return [*asking.unread, *candidates]


def _may_be_asked_for(referrer: Referrer, smoke_set: str | None) -> bool:
    if referrer.artifact_type in {PACKAGES_TYPE, SIZES_TYPE}:
        # What is in an image says nothing of how it fares. A lie about that hides nothing, as one about the smoke set.
        return False
    return smoke_set is None or referrer.annotations.get(SMOKE_SET, smoke_set) == smoke_set


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """Where a candidate is, and its manifest where that came with the finding."""

    where: str
    manifest: Manifest | None = None


@dataclass(kw_only=True, slots=True)
class _Asking:
    """What could not be read, and whether it is in vain to ask on.

    One thing that nothing is said about may be torn on the registry's disk. Two are a registry that is down: each took
    all the time that a call has, and so would everything else, to the same end.
    """

    unread: list[Unread] = field(default_factory=list)
    silences: int = 0

    @property
    def in_vain(self) -> bool:
        return self.silences >= _DOWN

    @contextlib.contextmanager
    def about(self, where: str) -> Iterator[None]:
        """Note the error that the block ends with, if it does."""
        try:
            yield
        except HubwrightError as error:
            self.unread.append(Unread(where=where, why=str(error)))
            self.silences += isinstance(error, RegistryUnavailableError)


def _fetch_all(registry: Registry, repository: str, found: Mapping[str, _Found], asking: _Asking) -> list[Candidate]:
    """Return what was found, as far as it could be read; the rest is noted by who asks."""
    candidates = []
    for held, place in found.items():
        if asking.in_vain:
            break
        with asking.about(place.where):
            candidate = _fetch(registry, repository, held, place)
            candidates += [candidate] if candidate else []
    return candidates


def _fetch(registry: Registry, repository: str, digest: str, place: _Found) -> Candidate | None:
    manifest = place.manifest or registry.manifest(repository, digest)
    if manifest is None:
        # Lists outlive what they list; a registry that was asked and has no such thing has no such proof.
        return None
    bundle = None
    # What is no proof has no bundle to fetch; saying so is for whoever decides.
    with contextlib.suppress(Refused):
        layer = read_proof_manifest(manifest.body).bundle
        if layer.size <= BUNDLE_LIMIT:
            bundle = registry.blob(repository, layer.digest, limit=BUNDLE_LIMIT)
    return Candidate(where=place.where, digest=digest, manifest=manifest.body, bundle=bundle)
