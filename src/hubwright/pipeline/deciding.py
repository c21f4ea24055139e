"""Whether each start of a plan is proven, asked of the registry side by side."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from hubwright.pipeline.duties import Duty
from hubwright.proof.decide import Decision
from hubwright.proof.gather import verify
from hubwright.proof.keys import PinnedKey
from hubwright.registries.interface import Referrer, Registry
from hubwright.schedule import Once

# Most of a look is waiting for the registry.
_AT_ONCE = 8


def decide_all(
    registry: Registry, keys: Sequence[PinnedKey], duties: Mapping[str, Duty], digests: Mapping[str, str]
) -> dict[str, Decision]:
    """Return the decision about every offer that `digests` has an image for; both are by the offer's name.

    What refers to an image is asked once for all of its offers.
    """
    lists: dict[tuple[str, str], Once[tuple[Referrer, ...]]] = {}
    for name, digest in digests.items():
        about = duties[name].repository, digest
        lists.setdefault(about, Once(partial(registry.referrers, *about)))

    def decide(name: str) -> Decision:
        expectation = duties[name].expectation(digests[name])
        return verify(registry, expectation, keys, listed=lambda repository, digest: lists[repository, digest]())

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(digests, pool.map(decide, digests), strict=True))
