"""Where a repository at Amazon ECR is not as it should be, and what could be lost by it."""

from typing import assert_never

from hubwright.frozen import dataclass
from hubwright.registries.ecr_lifecycle import Rule, may_take_tagged, read_policy
from hubwright.registries.ecr_policy import KEPT_PREFIXES, Mutability, Settings, kept_tags_like
from hubwright.words import listed


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A setting of a repository that is not as it should be; `danger` says what could be lost by it, if anything."""

    setting: str
    wanted: str
    found: str
    danger: str | None = None


def differences(wanted: Settings, found: Settings) -> tuple[Difference, ...]:
    """Return what is not as it should be."""
    pairs = {
        "tag mutability": (_shown(wanted), _shown(found)),
        "scan on push": (str(wanted.scan_on_push).lower(), str(found.scan_on_push).lower()),
        "lifecycle policy": (_normal(wanted.lifecycle), _normal(found.lifecycle)),
    }
    dangers = {"tag mutability": _overwriting(found), "lifecycle policy": _expiring(found)} if wanted.keeps else {}
    return tuple(
        Difference(setting=setting, wanted=want, found=have, danger=dangers.get(setting))
        for setting, (want, have) in pairs.items()
        if want != have
    )


def _shown(settings: Settings) -> str:
    return f"{settings.mutability} {', '.join(sorted(settings.filters))}".strip()


def _overwriting(found: Settings) -> str | None:
    loose: list[str]
    match found.mutability:
        case Mutability.IMMUTABLE:
            loose = []
        case Mutability.IMMUTABLE_WITH_EXCLUSION:
            loose = list(dict.fromkeys(kept for pattern in sorted(found.filters) for kept in kept_tags_like(pattern)))
        case Mutability.MUTABLE:
            loose = [f"{prefix}*" for prefix in KEPT_PREFIXES]
        case Mutability.MUTABLE_WITH_EXCLUSION:
            held = tuple(pattern[:-1] for pattern in found.filters if pattern.find("*") == len(pattern) - 1)
            loose = [f"{prefix}*" for prefix in KEPT_PREFIXES if not prefix.startswith(held)]
        case _:
            assert_never(found.mutability)
    return f"{listed(loose, conjunction='and')} can be overwritten with something else" if loose else None


def _expiring(found: Settings) -> str | None:
    try:
        rules = read_policy(found.lifecycle) if found.lifecycle else ()
    except ValueError as error:
        return f"it cannot be told what it deletes: {error}"
    bad = [str(rule.priority) for rule in rules if may_take_tagged(rule)]
    several = "s" if len(bad) > 1 else ""
    return f"its rule{several} {listed(bad, conjunction='and')} can delete what is offered or proven" if bad else None


def _normal(lifecycle: str) -> str:
    """Return the policy in one line without what has no effect, so that equal ones compare equal."""
    if not lifecycle:
        return "none"
    try:
        return "; ".join(_in_words(rule) for rule in read_policy(lifecycle))
    except ValueError:
        return lifecycle


def _in_words(rule: Rule) -> str:
    selected = " ".join(("archived " * rule.of_archive + rule.tag_status, *rule.patterns))
    return f"{rule.priority}: {'archive' if rule.archives else 'expire'} {selected} {rule.count_type} {rule.count}"
