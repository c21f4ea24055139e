"""What is different between two images, from what is known of each: decided from values alone."""

from collections.abc import Iterator, Mapping

from hubwright.account import ImageChange, PackageMove
from hubwright.contents.document import PackageList
from hubwright.frozen import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownImage:
    """An image by its digest, its size in the registry, and its packages.

    `found` are the vulnerabilities that a scan found in it, None where there is no scan of it.
    """

    digest: str
    size: int
    packages: PackageList
    found: frozenset[str] | None = None


def moves(before: Mapping[str, str], after: Mapping[str, str], *, kind: str) -> Iterator[PackageMove]:
    """Yield every package that is not as it was, by name."""
    for name in sorted({*before, *after}):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            yield PackageMove(kind=kind, name=name, before=was, after=now)


def difference(before: KnownImage, after: KnownImage) -> ImageChange:
    """Return what is different in the image since the one before."""
    moved = (
        *moves(before.packages.debian, after.packages.debian, kind="debian"),
        *moves(before.packages.python, after.packages.python, kind="python"),
    )
    scanned = before.found is not None and after.found is not None
    had, has = (before.found or frozenset(), after.found or frozenset()) if scanned else (frozenset(), frozenset())
    return ImageChange(
        since=before.digest,
        size_before=before.size,
        moved=moved,
        scanned=scanned,
        fixed=tuple(sorted(had - has)),
        appeared=tuple(sorted(has - had)),
    )
