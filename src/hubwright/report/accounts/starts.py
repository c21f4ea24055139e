"""What was seen of every start, and with what it is offered."""

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path, PurePath

from hubwright.account import JsonValue, Offered, Said, Shown, StartAccount, TrialAccount, Wrong
from hubwright.canonical import Canonical
from hubwright.frozen import dataclass
from hubwright.model import Offer, Profile, Variant
from hubwright.offering import ProfileEntry, Start
from hubwright.report.plan import shape_in_words
from hubwright.verdicts import Trial, Verdict, planned_trials


def starts_of(
    offers: Mapping[str, Offer],
    verdicts: Mapping[str, Verdict],
    *,
    profiles: tuple[Profile, ...],
    variants: Mapping[str, Variant],
    entries: tuple[ProfileEntry, ...] | None,
    before: Mapping[str, str],
    histories: Mapping[str, tuple[Said, ...]],
    out: PurePath,
) -> tuple[StartAccount, ...]:
    """Return every offer that there is a verdict on, in the order of the offers."""
    chosen = _chosen(entries or ())
    by_slug = {profile.slug: profile for profile in profiles}
    accounts = []
    for name, offer in offers.items():
        if (verdict := verdicts.get(name)) is None:
            continue
        start = chosen.starts.get(name)
        seen = _seen(name, offer, verdict, by_slug[offer.profile], variants.get(offer.variant), out=out)
        accounts.append(
            replace(
                seen,
                offered=_offered(start, before.get(name, "")) if start else None,
                withheld=chosen.withheld.get(name, ""),
                history=histories.get(name, ()),
            )
        )
    return tuple(accounts)


def _seen(
    name: str, offer: Offer, verdict: Verdict, profile: Profile, variant: Variant | None, *, out: PurePath
) -> StartAccount:
    trials = tuple(_trial(each, out) for each in verdict.trials)
    return StartAccount(
        name=name,
        profile=offer.profile,
        display_name=profile.display_name,
        choice=_choice(profile, offer),
        shape=shape_in_words(offer.shape),
        variant=offer.variant,
        digest=verdict.digest,
        standing=verdict.standing,
        reason=verdict.reason,
        rehearsed=bool(trials),
        seconds=round(verdict.seconds, 3),
        # Of an image that is no variant nobody knows more than what was played.
        planned=planned_trials(variant.smoke) if variant else tuple(trial.name for trial in trials),
        trials=trials,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chosen:
    starts: dict[str, Start] = field(default_factory=dict)
    withheld: dict[str, str] = field(default_factory=dict)


def _chosen(entries: tuple[ProfileEntry, ...]) -> _Chosen:
    chosen = _Chosen()
    for entry in entries:
        chosen.starts.update({start.offer.name: start for start in entry.starts})
        chosen.withheld.update({each.offer.name: each.reason for each in entry.withheld})
    return chosen


def _choice(profile: Profile, offer: Offer) -> str:
    return ", ".join(
        choice.display_name
        for option in profile.options
        for choice in option.choices
        if offer.choices.get(option.key) == choice.key
    )


def _offered(start: Start, before: str) -> Offered:
    proven = start.proven
    return Offered(
        digest=proven.digest,
        basis=start.basis,
        reason=start.reason,
        since=proven.on,
        key=proven.key,
        hardware=proven.hardware,
        before=before,
    )


def _trial(trial: Trial, out: PurePath) -> TrialAccount:
    return TrialAccount(
        name=trial.name,
        passed=trial.passed,
        hardware=trial.hardware,
        seconds=round(trial.seconds, 3),
        evidence=tuple(
            Shown(check=each.check, expected=_json(each.expected), seen=_json(each.seen), where=each.where)
            for each in trial.evidence
        ),
        findings=tuple(
            Wrong(where=each.where, expected=each.expected, seen=each.seen, advice=each.advice)
            for each in trial.findings
        ),
        notebook=_within(trial.executed, out) if trial.executed else "",
    )


def _within(path: Path, out: PurePath) -> str:
    return path.relative_to(out).as_posix() if path.is_relative_to(out) else ""


def _json(value: Canonical) -> JsonValue:
    """Return the value in the types that it has when it is read again."""
    match value:
        case str() | int() | None:
            return value
        case Mapping():
            return {key: _json(inner) for key, inner in value.items()}
        case _:
            return [_json(inner) for inner in value]
