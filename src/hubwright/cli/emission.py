"""From what is proven to the files that a hub reads, for the commands that write them."""

import os
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from hubwright.cli.folders import cache_folder
from hubwright.cli.installer import uv_of_host
from hubwright.cli.today import today
from hubwright.cli.trust import Trust
from hubwright.emit.before import offered_before
from hubwright.emit.choose import failures
from hubwright.emit.hub import LIST_FILE, VALUES_FILE, Emitted, emit
from hubwright.emit.write import write_files, written
from hubwright.errors import BuildError, HubwrightError, LastGoodError, WithheldError
from hubwright.frozen import dataclass
from hubwright.model import Chart, Matrix, Offer
from hubwright.offering import Basis, Pin, ProfileEntry, Proven
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.emitting import entries_of, evidence_today
from hubwright.pipeline.past import proven_in, records
from hubwright.proof.decide import Decision
from hubwright.proof.history import Interest
from hubwright.rehearse.hub.environment import Installer, hub_python
from hubwright.report.emission import emission_closing, emission_table
from hubwright.report.table import print_tables

_CHECK_S = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Consumers:
    """Who is asked before anything is written: the KubeSpawner of each chart, and perhaps the team's own chart.

    Whoever was named by somebody is asked even where there is nothing to write.
    """

    charts: tuple[Chart, ...]
    folder: Path | None = None
    named: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What was found out about every start, by the offer's name; `digests` are by variant."""

    digests: Mapping[str, str]
    decisions: Mapping[str, Decision]
    reasons: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Emission:
    """What has to be written, and what became of it; `before` is what was offered until now."""

    entries: tuple[ProfileEntry, ...]
    emitted: Emitted
    before: Mapping[str, str]
    changed: bool


def emit_profiles(
    matrix: Matrix,
    destination: Destination,
    trust: Trust,
    known: Known,
    pins: Mapping[str, Pin],
    *,
    out: Path,
    consumers: Consumers,
) -> Emission:
    """Write what a hub reads, once everybody who reads it was asked; an error leaves what was there as it was."""
    evidence = evidence_today(
        matrix, destination, digests=known.digests, decisions=known.decisions, reasons=known.reasons
    )
    entries = entries_of(
        matrix,
        evidence,
        pins=pins,
        look_back=lambda offers, interest: _look_back(offers, interest, matrix, destination, trust),
        today=today().isoformat(),
    )
    if failure := failures(entries):
        raise failure
    emitted = emit(entries, matrix, destination.host)
    held = {name: written(out / name) for name in emitted.files}
    changed = held != emitted.files
    if changed or consumers.named:
        _ask_consumers(entries, emitted, destination.host, consumers)
    _ask_for_images(entries, destination)
    write_files(out, emitted.files)
    return Emission(entries=entries, emitted=emitted, before=offered_before(held[LIST_FILE]), changed=changed)


def show_emission(emission: Emission, out: Path, *, seconds: float) -> None:
    """Print what is offered now, what changes by that, and where it was written."""
    table = emission_table(emission.entries, emission.before, today())
    paths = [str(out / name) for name in sorted(emission.emitted.files, key=lambda name: name != VALUES_FILE)]
    print_tables([table], emission_closing(emission.entries, paths, changed=emission.changed, seconds=seconds))


def wrong_with_emission(entries: Collection[ProfileEntry]) -> list[HubwrightError]:
    """Return what a strict run does not put up with: what is withheld, then what is offered with an older image."""
    wrong: list[HubwrightError] = []
    if withheld := [each for entry in entries for each in entry.withheld]:
        wrong.append(WithheldError("; ".join(f"{each.offer.name}: {each.reason}" for each in withheld)))
    if old := [start for entry in entries for start in entry.starts if start.basis is Basis.LAST_GOOD]:
        wrong.append(LastGoodError("; ".join(f"{start.offer.name}: {start.reason}" for start in old)))
    return wrong


def _look_back(
    offers: Collection[Offer], interest: Interest, matrix: Matrix, destination: Destination, trust: Trust
) -> dict[str, tuple[Proven, ...]]:
    found = records(offers, matrix, destination, trust.keys, clock=time.monotonic, interest=interest)
    return {name: proven_in(record, of=name) for name, record in found.items()}


def _ask_consumers(entries: Collection[ProfileEntry], emitted: Emitted, host: str, consumers: Consumers) -> None:
    # Only what changes is asked about.
    from hubwright.consumers.check import check_profiles  # noqa: PLC0415 - see above
    from hubwright.consumers.starts import expected  # noqa: PLC0415 - see above

    program, environment = uv_of_host()
    installer = Installer(program=program, environment=environment)
    for chart in consumers.charts:
        check_profiles(
            emitted.values,
            expected(tuple(entries), host),
            chart=chart,
            python=hub_python(chart, cache=cache_folder(os.environ), installer=installer),
            chart_folder=consumers.folder,
            environment=os.environ,
            timeout_s=_CHECK_S,
        )


def _ask_for_images(entries: Collection[ProfileEntry], destination: Destination) -> None:
    """Raise BuildError where an image is gone that is to be offered; each is asked for once."""
    offered = {(start.repository, start.proven.digest) for entry in entries for start in entry.starts}
    for repository, digest in sorted(offered):
        if destination.registry.manifest(repository, digest) is None:
            msg = (
                f"{repository}@{digest} is proven and is not in the registry any more, so nothing was written; does "
                "something delete images there?"
            )
            raise BuildError(msg)
