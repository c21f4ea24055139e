"""Steps of earlier builds, kept in a registry for an engine that starts empty.

They save time and decide nothing: whatever goes wrong with them is said in a line, and the build goes on without.
"""

from collections.abc import Callable

from hubwright.errors import BuildError, HubwrightError
from hubwright.frozen import dataclass
from hubwright.model import Variant
from hubwright.progress import BuildProgress
from hubwright.registries.interface import Registry
from hubwright.words import shorten

_SHOWN = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildCache:
    """Where they are kept: a repository for each image, and in it a tag for each variant.

    `prepare` makes a repository that is not there yet; it is called before something is written.
    """

    registry: Registry
    host: str
    repository: Callable[[str], str]
    prepare: Callable[[str], object]
    say: Callable[[str], None]

    def build(
        self,
        variant: Variant,
        attempt: Callable[[str | None, BuildProgress], None],
        fresh: Callable[[], BuildProgress],
    ) -> None:
        """Have `attempt` build, given a reference to what to read of the cache, and a fresh record of its progress.

        The builder fetches a layer only when a step needs it, and fails where it is gone by then. So a build that
        failed before any program of its own did is tried again without.
        """
        left, progress = self._find(variant), fresh()
        try:
            attempt(left, progress)
        except BuildError as error:
            if left is None or progress.is_verdict():
                raise
            self._complain(variant, f"could not be read: {error}")
            attempt(None, fresh())
            return
        if why := progress.unread_cache():
            self._complain(variant, f"could not be read: {why}")

    def keep(
        self, variant: Variant, export: Callable[[str, str | None], str | None], *, stopped: Callable[[], bool]
    ) -> None:
        """Leave what was built, by `export`: given where to, and what the build could read, it returns any trouble.

        What the build did not have to fetch of the latter is passed on.
        """
        repository = self.repository(variant.image)
        try:
            self.prepare(repository)
            left, into = self._find(variant), f"{self.host}/{repository}:{variant.name}"
            trouble = export(into, left)
            if trouble and left:
                # One that is broken would keep itself from ever being replaced.
                trouble = export(into, None)
        except HubwrightError as error:
            trouble = str(error)
        if trouble and not stopped():
            self._complain(variant, f"could not be written: {trouble}")

    def _find(self, variant: Variant) -> str | None:
        """Return a reference by digest to what the last build left; None where none did, or nobody can tell."""
        repository = self.repository(variant.image)
        try:
            found = self.registry.resolve(repository, variant.name)
        except HubwrightError as error:
            self._complain(variant, f"could not be looked up: {error}")
            return None
        return f"{self.host}/{repository}@{found.digest}" if found else None

    def _complain(self, variant: Variant, what: str) -> None:
        """Say what is wrong, in a line: the build does not depend on it."""
        self.say(f"note: the build cache of {variant.name} {shorten(' '.join(what.split()), _SHOWN)}")
