"""Foundations as images that a build can start from, made when the first build asks and then never again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import assert_never

from hubwright.errors import BuildError
from hubwright.frozen import dataclass
from hubwright.pipeline.destination import Destination, publish_once
from hubwright.pipeline.making import Workshop
from hubwright.pipeline.troubles import at_work
from hubwright.roots import BootstrappedRoot, PulledRoot, Roots, root_image


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundationImages:
    """What is needed to make them: what is locked, where they go, and what they are made with."""

    roots: Roots
    destination: Destination
    workshop: Workshop
    cache: Path
    say: Callable[[str], None]

    def ref(self, name: str, platform: str) -> str:
        """Return the foundation's image for the platform as a reference by digest."""
        root = self.roots.get((name, platform))
        match root:
            case None:
                msg = f"foundation {name} is not locked for {platform}; run `hubwright lock`"
                raise BuildError(msg)
            case PulledRoot():
                return f"{_without_tag(root.reference)}@{root.digest}"
            case BootstrappedRoot():
                return self._made(name, platform, root)
            case _:
                assert_never(root)

    def _made(self, name: str, platform: str, root: BootstrappedRoot) -> str:
        # Only the first build on a foundation makes it.
        from hubwright.foundations.bootstrap import bootstrap  # noqa: PLC0415 - see above
        from hubwright.foundations.image import push_root, root_labels, root_tag  # noqa: PLC0415 - see above

        image, environment = root_image(name), {**self.workshop.environment, **self.destination.environment}

        def push(reference: str) -> None:
            # An engine that has to be set up first takes as long as the root, and needs nothing of it. It is given up
            # where the run is, which a thread of its own would not hear of.
            with ThreadPoolExecutor(1) as pool:
                coming = pool.submit(copy_context().run, self.workshop.engine)
                tarball = bootstrap(root, platform, cache=self.cache, environment=environment, say=self.say)
            self.say(f"pushing foundation {name}")
            labels, engine = root_labels(name, root), coming.result()
            with at_work(engine, image):
                push_root(engine, tarball, reference, platform=platform, labels=labels, environment=environment)

        published, _ = publish_once(self.destination, image, root_tag(root), locks=self.workshop.locks, push=push)
        return f"{self.destination.host}/{self.destination.repository(image)}@{published.digest}"


def _without_tag(reference: str) -> str:
    path, _, last = reference.partition("@")[0].rpartition("/")
    return f"{path}/{last.partition(':')[0]}"
