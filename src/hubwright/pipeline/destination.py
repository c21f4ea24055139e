"""Where images go, and how one gets there once, whoever else is at it."""

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path

from hubwright.errors import BootstrapError, BuildError, HubwrightError
from hubwright.frozen import dataclass
from hubwright.locking import locked
from hubwright.pipeline.caching import BuildCache
from hubwright.planned import Published
from hubwright.publish import adopt
from hubwright.registries.interface import ListingRegistry, Registry


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """A registry that can be asked, its host, and what stands before each image's name.

    `environment` is what docker must find in its own to be let in. `log_in` is called before it is started, and
    returns what it is let in with: something else once that was renewed. `cache` is for engines that start empty; a
    registry on this machine has none, as it and the engine's own would only be lost together. `found_by_scan` gives
    the vulnerabilities in the image of a repository and a digest, None where nobody scanned it.
    """

    registry: ListingRegistry
    host: str
    prefix: str
    environment: Mapping[str, str] = field(default_factory=dict)
    log_in: Callable[[], object] = lambda: None
    cache: BuildCache | None = None
    found_by_scan: Callable[[str, str], frozenset[str] | None] = lambda _repository, _digest: None

    def repository(self, image: str) -> str:
        return f"{self.prefix}/{image}"


def publish_once(
    destination: Destination, image: str, tag: str, *, locks: Path, push: Callable[[str], None]
) -> tuple[Published, bool]:
    """Return what stands under the tag, and whether it was pushed now; `push` is given the whole reference.

    Runs on one machine do not make the same thing twice; runs on many adopt whichever is first. That is also what
    a push that failed comes down to where the tag does not move and a rival was faster. A push whose login ended
    under way is made once more.
    """
    repository, registry = destination.repository(image), destination.registry
    reference = f"{destination.host}/{repository}:{tag}"
    pushed = False
    with locked(locks / f"{tag}.lock"):
        if registry.resolve(repository, tag) is None:
            login = destination.log_in()
            try:
                push(reference)
                pushed = True
            except (BuildError, BootstrapError) as failure:
                # docker reads its login once. Our own look renews it where it has ended, and docker gets that.
                if not _is_there(registry, repository, tag, failure):
                    if destination.log_in() == login:
                        raise
                    push(reference)
                    pushed = True
    return adopt(registry, repository, tag, pushed=pushed), pushed


def _is_there(registry: Registry, repository: str, tag: str, failure: BuildError | BootstrapError) -> bool:
    """Return whether somebody else's is there; where nobody can say, the push's own failure is told first."""
    try:
        return registry.resolve(repository, tag) is not None
    except HubwrightError as error:
        msg = f"{failure}\n{error}"
        raise BuildError(msg) from failure
