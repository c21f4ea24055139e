"""From a plan to images in a registry: what is missing is built, side by side, each as soon as its parent is there."""

import time
from collections.abc import Callable, Iterable, Mapping
from threading import Event

from hubwright.buildx import BuildOrder
from hubwright.errors import BuildError, HubwrightError
from hubwright.frozen import dataclass
from hubwright.model import Variant
from hubwright.pipeline.caching import BuildCache
from hubwright.pipeline.destination import Destination, publish_once
from hubwright.pipeline.making import Workshop, build_one, leave_steps
from hubwright.pipeline.troubles import explained
from hubwright.pipeline.watching import Watcher
from hubwright.planned import Action, Made, Node, Plan, Published, Recipe
from hubwright.publish import read_back
from hubwright.schedule import Aborted, Failed, Result, aside, walk
from hubwright.stopping import stoppable


@dataclass(frozen=True, kw_only=True, slots=True)
class Building:
    """One run: what it needs from others, in one place.

    `foundation_ref` gives a foundation's image for a platform as a reference by digest; it may take its time.
    `finished` is told at once what the registry has of a variant. `built` is told of those that were built now, beside
    what comes next.
    """

    recipes: Mapping[str, Recipe]
    foundation_ref: Callable[[str, str], str]
    destination: Destination
    workshop: Workshop
    watcher: Watcher
    finished: Callable[[str, Published], None] = lambda _name, _published: None
    built: Callable[[Variant, Published], None] = lambda _variant, _published: None

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
            if result.built:
                # Beside what comes next: nobody waits for it but the end of the run.
                later(lambda: self.built(node.variant, result.published))
                if cache:
                    later(lambda: self._leave(cache, node, made, stop))
            return result

        try:
            with aside(stop) as later:
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

    def _build(self, node: Node, reference: str, made: Mapping[str, Made]) -> None:
        build_one(
            self._order(node, reference, made),
            self.destination,
            self.workshop,
            on_progress=lambda progress: self.watcher.moves(node.variant.name, progress),
        )

    def _leave(self, cache: BuildCache, node: Node, made: Mapping[str, Made], stop: Event) -> None:
        with stoppable(stop.is_set):
            order = self._order(node, "", made)
            leave_steps(order, cache, self.destination, self.workshop, stopped=stop.is_set)

    def _order(self, node: Node, reference: str, made: Mapping[str, Made]) -> BuildOrder:
        return BuildOrder(
            variant=node.variant,
            fingerprint=node.fingerprint,
            recipe=self.recipes[node.variant.name],
            base_ref=self._base_ref(node, made),
            destination=reference,
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
