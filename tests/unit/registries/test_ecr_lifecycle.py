"""What lifecycle policies take: cases from AWS's documentation, and properties for any images at any time."""

import fnmatch
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.registries.ecr_lifecycle import (
    CountType,
    Rule,
    StoredImage,
    TagStatus,
    may_take_tagged,
    patterns_meet,
    read_policy,
    taken,
)
from hubwright.registries.ecr_policy import KEPT_PREFIXES, cache_settings, image_settings, scratch_settings

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)

moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
words = st.text("abfp-.*019", min_size=1, max_size=6)
tags = st.one_of(
    st.builds(
        "{}{}".format, st.sampled_from([*KEPT_PREFIXES, "sha256-", "tmp-", "latest"]), st.text("0af", max_size=3)
    ),
    st.text("abfp-.019", min_size=1, max_size=6),
)
images = st.lists(
    st.builds(
        StoredImage,
        digest=st.uuids().map(str),
        tags=st.frozensets(tags, max_size=3),
        pushed_at=moments,
        pulled_at=st.none() | moments,
        archived_at=st.none() | moments,
    ),
    max_size=30,
)
rules = st.lists(
    st.builds(
        Rule,
        priority=st.integers(1, 10**6),
        tag_status=st.sampled_from(TagStatus),
        patterns=st.lists(words, min_size=1, max_size=2).map(tuple),
        of_archive=st.booleans(),
        count_type=st.sampled_from(CountType),
        count=st.integers(1, 40),
        archives=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda rule: rule.priority,
)


def _image(name: str, *tags: str, days: float) -> StoredImage:
    return StoredImage(digest=name, tags=frozenset(tags), pushed_at=NOW - timedelta(days=days))


def _rule(priority: int, status: TagStatus, *patterns: str, count: int, by_age: bool = False) -> Rule:
    count_type = CountType.SINCE_PUSHED if by_age else CountType.MORE_THAN
    return Rule(priority=priority, tag_status=status, patterns=patterns, count_type=count_type, count=count)


@given(images=images, now=moments)
def test_the_policy_for_images_never_takes_one_with_a_tag(images: list[StoredImage], now: datetime) -> None:
    """Fingerprints, proofs, failures, promoted tags: whatever is pushed, whenever, and however much of it."""
    gone = taken(read_policy(image_settings().lifecycle), images, now)
    assert [image for image in images if image.tags and image.digest in gone] == []


@given(rules=rules, images=images, now=moments)
def test_rules_that_are_called_harmless_take_nothing_with_a_tag(
    rules: list[Rule], images: list[StoredImage], now: datetime
) -> None:
    harmless = [rule for rule in rules if not may_take_tagged(rule)]
    gone = taken(harmless, images, now)
    assert [image for image in images if image.tags and image.digest in gone] == []


@given(rules=rules, images=images, now=moments)
def test_the_first_rule_whose_demands_an_image_meets_is_the_only_one_that_may_take_it(
    rules: list[Rule], images: list[StoredImage], now: datetime
) -> None:
    gone = taken(rules, images, now)
    for image in images:
        asked = sorted(rule.priority for rule in rules if rule.selects(image))
        assert image.digest not in gone or gone[image.digest] == asked[0]


@given(images=images, count=st.integers(1, 40))
def test_a_rule_that_counts_leaves_no_more_than_it_says_and_never_takes_a_younger_one_first(
    images: list[StoredImage], count: int
) -> None:
    gone = taken([_rule(1, TagStatus.ANY, count=count)], images, NOW)
    kept = [image for image in images if image.archived_at is None and image.digest not in gone]
    assert len(kept) <= count
    oldest = min((image.pushed_at for image in kept), default=NOW)
    assert all(image.pushed_at <= oldest for image in images if image.digest in gone) or not kept


@given(images=images)
def test_the_policy_for_the_cache_ends_everything_in_a_month_and_nothing_that_is_new(images: list[StoredImage]) -> None:
    rules = read_policy(cache_settings().lifecycle)
    gone = taken(rules, images, NOW)
    standard = [image for image in images if image.archived_at is None]
    assert all(image.digest in gone for image in standard if image.pushed_at <= NOW - timedelta(days=30) and image.tags)
    assert not any(image.digest in gone for image in standard if image.pushed_at > NOW - timedelta(days=1))


def test_what_is_only_tried_out_is_gone_after_a_day() -> None:
    tried = [_image("old", "fp-1", days=1), _image("new", "fp-2", days=0.9)]
    assert taken(read_policy(scratch_settings().lifecycle), tried, NOW) == {"old": 1}


def test_an_image_is_selected_by_any_one_of_its_tags() -> None:
    """Why images are not cleaned up by prefix: the same image may have a fingerprint besides."""
    rule = _rule(1, TagStatus.TAGGED, "tmp-*", count=1, by_age=True)
    assert taken([rule], [_image("both", "tmp-1", "fp-1", days=2)], NOW) == {"both": 1}
    assert may_take_tagged(rule)


def test_a_list_of_patterns_must_be_met_in_full() -> None:
    rule = _rule(1, TagStatus.TAGGED, "alpha*", "beta*", count=1, by_age=True)
    stored = [_image("a", "alpha1", days=2), _image("ab", "alpha1", "beta2", days=2)]
    assert taken([rule], stored, NOW) == {"ab": 1}


def test_a_rule_counts_what_another_one_takes() -> None:
    """As in AWS's examples: rules are worked out as if nothing had been taken, and then applied by priority."""
    stored = [_image("a", "alpha", days=1), _image("b", "beta", days=2), _image("c", "alpha", "beta", days=3)]
    rules = [_rule(2, TagStatus.TAGGED, "beta*", count=1), _rule(1, TagStatus.TAGGED, "alpha*", count=1)]
    # c is alpha's to take and still counts among beta; b is the youngest there.
    assert taken(rules, stored, NOW) == {"c": 1}


def test_of_equally_old_images_any_may_be_taken() -> None:
    stored = [_image("a", days=1), _image("b", days=1)]
    assert taken([_rule(1, TagStatus.UNTAGGED, count=1)], stored, NOW).keys() == {"a", "b"}


def test_rules_about_pulls_and_about_the_archive() -> None:
    long_ago, lately = NOW - timedelta(days=100), NOW - timedelta(days=1)
    stored = [
        StoredImage(digest="pulled", tags=frozenset(), pushed_at=long_ago, pulled_at=lately),
        StoredImage(digest="never pulled", tags=frozenset(), pushed_at=long_ago),
        StoredImage(digest="archived", tags=frozenset(), pushed_at=long_ago, archived_at=long_ago),
        StoredImage(digest="lately archived", tags=frozenset(), pushed_at=long_ago, archived_at=lately),
    ]
    pulls = Rule(priority=1, tag_status=TagStatus.ANY, count_type=CountType.SINCE_PULLED, count=90, archives=True)
    archive = Rule(priority=2, tag_status=TagStatus.ANY, of_archive=True, count_type=CountType.SINCE_ARCHIVED, count=90)
    assert taken([pulls, archive], stored, NOW) == {"never pulled": 1, "archived": 2}


@given(pattern=words, text=st.text("abfp-.019", max_size=8))
def test_patterns_match_as_a_shell_matches(pattern: str, text: str) -> None:
    assert patterns_meet(pattern, text) == fnmatch.fnmatchcase(text, pattern)
    assert patterns_meet(text, pattern) == patterns_meet(pattern, text)


@given(one=words, other=words, text=st.text("abfp-.019", max_size=8))
def test_patterns_that_match_the_same_text_meet(one: str, other: str, text: str) -> None:
    both = fnmatch.fnmatchcase(text, one) and fnmatch.fnmatchcase(text, other)
    assert not both or patterns_meet(one, other)


@pytest.mark.parametrize(
    "one,other,meet",
    [
        ("f*", "fp-*", True),
        ("*-1", "fp-*", True),
        ("*", "fp-*", True),
        ("fp", "fp-*", False),
        ("sha256-*", "fp-*", False),
        ("latest", "fp-*", False),
        ("", "*", True),
        ("", "a", False),
    ],
)
def test_patterns_that_meet(one: str, other: str, meet: bool) -> None:  # noqa: FBT001 - a column of the table
    assert patterns_meet(one, other) == meet


def _text(selection: dict[str, Any], action: dict[str, Any] | None = None) -> str:
    counted = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 3, **selection}
    return json.dumps({"rules": [{"rulePriority": 1, "selection": counted, "action": action or {"type": "expire"}}]})


def test_reads_what_aws_writes() -> None:
    text = _text(
        {"tagStatus": "tagged", "tagPatternList": ["b*"], "tagPrefixList": ["a"], "storageClass": "archive"},
        {"type": "transition", "targetStorageClass": "archive"},
    )
    assert read_policy(text) == (
        Rule(
            priority=1,
            tag_status=TagStatus.TAGGED,
            patterns=("a*", "b*"),
            of_archive=True,
            count_type=CountType.MORE_THAN,
            count=3,
            archives=True,
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"rules": [1]}',
        "[" * 100_000,
        _text({"tagStatus": "signed"}),
        _text({"countType": "sinceTheFlood"}),
        _text({"countNumber": None}),
        _text({"countUnit": "hours"}),
        _text({"media": "index"}),
        _text({}, {"type": "sell"}),
        _text({}, {"kind": "expire"}),
    ],
)
def test_what_is_not_known_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        read_policy(text)
