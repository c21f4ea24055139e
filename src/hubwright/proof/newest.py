"""In which order it is looked back: where the newest proofs of a repository are, as far as its lists of referrers tell.

A list says where to look first, and no more. Whose list does not tell of everything that stands under the tags of
proofs is looked at first of all. Who can write lies there could as well take the newest proof away.
"""

from collections import Counter
from collections.abc import Collection, Iterable

from hubwright.labels import CREATED, SMOKE_SET
from hubwright.proof.tags import short_smoke_set, smoke_set_named
from hubwright.registries.interface import Referrer

# Later than any time is written.
NOBODY_KNOWS = "~"


def last_said(listed: Iterable[Referrer], tags: Collection[str]) -> str:
    """Return when the newest proof about an image was made, as its list of referrers has it.

    `tags` are those of its proofs. NOBODY_KNOWS where the list lacks any of them, or does not say when it was made.
    """
    made = [
        (short_smoke_set(each.annotations[SMOKE_SET]), each.annotations[CREATED])
        for each in listed
        if {SMOKE_SET, CREATED} <= each.annotations.keys()
    ]
    if not Counter(map(smoke_set_named, tags)) <= Counter(smoke_set for smoke_set, _ in made):
        return NOBODY_KNOWS
    return max((created for _, created in made), default=NOBODY_KNOWS)
