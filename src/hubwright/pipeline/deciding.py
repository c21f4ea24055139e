"""Whether each start of a plan is proven, asked of the registry side by side."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from hubwright.pipeline.duties import Duty
from hubwright.proof.decide import Decision
from hubwright.proof.gather import verify
from hubwright.proof.keys import PinnedKey
from hubwright.registries.interface import Registry

# Most of a look is waiting for the registry.
_AT_ONCE = 8


def decide_all(
    registry: Registry, keys: Sequence[PinnedKey], duties: Mapping[str, Duty], digests: Mapping[str, str]
) -> dict[str, Decision]:
    """Return the decision about every offer that `digests` has an image for; both are by the offer's name."""

    def decide(name: str) -> Decision:
        return verify(registry, duties[name].expectation(digests[name]), keys)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(digests, pool.map(decide, digests), strict=True))
