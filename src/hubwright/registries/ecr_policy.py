"""What Hubwright wants of a repository at Amazon ECR.

A repository for images is never cleaned up by tag. AWS selects an image by any one of its tags, so a rule about one
prefix also takes what has a fingerprint besides; only a rule about images without tags can take nothing that is
offered or proven, whatever is pushed and whenever. What may go by age lies in repositories of its own.
"""

import json
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from hubwright.frozen import dataclass
from hubwright.registries.ecr_lifecycle import patterns_meet
from hubwright.registries.interface import checked_repository
from hubwright.words import listed

# Tags that are written once and stay: what was built, what was proven, what was found wanting, and what is in it.
KEPT_PREFIXES = ("fp-", "proof-", "failed-", "packages-")
# Where clients list the proofs of a digest if the registry does not: read, added to, and written anew.
FALLBACK_TAGS = "sha256-*"
PROMOTED_TAGS = ("proven", "proven-*")

_FILTER = re.compile(r"[0-9a-zA-Z._*-]{1,128}")
_MOST_FILTERS = 5
_MOST_WILDCARDS = 2

# Longer than any run: between its push and its tag, an image has none.
_UNTAGGED_DAYS = 14
_CACHE_DAYS = 30
_SCRATCH_DAYS = 1


class Mutability(StrEnum):
    MUTABLE = "MUTABLE"
    IMMUTABLE = "IMMUTABLE"
    MUTABLE_WITH_EXCLUSION = "MUTABLE_WITH_EXCLUSION"
    IMMUTABLE_WITH_EXCLUSION = "IMMUTABLE_WITH_EXCLUSION"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How a repository is set up; `keeps` says that what is tagged in it must stay as it was pushed.

    `filters` are the patterns of the tags that `mutability` does not hold for. `lifecycle` is empty where none is set.
    """

    mutability: Mutability
    filters: tuple[str, ...] = ()
    scan_on_push: bool
    lifecycle: str
    keeps: bool = False


def image_repository(prefix: str, image: str) -> str:
    """Return the name of the repository for an image: `<prefix>/<image>`."""
    return checked_repository(f"{prefix}/{image}")


def cache_repository(prefix: str, image: str) -> str:
    """Return the name of the repository for an image's build cache; no image's own can have it."""
    return checked_repository(f"{prefix}/cache/{image}")


def scratch_repository(prefix: str) -> str:
    """Return the name of the repository that is only tried out."""
    return checked_repository(f"{prefix}/scratch/probe")


def image_settings(promoted: Iterable[str] = PROMOTED_TAGS) -> Settings:
    """Return the settings of a repository for images; `promoted` are the tags, or patterns of tags, that may move."""
    return Settings(
        mutability=Mutability.IMMUTABLE_WITH_EXCLUSION,
        filters=checked_filters([*promoted, FALLBACK_TAGS]),
        scan_on_push=True,
        lifecycle=_policy(_untagged(priority=1, days=_UNTAGGED_DAYS)),
        keeps=True,
    )


def cache_settings() -> Settings:
    """Return the settings of a repository for a build cache: its tag moves with every build."""
    rules = (_untagged(priority=1, days=_SCRATCH_DAYS), _any(priority=2, days=_CACHE_DAYS))
    return Settings(mutability=Mutability.MUTABLE, scan_on_push=False, lifecycle=_policy(*rules))


def scratch_settings() -> Settings:
    """Return the settings of the repository that is tried out: those for images, but nothing stays."""
    images = image_settings()
    return Settings(
        mutability=images.mutability,
        filters=images.filters,
        scan_on_push=False,
        lifecycle=_policy(_any(priority=1, days=_SCRATCH_DAYS)),
    )


def checked_filters(filters: Iterable[str]) -> tuple[str, ...]:
    """Return the filters sorted; ValueError where AWS takes none of them, or one would let a kept tag move."""
    chosen = tuple(sorted(set(filters)))
    for pattern in chosen:
        if not _FILTER.fullmatch(pattern) or pattern.count("*") > _MOST_WILDCARDS:
            msg = f"{pattern!r} is no tag, nor a pattern with at most {_MOST_WILDCARDS} asterisks"
            raise ValueError(msg)
        if loose := kept_tags_like(pattern):
            msg = f"tags like {pattern!r} cannot move: they would include {listed(loose, conjunction='and')}"
            raise ValueError(msg)
    if len(chosen) > _MOST_FILTERS:
        msg = f"at most {_MOST_FILTERS - 1} tags or patterns can move, and these are {len(chosen) - 1}"
        raise ValueError(msg)
    return chosen


def kept_tags_like(pattern: str) -> list[str]:
    """Return the families of tags that must stay and that the pattern meets some of."""
    return [f"{prefix}*" for prefix in KEPT_PREFIXES if patterns_meet(pattern, f"{prefix}*")]


def _policy(*rules: dict[str, Any]) -> str:
    return json.dumps({"rules": rules})


def _untagged(*, priority: int, days: int) -> dict[str, Any]:
    return _rule(priority, "untagged", days, "What has lost its tag, or never got one")


def _any(*, priority: int, days: int) -> dict[str, Any]:
    return _rule(priority, "any", days, "What is made anew when it is missing")


def _rule(priority: int, tag_status: str, days: int, description: str) -> dict[str, Any]:
    selection = {"tagStatus": tag_status, "countType": "sinceImagePushed", "countUnit": "days", "countNumber": days}
    return {
        "rulePriority": priority,
        "description": description,
        "selection": selection,
        "action": {"type": "expire"},
    }
