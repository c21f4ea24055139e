"""From a plan to images in a registry: what is missing is built, side by side, each as soon as its parent is there."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Protocol

from hubwright.build import BuildOrder, Follow, HostSettings, build_argv, run_build, secret_variable
from hubwright.engines.interface import Engine
from hubwright.errors import BuildError, HubwrightError
from hubwright.model import Action, Made, Node, Plan, Published, Recipe
from hubwright.pipeline.destination import Destination, publish_once
from hubwright.pipeline.troubles import at_work, explained
from hubwright.progress import Movement
from hubwright.publish import read_back
from hubwright.redaction import Redact
from hubwright.schedule import Aborted, Failed, Result, walk
from hubwright.stopping import stoppable


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """What builds need of this machine.

    `engine` is asked by the first build and not before: a run that finds everything there starts none. `locks` is
    a folder that every run on the machine shares. `redact` hides secrets in what builds print. `disks` are places that
    a failure may be due to, by what is in them.
    """

    root: Path
    engine: Callable[[], Engine]
    environment: Mapping[str, str]
    host: HostSettings
    locks: Path
    follow: Follow
    workers: int
    redact: Redact = str
    disks: Mapping[str, Path] = field(default_factory=dict)


class Watcher(Protocol):
    """Whoever shows people how it goes; called from many threads."""

    def begins(self, name: str, reason: str) -> None: ...

    def moves(self, name: str, progress: Movement) -> None: ...

    def ends(self, name: str, result: Made | HubwrightError) -> None: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Building:
    """One run: what it needs from others, in one place.

    `foundation_ref` gives a foundation's image for a platform as a reference by digest; it may take its time.
    `finished` is told at once what the registry has of a variant.
    """

    recipes: Mapping[str, Recipe]
    foundation_ref: Callable[[str, str], str]
    destination: Destination
    workshop: Workshop
    watcher: Watcher
    finished: Callable[[str, Published], None] = lambda _name, _published: None

    def run(self, plan: Plan) -> dict[str, Result[Made]]:
        """Return what became of every node that is to be built or reused, in the order of the plan."""
        nodes = {node.variant.name: node for node in plan.nodes if node.action in {Action.BUILD, Action.REUSE}}
        # What is there already need not wait for its parent.
        stands_on = {name: node.variant.parent if node.action is Action.BUILD else None for name, node in nodes.items()}
        made: dict[str, Made] = {}
        stop = Event()

        def act(name: str) -> Made:
            node = nodes[name]
            self.watcher.begins(name, node.reason)
            try:
                with stoppable(stop.is_set):
                    result = made[name] = self._make(node, made)
            except (HubwrightError, OSError) as error:
                told = explained(error, self.workshop.disks)
                if told is None:
                    raise
                self.watcher.ends(name, told)
                raise told from error
            self.watcher.ends(name, result)
            self.finished(name, result.published)
            return result

        try:
            return walk(list(nodes), stands_on, act, workers=self.workshop.workers, stop=stop)
        except BaseException as error:
            error.add_note(_progress(nodes, made))
            raise

    def _make(self, node: Node, made: Mapping[str, Made]) -> Made:
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
                push=lambda reference: self._build(node, reference, made),
            )
        return Made(published=published, built=built, seconds=time.monotonic() - started)

    def _build(self, node: Node, destination: str, made: Mapping[str, Made]) -> None:
        name = node.variant.name
        order = BuildOrder(
            variant=node.variant,
            fingerprint=node.fingerprint,
            recipe=self.recipes[name],
            base_ref=self._base_ref(node, made),
            destination=destination,
        )
        shop = self.workshop
        if missing := {secret_variable(each) for each in node.variant.secrets} - set(shop.environment):
            msg = f"{name}: a secret that the matrix names for it has no value; set {' and '.join(sorted(missing))}"
            raise BuildError(msg)
        host = shop.host.on(node.variant.foundation)
        engine = shop.engine()
        with at_work(engine, name):
            run_build(
                build_argv(order, buildx=engine.buildx, root=shop.root, host=host),
                name=name,
                environment={
                    **shop.environment,
                    **engine.environment,
                    **self.destination.environment,
                    **host.environment(),
                },
                follow=shop.follow,
                redact=shop.redact,
                on_progress=lambda progress: self.watcher.moves(name, progress),
            )

    def _base_ref(self, node: Node, made: Mapping[str, Made]) -> str:
        variant = node.variant
        if variant.parent is None or variant.parent_image is None:
            return self.foundation_ref(variant.foundation, variant.platform)
        repository = self.destination.repository(variant.parent_image)
        return f"{self.destination.host}/{repository}@{made[variant.parent].published.digest}"


def _progress(nodes: Iterable[str], made: Mapping[str, Made]) -> str:
    there = ", ".join(made) or "nothing"
    rest = ", ".join(name for name in nodes if name not in made) or "nothing"
    return f"in the registry: {there}; not finished: {rest}. Run it again to go on"


def failure_of(results: Mapping[str, Result[Made]]) -> BuildError | None:
    """Return one error that tells every failure in full, and what was not begun because of them."""
    failed = {name: result.error for name, result in results.items() if isinstance(result, Failed)}
    if not failed:
        return None
    aborted = [f"{name} (stands on {r.because_of})" for name, r in results.items() if isinstance(r, Aborted)]
    told = f"; not begun: {', '.join(aborted)}" if aborted else ""
    summary = f"{', '.join(failed)} did not build{told}"
    return BuildError("\n\n".join([*(str(error) for error in failed.values()), summary]))
