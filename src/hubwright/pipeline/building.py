"""From a plan to images in a registry: what is missing is built, side by side, each as soon as its parent is there."""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Protocol

from hubwright.build import BuildOrder, Follow, HostSettings, build_argv, export_argv, run_build, run_export
from hubwright.engines.interface import Engine
from hubwright.errors import BootstrapError, BuildError, HubwrightError
from hubwright.locking import locked
from hubwright.model import Action, Made, Node, Plan, Published, Recipe
from hubwright.pipeline.caching import BuildCache
from hubwright.progress import BuildProgress
from hubwright.publish import adopt, read_back
from hubwright.registries.interface import Registry
from hubwright.schedule import Aborted, Failed, Result, aside, walk


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Where images go: a registry that can be asked, its host, and what stands before each image's name.

    `environment` is what docker must find in its own to be let in; `log_in` is called before it is started. `cache`
    is for engines that start empty; a registry on this machine has none, as it and the engine's own would only be
    lost together.
    """

    registry: Registry
    host: str
    prefix: str
    environment: Mapping[str, str] = field(default_factory=dict)
    log_in: Callable[[], None] = lambda: None
    cache: BuildCache | None = None

    def repository(self, image: str) -> str:
        return f"{self.prefix}/{image}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """What builds need of this machine.

    `engine` is asked by the first build and not before: a run that finds everything there starts none. `locks` is
    a folder that every run on the machine shares.
    """

    root: Path
    engine: Callable[[], Engine]
    environment: Mapping[str, str]
    host: HostSettings
    locks: Path
    follow: Follow
    workers: int


def publish_once(
    destination: Destination,
    image: str,
    tag: str,
    *,
    locks: Path,
    push: Callable[[str], str],
    given_up: Callable[[], bool] = lambda: False,
) -> tuple[Published, bool]:
    """Return what stands under the tag, and whether it was pushed now; `push` is given the whole reference.

    Runs on one machine do not make the same thing twice; runs on many adopt whichever is first. That is also what
    a push that failed comes down to where the tag does not move and a rival was faster.
    """
    repository, registry = destination.repository(image), destination.registry
    built: str | None = None
    with locked(locks / f"{tag}.lock", given_up=given_up):
        if registry.resolve(repository, tag) is None:
            try:
                built = push(f"{destination.host}/{repository}:{tag}")
            except (BuildError, BootstrapError):
                if registry.resolve(repository, tag) is None:
                    raise
    return adopt(registry, repository, tag, built=built), built is not None


class Watcher(Protocol):
    """Whoever shows people how it goes; called from many threads."""

    def begins(self, name: str, reason: str) -> None: ...

    def moves(self, name: str, progress: BuildProgress) -> None: ...

    def ends(self, name: str, result: Made | HubwrightError) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Building:
    """One run: what it needs from others, in one place.

    `foundation_ref` gives a foundation's image for a platform as a reference by digest; it may take its time.
    """

    recipes: Mapping[str, Recipe]
    foundation_ref: Callable[[str, str], str]
    destination: Destination
    workshop: Workshop
    watcher: Watcher

    def run(self, plan: Plan) -> dict[str, Result[Made]]:
        """Return what became of every node that is to be built or reused, in the order of the plan."""
        nodes = {node.variant.name: node for node in plan.nodes if node.action in {Action.BUILD, Action.REUSE}}
        # What is there already need not wait for its parent.
        stands_on = {name: node.variant.parent if node.action is Action.BUILD else None for name, node in nodes.items()}
        made: dict[str, Made] = {}
        stop, cache = Event(), self.destination.cache

        def act(name: str) -> Made:
            node = nodes[name]
            self.watcher.begins(name, node.reason)
            try:
                result = made[name] = self._make(node, made, stop)
            except HubwrightError as error:
                self.watcher.ends(name, error)
                raise
            self.watcher.ends(name, result)
            if result.built and cache:
                # Beside what comes next: nobody waits for it but the end of the run.
                later(lambda: self._export(cache, node, made, stop))
            return result

        with aside(stop) as later:
            return walk(list(nodes), stands_on, act, workers=self.workshop.workers, stop=stop)

    def _make(self, node: Node, made: Mapping[str, Made], stop: Event) -> Made:
        started = time.monotonic()
        if node.digest is not None:
            # The tag was resolved for the plan; from then on only its digest counts.
            repository = self.destination.repository(node.variant.image)
            published, built = read_back(self.destination.registry, repository, node.digest), False
        else:
            published, built = publish_once(
                self.destination,
                node.variant.image,
                node.fingerprint.tag,
                locks=self.workshop.locks,
                given_up=stop.is_set,
                push=lambda reference: self._build(node, reference, made, stop),
            )
        return Made(published=published, built=built, seconds=time.monotonic() - started)

    def _build(self, node: Node, destination: str, made: Mapping[str, Made], stop: Event) -> str:
        order, shop, engine = self._order(node, destination, made), self.workshop, self.workshop.engine()
        self.destination.log_in()

        def attempt(left: str | None, progress: BuildProgress) -> str:
            with tempfile.TemporaryDirectory(prefix="hubwright-build-") as folder:
                metadata = Path(folder) / "metadata.json"
                return run_build(
                    build_argv(
                        order,
                        buildx=engine.buildx,
                        root=shop.root,
                        host=shop.host,
                        metadata=metadata,
                        cache=left,
                        builder_pushes=engine.builder_pushes,
                    ),
                    name=node.variant.name,
                    metadata=metadata,
                    environment=self._environment(engine),
                    follow=shop.follow,
                    stopped=stop.is_set,
                    progress=progress,
                    on_progress=lambda progress: self.watcher.moves(node.variant.name, progress),
                )

        cache = self.destination.cache
        return cache.build(node.variant, attempt) if cache else attempt(None, BuildProgress())

    def _export(self, cache: BuildCache, node: Node, made: Mapping[str, Made], stop: Event) -> None:
        """Leave the steps of a build that is done; all of them are in the engine's own cache now."""
        order, shop, engine = self._order(node, "", made), self.workshop, self.workshop.engine()
        self.destination.log_in()

        def export(into: str, left: str | None) -> str | None:
            return run_export(
                export_argv(order, buildx=engine.buildx, root=shop.root, host=shop.host, into=into, cache=left),
                environment=self._environment(engine),
                follow=shop.follow,
                stopped=stop.is_set,
            )

        cache.keep(node.variant, export, stopped=stop.is_set)

    def _order(self, node: Node, destination: str, made: Mapping[str, Made]) -> BuildOrder:
        return BuildOrder(
            variant=node.variant,
            fingerprint=node.fingerprint,
            recipe=self.recipes[node.variant.name],
            base_ref=self._base_ref(node, made),
            destination=destination,
        )

    def _environment(self, engine: Engine) -> dict[str, str]:
        shop = self.workshop
        own = (engine.environment, self.destination.environment, shop.host.environment())
        return {**shop.environment, **{name: value for each in own for name, value in each.items()}}

    def _base_ref(self, node: Node, made: Mapping[str, Made]) -> str:
        variant = node.variant
        if variant.parent is None or variant.parent_image is None:
            return self.foundation_ref(variant.foundation, variant.platform)
        repository = self.destination.repository(variant.parent_image)
        return f"{self.destination.host}/{repository}@{made[variant.parent].published.digest}"


def failure_of(results: Mapping[str, Result[Made]]) -> BuildError | None:
    """Return one error that tells every failure in full, and what was not begun because of them."""
    failed = {name: result.error for name, result in results.items() if isinstance(result, Failed)}
    if not failed:
        return None
    aborted = [f"{name} (stands on {r.because_of})" for name, r in results.items() if isinstance(r, Aborted)]
    told = f"; not begun: {', '.join(aborted)}" if aborted else ""
    summary = f"{', '.join(failed)} did not build{told}"
    return BuildError("\n\n".join([*(str(error) for error in failed.values()), summary]))
