"""The public keys whose word counts, each for some repositories only.

How long a key is valid is compared with the time in the statement, which its signer signed, and never with a clock:
the same bytes and the same list give the same answer on every machine, on every day. So `valid_until` ends what a key
may newly sign, and does not take away what it signed before; a list whose keys ran out would otherwise empty a hub at
midnight, or on a machine whose clock is wrong. Whoever stole a key can write any time into a statement: the answer to
that is `revoked`, which looks at no time at all.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import field

from hubwright.frozen import dataclass
from hubwright.words import day_of


@dataclass(frozen=True, kw_only=True, slots=True)
class PinnedKey:
    """A P-256 key as DER, what it may sign, and for which repositories: `jupyter` includes `jupyter/base`.

    The days are included on both ends. `revoked` is the reason why nothing counts that the key ever signed.
    """

    name: str
    public_key: bytes = field(repr=False)
    predicate: str
    repositories: str
    valid_from: str
    valid_until: str | None = None
    revoked: str | None = None

    @property
    def id(self) -> str:
        return key_id(self.public_key)

    def allows(self, repository: str, predicate: str) -> bool:
        inside = repository == self.repositories or repository.startswith(f"{self.repositories}/")
        return inside and predicate == self.predicate

    def valid_at(self, time: str) -> bool:
        """Return whether the key may sign at a time that is written as statements write it."""
        # Days and times of this form are in the order of their text.
        day = day_of(time)
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def key_id(public_key: bytes) -> str:
    """Return the name that a key gives to its proofs' tags: the hash of its DER."""
    return hashlib.sha256(public_key).hexdigest()


def keys_for(keys: Iterable[PinnedKey], repository: str, predicate: str) -> tuple[PinnedKey, ...]:
    """Return the keys that may speak about a repository, and those of them that may no longer."""
    return tuple(key for key in keys if key.allows(repository, predicate))
