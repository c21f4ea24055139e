"""What is in images: known exactly when one is built, left beside it, and compared with another one's."""

from collections.abc import Callable, Iterable, Mapping

from hubwright.account import ImageChange
from hubwright.contents.attach import attach_list, attach_sizes, attached_list, list_tag, sizes_tag
from hubwright.contents.difference import KnownImage, difference
from hubwright.contents.document import PackageList
from hubwright.contents.sizes import read_sizes
from hubwright.errors import HubwrightError
from hubwright.frozen import dataclass
from hubwright.model import Matrix, Variant
from hubwright.pipeline.contract import locked_versions
from hubwright.pipeline.destination import Destination
from hubwright.planned import Published
from hubwright.publish import read_back
from hubwright.repository import Repository
from hubwright.roots import BootstrappedRoot, Roots

Say = Callable[[str], None]


def packages_in(repository: Repository, matrix: Matrix, roots: Roots, variant: Variant) -> PackageList:
    """Return what the locks put into an image of the variant; the contract checks hold the image to that."""
    versions = locked_versions(repository, matrix, variant)
    root = roots.get((variant.foundation, variant.platform))
    known = {package.name: package.version for package in root.packages} if isinstance(root, BootstrappedRoot) else {}
    return PackageList(
        variant=variant.name,
        platform=variant.platform,
        debian={**known, **versions.debian},
        python=versions.python,
        complete=versions.complete and isinstance(root, BootstrappedRoot),
    )


def lists_of(repository: Repository, matrix: Matrix, roots: Roots, names: Iterable[str]) -> dict[str, PackageList]:
    """Return the lists of these variants; one whose locks cannot be read has none, and its build says why."""
    lists = {}
    for name in names:
        try:
            lists[name] = packages_in(repository, matrix, roots, matrix.variants[name])
        except HubwrightError:
            continue
    return lists


def leave_list(
    destination: Destination, lists: Mapping[str, PackageList], variant: Variant, published: Published, say: Say
) -> None:
    """Leave the list beside the image; what keeps it from that is said, and takes nothing from the image."""
    if variant.name not in lists:
        return
    repository = destination.repository(variant.image)
    try:
        attach_list(destination.registry, repository, published.digest, lists[variant.name])
    except HubwrightError as error:
        say(f"{variant.name}: the list of its packages was not left beside it: {str(error).splitlines()[0]}")


def leave_sizes(destination: Destination, variant: Variant, digest: str, weigh: Callable[[], bytes], say: Say) -> None:
    """Leave beside the image what its packages take, unless that lies there; what keeps it from that is said.

    `weigh` asks the image itself, which may answer anything.
    """
    repository = destination.repository(variant.image)
    try:
        if destination.registry.resolve(repository, sizes_tag(digest)) is None:
            sizes = read_sizes(weigh(), where=f"the Python of {variant.name}")
            attach_sizes(destination.registry, repository, digest, sizes)
    except HubwrightError as error:
        say(f"{variant.name}: what its packages take was not left beside it: {str(error).splitlines()[0]}")


def complete_lists(
    destination: Destination, matrix: Matrix, lists: Mapping[str, PackageList], digests: Mapping[str, str]
) -> None:
    """Leave the lists that images still lack: those of a run that was killed, or of an older version of ours.

    `digests` are the images that the lists are about, by variant. What is there already is not sent again.
    """
    for name in lists.keys() & digests.keys():
        repository = destination.repository(matrix.variants[name].image)
        if destination.registry.resolve(repository, list_tag(digests[name])) is None:
            attach_list(destination.registry, repository, digests[name], lists[name])


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What is different in an image; `change` is None where that is not known, and `unread` says why, if it can."""

    change: ImageChange | None
    unread: tuple[str, ...] = ()


def compare_images(destination: Destination, repository: str, before: str, after: str) -> Compared:
    """Return what is different between two images of a repository, by what lies beside them in the registry.

    An error here is about the registry or the scan, and never passes for "nothing is different".
    """
    unread: list[str] = []

    def known(digest: str) -> KnownImage | None:
        packages = attached_list(destination.registry, repository, digest)
        if packages is None:
            unread.append(f"{repository}@{digest} has no list of its packages beside it")
            return None
        size = read_back(destination.registry, repository, digest).size
        return KnownImage(digest=digest, size=size, packages=packages, found=_found(digest))

    def _found(digest: str) -> frozenset[str] | None:
        try:
            return destination.found_by_scan(repository, digest)
        except HubwrightError as error:
            unread.append(f"the scan of {repository}@{digest} could not be asked for: {error}")
            return None

    try:
        one, other = known(before), known(after)
    except HubwrightError as error:
        unread.append(str(error))
        one = other = None
    change = difference(one, other) if one and other else None
    return Compared(change=change, unread=tuple(unread))
