"""What was ever proven of the images behind a matrix's starts: where a last good comes from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, replace
from functools import partial

from hubwright.errors import HubwrightError, ProofUnknownError
from hubwright.fingerprint import shape_fingerprint
from hubwright.frozen import dataclass
from hubwright.labels import VARIANT
from hubwright.model import Matrix, Offer, Variant
from hubwright.offering import Evidence, Proven
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.emitting import proven_of
from hubwright.planned import Plan, PlannedOffer
from hubwright.proof.decide import Reason
from hubwright.proof.examine import Proof
from hubwright.proof.history import EVERYTHING, Interest, look_back
from hubwright.proof.keys import PinnedKey
from hubwright.proof.record import Record
from hubwright.publish import labels_of

_WORKERS = 8
# Who wants to know more asks for one profile.
_TOLD = 3


def records(
    offers: Iterable[Offer],
    matrix: Matrix,
    destination: Destination,
    keys: Sequence[PinnedKey],
    *,
    clock: Callable[[], float],
    interest: Interest = EVERYTHING,
) -> dict[str, Record]:
    """Return for each offer, by its name, what was ever said about its image and its shape; less, if that is enough.

    What `interest` is asked about is by the name of the offer too: those of one image, as far as they were read.

    Each repository is asked once. An image that has one variant takes whatever its repository holds for its platform,
    be it of an earlier version; of an image that has several, each takes only its own: a choice that says 4.1.1 must
    not start 4.0.1.
    """
    by_image: dict[str, list[Offer]] = {}
    for offer in offers:
        by_image.setdefault(matrix.variants[offer.variant].image, []).append(offer)
    found: dict[str, Record] = {}
    for image, of_image in by_image.items():
        repository = destination.repository(image)
        family = [each for each in matrix.variants.values() if each.image == image]
        parts = _Parts(
            variants={offer.name: matrix.variants[offer.variant] for offer in of_image},
            shapes={offer.name: shape_fingerprint(offer.shape).hex for offer in of_image},
            names=_Names(destination=destination, repository=repository) if len(family) > 1 else None,
        )
        told = look_back(
            destination.registry,
            repository,
            shapes=sorted(set(parts.shapes.values())),
            keys=keys,
            clock=clock,
            interest=Interest(digests=interest.digests, enough=partial(_is_enough, interest, parts)),
        )
        found |= parts.of(told)
    return found


def _is_enough(interest: Interest, parts: "_Parts", told: Mapping[str, Record], unread: str) -> bool:
    return interest.enough(parts.of(told), unread)


def proven_in(record: Record, *, of: str) -> tuple[Proven, ...]:
    """Return the proofs of the record, the newest first; ProofUnknownError where there may be others."""
    if record.unknown:
        told = "\n".join(f"  {reason}" for reason in record.unknown[:_TOLD])
        more = f"\n  and {len(record.unknown) - _TOLD} more" if len(record.unknown) > _TOLD else ""
        msg = f"what was proven of {of} cannot be told, because not everything could be read:\n{told}{more}"
        raise ProofUnknownError(msg)
    return tuple(proven_of(proof) for proof in record.proven)


def evidence_of(plan: Plan, past: Mapping[str, Record], repositories: Mapping[str, str]) -> list[Evidence]:
    """Return what is known of the plan's offers from the past alone, in which today's proofs stand as well.

    The records and the repositories are by the offer's name.

    It is as good as a decision about today, but for one thing: which tests there have to be in a proof is not looked
    at. Good for people who look; what a hub is given is decided on.
    """
    digests = {node.variant.name: node.digest for node in plan.nodes}
    found = []
    for planned in plan.offers:
        digest = digests[planned.offer.variant]
        record = past[planned.offer.name]
        proven = proven_in(record, of=planned.offer.name)
        ours = [each for each in proven if (each.digest, each.smoke_set) == (digest, planned.smoke_set.hex)]
        today = next((each for each in ours if each.hardware), ours[0] if ours else None)
        found.append(
            Evidence(
                offer=planned.offer,
                repository=repositories[planned.offer.name],
                digest=digest,
                today=today,
                reason="" if today else _why_not(planned, digest, record),
                past=proven,
            )
        )
    return found


def _why_not(planned: PlannedOffer, digest: str | None, record: Record) -> str:
    if digest is None:
        return "today's image is not in the registry; `hubwright build` builds it"
    today = (digest, planned.smoke_set.hex)
    if any((proof.claim.digest, proof.claim.smoke_set) == today for proof in record.failed):
        return "today's image failed its rehearsal"
    return "today's image is not proven with today's smoke set; `hubwright build` rehearses it"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Names:
    """The variant that each image says it is, none where it does not; each is asked once."""

    destination: Destination
    repository: str
    known: dict[str, str | Reason] = field(default_factory=dict)

    def of(self, told: Iterable[Record]) -> Mapping[str, str | Reason]:
        """Return it for every image that something was said about, by its digest."""
        about = {proof.claim.digest for record in told for proof in (*record.proven, *record.failed)}
        digests = sorted(about - self.known.keys())
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="variants") as pool:
            self.known.update(zip(digests, pool.map(self._name, digests), strict=True))
        return self.known

    def _name(self, digest: str) -> str | Reason:
        try:
            return labels_of(self.destination.registry, self.repository, digest).get(VARIANT, "")
        except HubwrightError as error:
            return Reason(where=digest, why=str(error))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    """What of a repository's records is whose, by the offer's name; `names` are there where there are several."""

    variants: Mapping[str, Variant]
    shapes: Mapping[str, str]
    names: _Names | None

    def of(self, told: Mapping[str, Record]) -> dict[str, Record]:
        """Return each offer's record out of those of the shapes."""
        names = self.names.of(told.values()) if self.names else None
        return {name: _of_variant(told[self.shapes[name]], variant, names) for name, variant in self.variants.items()}


def _of_variant(record: Record, variant: Variant, names: Mapping[str, str | Reason] | None) -> Record:
    """Return the part of the record that is the variant's; `names` are those of several, by the image's digest."""

    def is_its(proof: Proof) -> bool:
        named = names is None or names[proof.claim.digest] == variant.name
        return named and proof.claim.platform == variant.platform

    unread = [name for name in (names or {}).values() if isinstance(name, Reason)]
    return replace(
        record,
        proven=tuple(filter(is_its, record.proven)),
        failed=tuple(filter(is_its, record.failed)),
        unknown=(*record.unknown, *unread),
    )
