"""Lifecycle policies of Amazon ECR: read, and worked out for a list of images.

What AWS documents is followed; where it leaves something open, an image counts as taken. So what this module calls
safe is safe, and not the other way round.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, assert_never

from hubwright.frozen import dataclass


class TagStatus(StrEnum):
    TAGGED = "tagged"
    UNTAGGED = "untagged"
    ANY = "any"


class CountType(StrEnum):
    MORE_THAN = "imageCountMoreThan"
    SINCE_PUSHED = "sinceImagePushed"
    SINCE_PULLED = "sinceImagePulled"
    SINCE_ARCHIVED = "sinceImageTransitioned"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredImage:
    """An image as ECR lists it. A proof, a signature and an image of an index are images too."""

    digest: str
    tags: frozenset[str]
    pushed_at: datetime
    pulled_at: datetime | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule that expires or archives images: an archived one cannot be pulled, so both take it away.

    `patterns` must all be met, each by some tag of the image; a prefix is written as a pattern.
    """

    priority: int
    tag_status: TagStatus
    patterns: tuple[str, ...] = ()
    of_archive: bool = False
    count_type: CountType
    count: int
    archives: bool = False

    def selects(self, image: StoredImage) -> bool:
        if (image.archived_at is not None) != self.of_archive:
            return False
        match self.tag_status:
            case TagStatus.ANY:
                return True
            case TagStatus.UNTAGGED:
                return not image.tags
            case TagStatus.TAGGED:
                return all(any(patterns_meet(pattern, tag) for tag in image.tags) for pattern in self.patterns)
            case _:
                assert_never(self.tag_status)

    def identifies(self, image: StoredImage, among: Sequence[StoredImage], now: datetime) -> bool:
        """Return whether the image is too old, or too many are younger; of equally old ones, any may be taken."""
        if self.count_type is CountType.MORE_THAN:
            others = sum(other.pushed_at >= image.pushed_at for other in among if other is not image)
            return others >= self.count
        return now - _since(image, self.count_type) >= timedelta(days=self.count)


def _since(image: StoredImage, count_type: CountType) -> datetime:
    moments = {CountType.SINCE_PULLED: image.pulled_at, CountType.SINCE_ARCHIVED: image.archived_at}
    return moments.get(count_type) or image.pushed_at


def taken(rules: Iterable[Rule], images: Sequence[StoredImage], now: datetime) -> Mapping[str, int]:
    """Return the digests of the images that go, each with the priority of the rule that takes it.

    Every rule counts as if no other had taken anything. The first rule, by priority, whose demands on tags an image
    meets is the only one that may take it.
    """
    gone: dict[str, int] = {}
    spoken_for: set[str] = set()
    for rule in sorted(rules, key=lambda rule: rule.priority):
        selected = [image for image in images if rule.selects(image)]
        for image in selected:
            if image.digest not in spoken_for and rule.identifies(image, selected, now):
                gone[image.digest] = rule.priority
        spoken_for.update(image.digest for image in selected)
    return gone


def may_take_tagged(rule: Rule) -> bool:
    """Return whether some image with a tag, whatever tag that is, could be taken.

    An image is selected by any of its tags. So a rule about `tmp-*` also takes what is called `fp-...` besides.
    """
    return rule.tag_status is not TagStatus.UNTAGGED


def patterns_meet(one: str, other: str) -> bool:
    """Return whether some text matches both patterns, in which `*` stands for anything, also nothing."""

    @cache
    def meet(i: int, j: int) -> bool:
        if one[i : i + 1] == "*":
            return meet(i + 1, j) or (j < len(other) and meet(i, j + 1))
        if other[j : j + 1] == "*":
            return meet(i, j + 1) or (i < len(one) and meet(i + 1, j))
        if i == len(one) or j == len(other):
            return i == len(one) and j == len(other)
        return one[i] == other[j] and meet(i + 1, j + 1)

    return meet(0, 0)


def read_policy(text: str) -> tuple[Rule, ...]:
    """Return the rules by priority; ValueError where there is something that is not known here."""
    try:
        rules = [_read_rule(rule) for rule in json.loads(text)["rules"]]
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        msg = "a part is missing or of the wrong kind"
        raise ValueError(msg) from error
    return tuple(sorted(rules, key=lambda rule: rule.priority))


def _read_rule(rule: Mapping[str, Any]) -> Rule:
    selection, action = rule["selection"], rule["action"]
    unknown = selection.keys() - _SELECTION or {selection.get("countUnit", "days")} - {"days"}
    if unknown or action["type"] not in {"expire", "transition"}:
        msg = f"what {sorted(unknown) or action['type']} does is not known here"
        raise ValueError(msg)
    patterns = [*selection.get("tagPatternList", ()), *(f"{prefix}*" for prefix in selection.get("tagPrefixList", ()))]
    return Rule(
        priority=int(rule["rulePriority"]),
        tag_status=TagStatus(selection["tagStatus"]),
        patterns=tuple(sorted(patterns)),
        of_archive=selection.get("storageClass", "standard") == "archive",
        count_type=CountType(selection["countType"]),
        count=int(selection["countNumber"]),
        archives=action["type"] == "transition",
    )


_SELECTION = frozenset(
    {"tagStatus", "tagPatternList", "tagPrefixList", "storageClass", "countType", "countUnit", "countNumber"}
)
