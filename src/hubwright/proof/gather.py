"""Everything in a registry that may be a proof of one image, each either read or known to be unread.

An error never becomes an absence here: it becomes a candidate that could not be read.
"""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from hubwright.errors import HubwrightError
from hubwright.labels import SMOKE_SET
from hubwright.proof.decide import Decision, Expectation, decide
from hubwright.proof.envelope import BUNDLE_LIMIT
from hubwright.proof.examine import CANDIDATES_LIMIT, Candidate, Unread
from hubwright.proof.keys import PinnedKey, keys_for
from hubwright.proof.manifest import read_proof_manifest
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.proof.strict import Refused
from hubwright.proof.tags import own_tags
from hubwright.registries.interface import Referrer, Registry

Listed: TypeAlias = Callable[[str, str], tuple[Referrer, ...]]


def verify(
    registry: Registry, expectation: Expectation, keys: Sequence[PinnedKey], *, listed: Listed | None = None
) -> Decision:
    """Return what the proofs beside the image say about it today.

    `listed` answers in the registry's place what refers to an image, for who asks about the same one many times.
    """
    tags = [
        tag
        for key in keys_for(keys, expectation.image, PREDICATE_TYPE)
        for tag in own_tags(expectation.digest, expectation.smoke_set, key.id)
    ]
    candidates = gather(
        registry, expectation.image, expectation.digest, tags, smoke_set=expectation.smoke_set, listed=listed
    )
    return decide(candidates, expectation, keys)


def gather(
    registry: Registry,
    repository: str,
    digest: str,
    tags: Iterable[str],
    *,
    smoke_set: str | None = None,
    limit: int = CANDIDATES_LIMIT,
    listed: Listed | None = None,
) -> list[Candidate | Unread]:
    """Return what stands under the tags, and what the registry lists as being about the digest; each once.

    What is only listed, and says that it is about another smoke set than the one that is asked for, is left out: an
    image that is offered in many shapes for a long time has more proofs than anybody could read. That hides nothing,
    because what a pinned key ever signed about this smoke set has its own tag besides.
    """
    found: dict[str, str] = {}
    unread: list[Candidate | Unread] = []
    for tag in tags:
        try:
            descriptor = registry.resolve(repository, tag)
        except HubwrightError as error:
            unread.append(Unread(where=tag, why=str(error)))
        else:
            if descriptor:
                found.setdefault(descriptor.digest, tag)
    try:
        for referrer in (listed or registry.referrers)(repository, digest):
            if smoke_set is not None and referrer.annotations.get(SMOKE_SET, smoke_set) != smoke_set:
                continue
            found.setdefault(referrer.descriptor.digest, f"referrer {referrer.descriptor.digest}")
    except HubwrightError as error:
        unread.append(Unread(where="the list of referrers", why=str(error)))
    if len(found) + len(unread) > limit:
        unread.append(Unread(where=digest, why=f"there are more than {limit} candidates"))
        return unread
    return unread + [each for held, where in found.items() if (each := _fetch(registry, repository, held, where))]


def _fetch(registry: Registry, repository: str, digest: str, where: str) -> Candidate | Unread | None:
    try:
        manifest = registry.manifest(repository, digest)
        if manifest is None:
            # Lists outlive what they list; a registry that was asked and has no such thing has no such proof.
            return None
        bundle = None
        # What is no proof has no bundle to fetch; saying so is for whoever decides.
        with contextlib.suppress(Refused):
            layer = read_proof_manifest(manifest.body).bundle
            if layer.size <= BUNDLE_LIMIT:
                bundle = registry.blob(repository, layer.digest, limit=BUNDLE_LIMIT)
    except HubwrightError as error:
        return Unread(where=where, why=str(error))
    return Candidate(where=where, digest=digest, manifest=manifest.body, bundle=bundle)
