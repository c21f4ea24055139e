"""What moved in a night, out of its locks, its images and what is offered now."""

from collections.abc import Collection, Iterable, Mapping

from hubwright.errors import HubwrightError
from hubwright.frozen import dataclass
from hubwright.locks.family import folder_of, images_of
from hubwright.locks.moves import lock_moves
from hubwright.locks.run import Kept, LockFile
from hubwright.model import Matrix
from hubwright.night import ImageDiff, LockDiff, StartDiff, Stayed
from hubwright.offering import Basis, ProfileEntry, Start, Withheld
from hubwright.pipeline.contents import compare_images
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.past import proven_in
from hubwright.planned import Published
from hubwright.proof.history import Interest
from hubwright.proof.record import Record


def lock_diffs(matrix: Matrix, files: Iterable[LockFile]) -> tuple[LockDiff, ...]:
    """Return what moved in the locks that are not as they were."""
    diffs = []
    for file in files:
        if file.moved:
            images = images_of(matrix, folder_of(file.path))
            diffs.append(LockDiff(path=file.path, images=images, new=file.before is None, moves=lock_moves(file)))
    return tuple(diffs)


def stayed(kept: Iterable[Kept]) -> tuple[Stayed, ...]:
    return tuple(Stayed(name=each.name, reason=each.reason, answered=each.answered) for each in kept)


def start_diffs(entries: Iterable[ProfileEntry], before: Mapping[str, str]) -> tuple[StartDiff, ...]:
    """Return every start of the matrix in its order; `before` is the digest it was offered with, by its name."""
    diffs = []
    for entry in entries:
        shown: dict[str, Start | Withheld] = {start.offer.name: start for start in entry.starts}
        shown |= {withheld.offer.name: withheld for withheld in entry.withheld}
        diffs += [_start_diff(shown[offer.name], before.get(offer.name, "")) for offer in entry.profile.offers]
    return tuple(diffs)


def _start_diff(shown: Start | Withheld, before: str) -> StartDiff:
    offered = shown if isinstance(shown, Start) else None
    return StartDiff(
        name=shown.offer.name,
        variant=shown.offer.variant,
        before=before,
        after=offered.proven.digest if offered else "",
        # A pin is somebody's decision, and what was meant.
        today=offered is not None and offered.basis is not Basis.LAST_GOOD,
        reason=shown.reason,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LookBack:
    """The last good image of each start, by its name, and what kept others from being found."""

    digests: Mapping[str, str]
    unread: tuple[str, ...] = ()


def last_good(records: Mapping[str, Record], today: Mapping[str, str]) -> LookBack:
    """Return for each start the newest image that was proven for it and is not today's; `today` is by the start."""
    digests: dict[str, str] = {}
    unread: list[str] = []
    for name, record in records.items():
        try:
            others = [each.digest for each in proven_in(record, of=name) if each.digest != today.get(name)]
        except HubwrightError as error:
            unread.append(str(error))
            continue
        digests |= {name: others[0]} if others else {}
    return LookBack(digests=digests, unread=tuple(unread))


def interest_in_last_good(today: Mapping[str, str]) -> Interest:
    """Return what `last_good` has to know of the past; `today` is by the start."""

    def has(name: str, record: Record, unread: str) -> bool:
        others = (proof.claim for proof in record.proven if proof.claim.digest != today.get(name))
        return any(claim.finished_on > unread for claim in others)

    return Interest(enough=lambda found, unread: all(has(name, record, unread) for name, record in found.items()))


def image_diffs(
    matrix: Matrix, destination: Destination, images: Mapping[str, Published], before: Mapping[str, str]
) -> tuple[ImageDiff, ...]:
    """Return what is different in each variant's image of today since the ones that its starts had before.

    `images` are by variant, `before` the digests by start.
    """
    pairs: dict[tuple[str, str], None] = {}
    for profile in matrix.profiles:
        for offer in profile.offers:
            was, now = before.get(offer.name), images.get(offer.variant)
            if was and now and was != now.digest:
                pairs[offer.variant, was] = None
    return tuple(_image_diff(matrix, destination, name, was, images[name]) for name, was in pairs)


def _image_diff(matrix: Matrix, destination: Destination, name: str, was: str, now: Published) -> ImageDiff:
    repository = destination.repository(matrix.variants[name].image)
    compared = compare_images(destination, repository, was, now.digest)
    return ImageDiff(
        variant=name, before=was, after=now.digest, size=now.size, change=compared.change, unread=compared.unread
    )


def unknown_before(matrix: Matrix, built: Collection[str], before: Mapping[str, str]) -> list[str]:
    """Return the starts of images that were built now of which nobody here knows what they were offered with."""
    return [
        offer.name
        for profile in matrix.profiles
        for offer in profile.offers
        if offer.variant in built and offer.name not in before
    ]
