"""One variant, built and pushed by the engine of this machine, and its steps left for engines that start empty."""

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path

from hubwright.build import Follow, run_build, run_export
from hubwright.buildx import BuildOrder, HostSettings, build_argv, export_argv
from hubwright.engines.interface import Engine
from hubwright.errors import BuildError, TreeError
from hubwright.frozen import dataclass
from hubwright.pipeline.caching import BuildCache
from hubwright.pipeline.context import readable_context
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.troubles import at_work
from hubwright.progress import BuildProgress
from hubwright.redaction import Redact
from hubwright.tree import DiskTree
from hubwright.variables import secret_variable


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


def build_one(
    order: BuildOrder, destination: Destination, shop: Workshop, *, on_progress: Callable[[BuildProgress], None]
) -> None:
    """Build and push what the order says; TreeError where the repository holds something else by now."""
    variant = order.variant
    if missing := {secret_variable(each) for each in variant.secrets} - set(shop.environment):
        msg = f"{variant.name}: a secret that the matrix names for it has no value; set {' and '.join(sorted(missing))}"
        raise BuildError(msg)
    engine, host = shop.engine(), shop.host.on(variant.foundation)

    def attempt(left: str | None, progress: BuildProgress) -> None:
        with readable_context(order, shop.root) as root:
            _require_unchanged(order, root)
            run_build(
                build_argv(
                    order,
                    buildx=engine.buildx,
                    root=root,
                    host=host,
                    cache=left,
                    builder_pushes=engine.builder_pushes,
                ),
                name=variant.name,
                environment=_environment(engine, destination, shop, host),
                follow=shop.follow,
                progress=progress,
                on_progress=on_progress,
            )

    def fresh() -> BuildProgress:
        return BuildProgress(shop.redact)

    with at_work(engine, variant.name):
        if destination.cache:
            destination.cache.build(variant, attempt, fresh)
        else:
            attempt(None, fresh())


def _require_unchanged(order: BuildOrder, root: Path) -> None:
    """Raise TreeError where a build would put something else under the tag than what its fingerprint was made of."""
    variant = order.variant
    with DiskTree(root) as tree:
        recipe = tree.recipe(variant.folder, variant.dockerfile)
    if recipe != order.recipe:
        msg = (
            f"{variant.name}: {variant.folder} was changed after the plan was made; run again, and leave it as it is "
            "until its images are built"
        )
        raise TreeError(msg)


def leave_steps(
    order: BuildOrder, cache: BuildCache, destination: Destination, shop: Workshop, *, stopped: Callable[[], bool]
) -> None:
    """Leave the steps of a build that is done; all of them are in the engine's own cache now."""
    engine, host = shop.engine(), shop.host.on(order.variant.foundation)
    destination.log_in()

    def export(into: str, left: str | None) -> str | None:
        with readable_context(order, shop.root) as root:
            return run_export(
                export_argv(order, buildx=engine.buildx, root=root, host=host, into=into, cache=left),
                environment=_environment(engine, destination, shop, host),
                follow=shop.follow,
                progress=BuildProgress(shop.redact),
            )

    cache.keep(order.variant, export, stopped=stopped)


def _environment(engine: Engine, destination: Destination, shop: Workshop, host: HostSettings) -> dict[str, str]:
    return {**shop.environment, **engine.environment, **destination.environment, **host.environment()}
