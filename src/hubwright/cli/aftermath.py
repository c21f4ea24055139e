"""What follows when everything was built and shown: tags for people, and the files that a hub reads."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hubwright.cli.emission import Consumers, Emission, Known, emit_profiles, show_emission, wrong_with_emission
from hubwright.cli.known_after import known_after
from hubwright.cli.ledger import Ledger
from hubwright.cli.promotion import promote_earned
from hubwright.cli.showing import Shown
from hubwright.cli.trust import Trust
from hubwright.cli.workshop import Job, pins_of
from hubwright.errors import HubwrightError
from hubwright.pipeline.standing import standings
from hubwright.planned import Made
from hubwright.schedule import Done, Result


@dataclass(kw_only=True, slots=True)
class Aftermath:
    """What came of it: what is `wrong`, what was known of every start, and what a hub is given."""

    wrong: list[HubwrightError] = field(default_factory=list)
    known: Known | None = None
    emission: Emission | None = None


def promote_and_emit(
    job: Job,
    trust: Trust,
    results: Mapping[str, Result[Made]],
    shown: Shown,
    *,
    out: Path,
    emits: bool,
    strict: bool,
) -> Aftermath:
    """Do what is left to do; an error here takes nothing back of what was proven."""
    came = Aftermath()
    try:
        came.known = known_after(job, trust, results, shown)
        # A tag for people that cannot be moved keeps nobody from a hub's profiles.
        came.wrong += promote_earned(job.matrix, job.destination, came.known.digests, came.known.decisions)
        if emits:
            came.emission = _emit(job, trust, came.known, out)
            came.wrong += wrong_with_emission(came.emission.entries) if strict else []
    except HubwrightError as error:
        came.wrong.append(error)
    return came


def enter(came: Aftermath, ledger: Ledger) -> None:
    """Put what came of it into the ledger: also how starts stand that the run was not about."""
    ledger.wrong += came.wrong
    if came.known is not None:
        known = came.known
        offers = ledger.run.offers.values()
        ledger.saw(standings(offers, digests=known.digests, decisions=known.decisions, reasons=known.reasons))
    if came.emission is not None:
        emission = came.emission
        ledger.run = replace(ledger.run, entries=emission.entries, before=emission.before, emitted=True)


def note_changes(job: Job, ledger: Ledger) -> None:
    """Note what is different in the images that were built now, since the ones that the files here offered before."""
    # Whoever finds everything there need not ask what is in it.
    built = {
        name: result.value.published
        for name, result in ledger.run.results.items()
        if isinstance(result, Done) and result.value.built
    }
    if built:
        from hubwright.pipeline.nights import image_diffs  # noqa: PLC0415 - see above

        ledger.changed(image_diffs(job.matrix, job.destination, built, ledger.run.before))


def _emit(job: Job, trust: Trust, known: Known, out: Path) -> Emission:
    consumers = Consumers(charts=(job.matrix.chart,))
    emission = emit_profiles(job.matrix, job.destination, trust, known, pins_of(job), out=out, consumers=consumers)
    print()  # noqa: T201 - a line between two tables
    show_emission(emission, out, seconds=time.monotonic() - job.started)
    return emission
