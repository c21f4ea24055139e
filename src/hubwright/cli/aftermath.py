"""What follows when everything was built and shown: tags for people, and the files that a hub reads."""

import time
from collections.abc import Mapping
from pathlib import Path

from hubwright.cli.emission import Consumers, Known, emit_profiles, show_emission, wrong_with_emission
from hubwright.cli.known import known_after
from hubwright.cli.showing import Shown
from hubwright.cli.today import today
from hubwright.cli.trust import Trust
from hubwright.cli.workshop import Job, pins_of
from hubwright.errors import HubwrightError
from hubwright.pipeline.promoting import earned, promote, tags_of
from hubwright.planned import Made
from hubwright.schedule import Result


def promote_and_emit(
    job: Job,
    trust: Trust,
    results: Mapping[str, Result[Made]],
    shown: Shown,
    *,
    out: Path,
    emits: bool,
    strict: bool,
) -> list[HubwrightError]:
    """Do what is left to do, and return what is wrong; an error here takes nothing back of what was proven."""
    wrong: list[HubwrightError] = []
    try:
        known = known_after(job, trust, results, shown)
        # A tag for people that cannot be moved keeps nobody from a hub's profiles.
        wrong += _promote(job, known)
        wrong += _emit(job, trust, known, out, strict=strict) if emits else []
    except HubwrightError as error:
        wrong.append(error)
    return wrong


def _promote(job: Job, known: Known) -> list[HubwrightError]:
    day = today().isoformat()
    wrong: list[HubwrightError] = []
    for each in earned(job.matrix, known.digests, known.decisions):
        tags = tags_of(each.variant, job.matrix.variants.values(), day)
        try:
            promote(job.destination.registry, job.destination.repository(each.variant.image), each.digest, tags)
        except HubwrightError as error:
            wrong.append(error)
    return wrong


def _emit(job: Job, trust: Trust, known: Known, out: Path, *, strict: bool) -> list[HubwrightError]:
    consumers = Consumers(charts=(job.matrix.chart,))
    emission = emit_profiles(job.matrix, job.destination, trust, known, pins_of(job), out=out, consumers=consumers)
    print()  # noqa: T201 - a line between two tables
    show_emission(emission, out, seconds=time.monotonic() - job.started)
    return wrong_with_emission(emission.entries) if strict else []
