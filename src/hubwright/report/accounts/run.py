"""What a run left behind, and the account that is made of it: a function of values."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import PurePath

from hubwright import __version__
from hubwright.account import SCHEMA, Account, ImageChange, PackageSize, Said, Stretch
from hubwright.frozen import dataclass
from hubwright.model import Offer, Profile, Variant
from hubwright.offering import ProfileEntry
from hubwright.planned import Layer, Made, Plan
from hubwright.report.accounts.images import images_of
from hubwright.report.accounts.starts import starts_of
from hubwright.report.accounts.waits import with_waits
from hubwright.schedule import Result
from hubwright.verdicts import Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Everything that an account is made of; what a run did not come to is as it is here.

    `registry` is its host, empty where none was asked. `offers` are what there is an opinion on, by the names that
    the `verdicts` have. `results`, `layers`, `packages`, `sizes` and `changes` are by variant, sizes in bytes;
    `entries` is None where nobody decided what is offered. `histories` is by start, `before` the digest that it was
    offered with until now. `out` is the folder that the account lies in.
    """

    command: str
    registry: str
    prefix: str
    plan: Plan
    profiles: tuple[Profile, ...]
    variants: Mapping[str, Variant]
    out: PurePath
    began_on: str
    ended_on: str = ""
    results: Mapping[str, Result[Made]] = field(default_factory=dict)
    layers: Mapping[str, tuple[Layer, ...]] = field(default_factory=dict)
    packages: Mapping[str, tuple[PackageSize, ...]] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, ImageChange] = field(default_factory=dict)
    offers: Mapping[str, Offer] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    entries: tuple[ProfileEntry, ...] | None = None
    emitted: bool = False
    before: Mapping[str, str] = field(default_factory=dict)
    histories: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    stretches: tuple[Stretch, ...] = ()
    wrong: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def account_of(run: Run) -> Account:
    """Return the account of what there is."""
    return Account(
        schema=SCHEMA,
        version=__version__,
        command=run.command,
        registry=f"{run.registry}/{run.prefix}" if run.registry else "",
        chart=run.plan.chart.version,
        began_on=run.began_on,
        ended_on=run.ended_on,
        emitted=run.emitted,
        images=images_of(
            run.plan,
            run.results,
            prefix=run.prefix,
            layers=run.layers,
            packages=run.packages,
            sizes=run.sizes,
            changes=run.changes,
        ),
        starts=starts_of(
            run.offers,
            run.verdicts,
            profiles=run.profiles,
            variants=run.variants,
            entries=run.entries,
            before=run.before,
            histories=run.histories,
            out=run.out,
        ),
        stretches=with_waits(run.stretches, run.plan),
        wrong=run.wrong,
        unread=run.unread,
    )
