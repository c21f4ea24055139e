"""What the proof of every start of a plan has to be about."""

from collections.abc import Mapping
from typing import cast

from hubwright.fingerprint import shape_fingerprint
from hubwright.frozen import dataclass
from hubwright.pipeline.destination import Destination
from hubwright.planned import Fingerprint, Plan
from hubwright.proof.decide import Expectation
from hubwright.verdicts import expected_trials


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """All that a proof of one start has to name, but for the digest of the image.

    `repository` is without its host; the hashes are hexadecimal. `notebooks` are hashes, and `kernels` those that the
    notebooks run in.
    """

    repository: str
    smoke_set: str
    shape: str
    fingerprint: str
    platform: str
    notebooks: Mapping[str, str]
    kernels: frozenset[str]

    def expectation(self, digest: str) -> Expectation:
        """Return what has to be proven of the image with this digest."""
        return Expectation(
            image=self.repository, digest=digest, smoke_set=self.smoke_set, tests=expected_trials(self.notebooks)
        )


def duties(plan: Plan, destination: Destination) -> dict[str, Duty]:
    """Return the duty of every planned offer, by the offer's name."""
    nodes = {node.variant.name: node for node in plan.nodes}
    made = {}
    for planned in plan.offers:
        node = nodes[planned.offer.variant]
        notebooks = _notebooks(planned.smoke_set)
        made[planned.offer.name] = Duty(
            repository=destination.repository(node.variant.image),
            smoke_set=planned.smoke_set.hex,
            shape=shape_fingerprint(planned.offer.shape).hex,
            fingerprint=node.fingerprint.hex,
            platform=node.variant.platform,
            notebooks={name: sha256 for name, (sha256, _) in notebooks.items()},
            kernels=frozenset(kernel for _, kernel in notebooks.values()),
        )
    return made


def _notebooks(smoke_set: Fingerprint) -> Mapping[str, tuple[str, str]]:
    """Return the hash and the kernel of each notebook of a smoke set: those that its own hash was made of."""
    return cast("Mapping[str, tuple[str, str]]", smoke_set.parts["notebooks"])
