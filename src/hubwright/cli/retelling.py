"""What a registry knows without any run: how every start stands, what is offered, and what was ever said about it."""

import time
from collections.abc import Mapping
from pathlib import Path

from hubwright.account import Account, PackageSize
from hubwright.cli.asked import plan_now
from hubwright.cli.emission import Known
from hubwright.cli.known import known_of
from hubwright.cli.today import moment, today
from hubwright.cli.trust import Trust
from hubwright.emit.before import offered_before
from hubwright.emit.hub import LIST_FILE
from hubwright.emit.write import written
from hubwright.errors import ProofUnknownError
from hubwright.frozen import dataclass
from hubwright.model import Matrix
from hubwright.offering import Pin, ProfileEntry
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.emitting import entries_of, evidence_today
from hubwright.pipeline.measuring import layers_by_variant, packages_by_variant, sizes_of
from hubwright.pipeline.past import proven_in, records
from hubwright.pipeline.planning import Prepared
from hubwright.pipeline.standing import standings
from hubwright.planned import Layer, Plan
from hubwright.proof.record import Record
from hubwright.report.accounts.past import histories_of
from hubwright.report.accounts.run import Run, account_of


def known_by_registry(
    prepared: Prepared, pins: Mapping[str, Pin], destination: Destination, trust: Trust, out: Path
) -> Account:
    """Return an account without a run; what was not to be found out is in it by name."""
    asked_on, matrix = moment(), prepared.matrix
    plan = plan_now(prepared, destination)
    known = known_of(plan, destination, trust)
    offers = {offer.name: offer for profile in matrix.profiles for offer in profile.offers}
    past = records(offers.values(), matrix, destination, trust.keys, clock=time.monotonic)
    unread = [str(reason) for record in past.values() for reason in record.unknown]
    try:
        entries = _entries(matrix, known, past, pins, destination)
    except ProofUnknownError as error:
        entries = None
        unread.append(str(error))
    measured = _measured(plan, past, destination)
    run = Run(
        command="",
        registry=destination.host,
        prefix=destination.prefix,
        plan=plan,
        profiles=matrix.profiles,
        variants=matrix.variants,
        out=out,
        began_on=asked_on,
        ended_on=moment(),
        layers=measured.layers,
        packages=measured.packages,
        sizes={name: measured.sizes[digest] for name, digest in plan.digests.items() if digest in measured.sizes},
        offers=offers,
        verdicts=standings(offers.values(), digests=known.digests, decisions=known.decisions, reasons=known.reasons),
        entries=entries,
        before=_before(out, entries or ()),
        histories=histories_of(past, measured.sizes),
        unread=tuple(dict.fromkeys([*unread, *measured.unread])),
    )
    return account_of(run)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Measured:
    """Sizes are by digest, layers and packages by variant."""

    sizes: Mapping[str, int]
    layers: Mapping[str, tuple[Layer, ...]]
    packages: Mapping[str, tuple[PackageSize, ...]]
    unread: tuple[str, ...]


def _measured(plan: Plan, past: Mapping[str, Record], destination: Destination) -> _Measured:
    """Measure today's images, and those of which anything was ever said."""
    current = {
        node.variant.name: (destination.repository(node.variant.image), node.digest)
        for node in plan.nodes
        if node.digest is not None
    }
    ever = {
        (proof.claim.image, proof.claim.digest)
        for record in past.values()
        for proof in (*record.proven, *record.failed)
    }
    sizes, unsized = sizes_of(destination.registry, {*current.values(), *ever})
    layers, unlayered = layers_by_variant(destination.registry, current)
    packages, unweighed = packages_by_variant(destination.registry, current)
    unread = (*unsized, *unlayered, *unweighed)
    return _Measured(sizes=sizes, layers=layers, packages=packages, unread=unread)


def _entries(
    matrix: Matrix, known: Known, past: Mapping[str, Record], pins: Mapping[str, Pin], destination: Destination
) -> tuple[ProfileEntry, ...]:
    evidence = evidence_today(
        matrix, destination, digests=known.digests, decisions=known.decisions, reasons=known.reasons
    )
    return entries_of(
        matrix,
        evidence,
        pins=pins,
        look_back=lambda offers, _: {offer.name: proven_in(past[offer.name], of=offer.name) for offer in offers},
        today=today().isoformat(),
    )


def _before(out: Path, entries: tuple[ProfileEntry, ...]) -> dict[str, str]:
    """Return what is offered by what was written; where nothing was, there is nothing that it differs from."""
    listed = written(out / LIST_FILE)
    if listed is not None:
        return offered_before(listed)
    return {start.offer.name: start.proven.digest for entry in entries for start in entry.starts}
