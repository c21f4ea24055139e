"""The checks of `hubwright doctor`, put together from the matrix and from what the command line found around it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from hubwright.aptsources import private_sources, release_addresses
from hubwright.debian import codename
from hubwright.doctor import contents, machine, registry
from hubwright.doctor.interface import Check, Outcome, fail, not_asked, ok
from hubwright.engines.docker import DockerEngine
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.errors import HubwrightError, UsageError
from hubwright.frozen import dataclass
from hubwright.locks.family import folder_of
from hubwright.locks.outside import OpenRegistry, read_reference
from hubwright.locks.targets import find_targets
from hubwright.model import Source
from hubwright.pipeline.planning import Prepared
from hubwright.proxies import Proxies
from hubwright.registries.interface import Janitor
from hubwright.registries.oci import OciRegistry
from hubwright.roots import PulledRoot
from hubwright.schedule import Once
from hubwright.sources import unreachable

# Long enough for AWS to be asked before, and for the probe's steps and taking them back at their worst.
_REGISTRY_S = 60.0
_PROBE_S = 150.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What the command line knows of the machine.

    `bundle` and `settings` are the files that builds get as secrets. What a variable names and is not there is in
    `lost_bundles` and `lost_settings`. `proxies` is what is wrong with the variables where they are not understood.
    """

    docker: DockerEngine
    embedded: EmbeddedEngine
    environment: Mapping[str, str]
    cache: Path
    bundle: Path | None
    settings: Mapping[str, Path]
    lost_bundles: Mapping[str, str]
    lost_settings: Mapping[str, str]
    proxies: Proxies | UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A registry that runs, and who deletes there."""

    client: OciRegistry
    janitor: Janitor
    host: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """The registry that images would go to.

    `open` gives None where it does not run; `scratch` is the repository that is tried out, and `make_scratch` has it
    there. `first` are checks that have to be in order before it is opened, the last of them named by `after`.
    """

    open: Callable[[], Opened | None]
    scratch: str
    make_scratch: Callable[[], object] = lambda: None
    advice: str
    first: tuple[Check, ...] = ()
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """How what lies outside is asked: sources and mirrors by their address, registries by their host."""

    addresses: Mapping[str, str]
    answers: Callable[[str], str | None]
    open_registry: OpenRegistry
    etc: Path = field(default=Path("/etc"))


def machine_checks(around: Machine) -> list[Check]:
    """Return what is looked at on every machine, whatever the matrix says."""
    engine = Once(lambda: around.docker.find() or around.embedded.find())

    return [
        Check(name="engine", ask=lambda: machine.engine_outcome(engine(), around.embedded)),
        Check(name="buildx", ask=lambda: machine.ask_buildx(engine(), around.environment), after="engine"),
        Check(
            name="engine disk",
            ask=lambda: machine.ask_engine_disk(engine(), around.embedded, around.environment),
            after="engine",
        ),
        Check(name="cache disk", ask=lambda: machine.ask_disk(around.cache)),
        Check(name="certificates", ask=lambda: machine.certificates_outcome(around.bundle, around.lost_bundles)),
        Check(
            name="package settings",
            ask=lambda: machine.configuration_outcome(around.settings, around.lost_settings),
        ),
        Check(name="proxies", ask=lambda: _proxies(around.proxies)),
    ]


def _proxies(proxies: Proxies | UsageError) -> Outcome:
    if isinstance(proxies, UsageError):
        return fail(str(proxies))
    return machine.ask_proxies(proxies)


def registry_checks(candidate: Candidate, *, mark: str, clock: Callable[[], float]) -> list[Check]:
    """Return what is looked at in the registry; `mark` makes what is pushed there this run's own."""
    opened = Once(candidate.open)

    def ask() -> Outcome:
        here = opened()
        return registry.ask_registry(here.client, here.host, candidate.scratch) if here else registry.not_running()

    def try_out() -> Outcome:
        here = opened()
        if here is None:
            return registry.not_running()
        candidate.make_scratch()
        return registry.ask_probe(
            here.client, here.janitor, candidate.scratch, mark=mark, clock=clock, advice=candidate.advice
        )

    return [
        *candidate.first,
        Check(name="registry", ask=ask, after=candidate.after, deadline_s=_REGISTRY_S),
        Check(name="proofs", ask=try_out, after="registry", deadline_s=_PROBE_S, takes_back=True),
    ]


def content_checks(prepared: Prepared, holds: Callable[[str], bool], outside: Outside) -> list[Check]:
    """Return what is looked at for what the matrix makes images of."""
    locks, withheld = _locks(prepared, holds), prepared.missing.values()
    return [
        Check(name="locks", ask=lambda: contents.locks_outcome(locks, prepared.unlocked.values(), withheld)),
        *(_source(prepared.matrix.sources[name], outside) for name in sorted(prepared.matrix.sources)),
        *(
            _foundation(prepared, foundation, platform, outside)
            for foundation, platform in sorted({(v.foundation, v.platform) for v in prepared.matrix.variants.values()})
        ),
    ]


def unread(error: HubwrightError, names: Sequence[str]) -> list[Check]:
    """Return what is said where the repository cannot be read, and so nothing can be asked about what it names."""
    return [
        Check(name="matrix", ask=lambda: fail(str(error))),
        *(Check(name=name, ask=lambda: not_asked("the matrix names it"), after="matrix") for name in names),
    ]


def matrix_check(prepared: Prepared) -> Check:
    matrix = prepared.matrix
    images = len({variant.image for variant in matrix.variants.values()})
    seen = f"{len(matrix.variants)} variants of {images} image{'s' * (images != 1)}"
    profiles = f"{len(matrix.profiles)} profile{'s' * (len(matrix.profiles) != 1)}"
    return Check(name="matrix", ask=lambda: ok(f"{seen}, {profiles}"))


def _locks(prepared: Prepared, holds: Callable[[str], bool]) -> dict[str, bool]:
    """Return for each lock whether it is there, without those whose absence withholds their image and nothing else."""
    targets = find_targets(prepared.matrix, frozenset(prepared.matrix.variants), holds)
    paths = [*(target.lock for target in targets.python), *(target.lock for target in targets.apt)]
    withheld = {prepared.matrix.variants[name].folder for name in prepared.missing}
    there = {path: holds(path) for path in paths}
    return {path: held for path, held in there.items() if held or folder_of(path) not in withheld}


def _source(source: Source, outside: Outside) -> Check:
    def ask() -> Outcome:
        reasons = unreachable([source], outside.addresses, outside.answers)
        return contents.ask_source(reasons, source.name, outside.addresses.get(source.name))

    return Check(name=f"source {source.name}", ask=ask)


def _foundation(prepared: Prepared, name: str, platform: str, outside: Outside) -> Check:
    """Look for what the lock names; where there is none, for what would be locked."""

    def ask() -> Outcome:
        root, foundation = prepared.roots.get((name, platform)), prepared.matrix.foundations[name]
        if isinstance(root, PulledRoot):
            parts = read_reference(root.reference)
            return contents.ask_pulled(outside.open_registry(parts.host), parts.host, parts.repository, root.digest)
        if foundation.suite is None:
            return not_asked("it is not locked yet, so nothing is known that could be there", "See `locks`")
        sources = private_sources(outside.etc, release=codename(outside.etc), suite=foundation.suite)
        return contents.ask_mirrors(foundation.suite, release_addresses(sources), outside.answers)

    return Check(name=f"foundation {name} ({platform})", ask=ask)
