"""What is known of one profile, for the commands that look back and go back."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hubwright.cli.asked import plan_now
from hubwright.cli.destination import open_destination
from hubwright.cli.matrix import load, prepare
from hubwright.cli.today import today
from hubwright.cli.trust import open_trust
from hubwright.emit.choose import choose
from hubwright.errors import SelectionError
from hubwright.frozen import dataclass
from hubwright.model import Matrix, Profile
from hubwright.offering import Evidence, Pin, ProfileEntry
from hubwright.pipeline.past import evidence_of, records
from hubwright.pipeline.pinning import load_pins
from hubwright.planned import Plan
from hubwright.proof.record import Record
from hubwright.tree import DiskTree
from hubwright.words import did_you_mean, escape


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """A profile with its plan of today and the record of each start, by its name; `repositories` are theirs."""

    root: Path
    profile: Profile
    plan: Plan
    records: Mapping[str, Record]
    repositories: Mapping[str, str]
    pins: Mapping[str, Pin]

    @property
    def pin(self) -> Pin | None:
        return self.pins.get(self.profile.slug)

    def evidence(self) -> list[Evidence]:
        """Return what is known of each start, or raise ProofUnknownError."""
        return evidence_of(self.plan, self.records, self.repositories)

    def entry(self, pin: Pin | None) -> ProfileEntry:
        """Return the profile as it would be offered today with this pin, or none."""
        return choose(self.profile, self.evidence(), pin=pin, today=today().isoformat())


def look_back_at(matrix_file: Path, slug: str, registry: str) -> Past:
    """Ask the registry about every start of the profile."""
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        matrix = load(tree, matrix_file.name)
        profile = _profile(matrix, slug)
        pins = load_pins(tree, [each.slug for each in matrix.profiles])
        prepared = prepare(tree, matrix_file.name, {offer.variant for offer in profile.offers})
    with open_destination(registry, matrix.ecr, images=()) as destination:
        trust = open_trust(registry, root, destination, matrix.ecr)
        plan = plan_now(prepared, destination)
        return Past(
            root=root,
            profile=profile,
            plan=replace(plan, offers=tuple(each for each in plan.offers if each.offer.profile == slug)),
            records=records(profile.offers, matrix, destination, trust.keys, clock=time.monotonic),
            repositories={
                offer.name: destination.repository(matrix.variants[offer.variant].image) for offer in profile.offers
            },
            pins=pins,
        )


def _profile(matrix: Matrix, slug: str) -> Profile:
    known = {each.slug: each for each in matrix.profiles}
    if slug not in known:
        msg = f"there is no profile {escape(slug)}.{did_you_mean(slug, known)}"
        raise SelectionError(msg)
    return known[slug]
