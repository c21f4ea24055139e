"""Foundations as images that a build can start from, made when the first build asks and then never again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import assert_never

from hubwright.engines.interface import Engine
from hubwright.errors import BuildError
from hubwright.foundations.bootstrap import bootstrap
from hubwright.foundations.image import push_root, root_labels, root_tag
from hubwright.locking import locked
from hubwright.publish import adopt
from hubwright.registries.interface import Registry
from hubwright.roots import BootstrappedRoot, PulledRoot, Roots


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundationImages:
    """What is needed to make them; `repository` names the one of a foundation, `host` is the registry's."""

    roots: Roots
    engine: Callable[[], Engine]
    registry: Registry
    host: str
    repository: Callable[[str], str]
    cache: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    _lock: Lock = field(default_factory=Lock)

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
                # One at a time in this run, and one run at a time on this machine.
                with self._lock:
                    return self._made(name, platform, root)
            case _:
                assert_never(root)

    def _made(self, name: str, platform: str, root: BootstrappedRoot) -> str:
        repository, tag = self.repository(name), root_tag(root)
        built = None
        with locked(self.cache / "builds" / f"{tag}.lock"):
            if self.registry.resolve(repository, tag) is None:
                tarball = bootstrap(root, platform, cache=self.cache, environment=self.environment, say=self.say)
                self.say(f"pushing foundation {name}")
                built = push_root(
                    self.engine(),
                    tarball,
                    f"{self.host}/{repository}:{tag}",
                    platform=platform,
                    labels=root_labels(name, root),
                    environment=self.environment,
                )
        return f"{self.host}/{repository}@{adopt(self.registry, repository, tag, built=built).digest}"


def _without_tag(reference: str) -> str:
    path, _, last = reference.partition("@")[0].rpartition("/")
    return f"{path}/{last.partition(':')[0]}"
