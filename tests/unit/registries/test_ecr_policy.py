"""What is wanted of repositories, and what differs; the grammar is the SDK's own."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, get_args

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.matrix import names
from hubwright.registries.ecr_differences import differences
from hubwright.registries.ecr_policy import (
    FALLBACK_TAGS,
    KEPT_PREFIXES,
    Mutability,
    Settings,
    cache_repository,
    cache_settings,
    checked_filters,
    image_repository,
    image_settings,
    scratch_repository,
    scratch_settings,
)
from hubwright.written.nodes import Written

# Built from pieces, which is faster than from the pattern itself; the matrix's own types say what is allowed.
words = st.text("az09", min_size=1, max_size=4)
parts = st.one_of(words, st.sampled_from([".", "_", "__", "-", "--", "/", "cache", "scratch", "probe", "/cache/"]))


def _allowed(alias: Any) -> Callable[[str], bool]:
    (kind,) = get_args(alias)[1:]
    return lambda written: kind.accept(Written.of(written, quoted=True)) is not None


prefixes = st.lists(parts, min_size=1, max_size=9).map("".join).filter(_allowed(names.RepositoryPrefix))
image_names = st.lists(parts, min_size=1, max_size=5).map("".join).filter(_allowed(names.Name))


@cache
def _shape(name: str) -> dict[str, Any]:
    shape = botocore.session.get_session().get_service_model("ecr").shape_for(name)
    metadata: dict[str, Any] = shape.metadata
    return metadata


@given(prefix=prefixes, image=image_names)
def test_every_name_that_the_matrix_allows_is_one_that_aws_allows(prefix: str, image: str) -> None:
    grammar = _shape("RepositoryName")
    for name in (image_repository(prefix, image), cache_repository(prefix, image), scratch_repository(prefix)):
        assert re.fullmatch(grammar["pattern"], name)
        assert grammar["min"] <= len(name) <= grammar["max"]


@given(prefix=prefixes, one=image_names, other=image_names)
def test_repositories_of_different_purpose_or_image_never_have_one_name(prefix: str, one: str, other: str) -> None:
    images = {image_repository(prefix, image) for image in (one, other)}
    caches = {cache_repository(prefix, image) for image in (one, other)}
    assert len(images) == len(caches) == len({one, other})
    assert not images & caches
    assert scratch_repository(prefix) not in images | caches


@pytest.mark.parametrize(
    "prefix,image", [("", "a"), ("A", "b"), ("a//b", "c"), ("a", "-"), ("a" * 255, "b"), ("a", "é")]
)
def test_a_name_that_aws_does_not_allow_is_refused(prefix: str, image: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a repository"):
        image_repository(prefix, image)


@pytest.mark.parametrize("settings", [image_settings(), cache_settings(), scratch_settings()])
def test_what_is_wanted_is_what_aws_takes(settings: Settings) -> None:
    limits = _shape("LifecyclePolicyText")
    assert limits["min"] <= len(settings.lifecycle) <= limits["max"]
    assert all(
        re.fullmatch(_shape("ImageTagMutabilityExclusionFilterValue")["pattern"], each) for each in settings.filters
    )
    assert len(settings.filters) <= _shape("ImageTagMutabilityExclusionFilters")["max"]
    rules = json.loads(settings.lifecycle)["rules"]
    assert len({rule["rulePriority"] for rule in rules}) == len(rules)
    # AWS wants what is said of any image to come last.
    assert all(rule["selection"]["tagStatus"] != "any" for rule in rules[:-1])
    assert settings.mutability in _shape("ImageTagMutability")["enum"]


def test_only_promoted_tags_and_the_lists_of_proofs_may_move() -> None:
    assert image_settings(["stable", "nightly-*"]).filters == ("nightly-*", FALLBACK_TAGS, "stable")


@given(filters=st.lists(st.text("fp-rolatedst256*", min_size=1, max_size=9), max_size=4))
def test_no_filter_that_is_taken_lets_a_kept_tag_move(filters: list[str]) -> None:
    try:
        taken = checked_filters(filters)
    except ValueError:
        return
    for pattern in taken:
        expression = re.compile(re.escape(pattern).replace(r"\*", ".*"))
        for prefix in KEPT_PREFIXES:
            assert not any(expression.fullmatch(prefix + rest) for rest in ("", "0", "a-b", "sha256-", "latest", "*"))


@pytest.mark.parametrize(
    "filters,message",
    [
        (["fp-*"], r"cannot move: they would include fp-\*"),
        (["*"], r"fp-\*, proof-\*, failed-\* and packages-\*"),
        (["f*"], r"fp-\* and failed-\*"),
        (["a*b*c*"], "at most 2 asterisks"),
        (["white space"], "is no tag"),
        (["a", "b", "c", "d", FALLBACK_TAGS, "e"], "at most 4 tags or patterns can move, and these are 5"),
    ],
)
def test_filters_that_aws_or_we_cannot_have_are_refused(filters: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        checked_filters(filters)


def _lifecycle(**selection: Any) -> str:
    counted = {"countType": "imageCountMoreThan", "countNumber": 5, **selection}
    rules = [{"rulePriority": n, "selection": counted, "action": {"type": "expire"}} for n in (3, 4)]
    return json.dumps({"rules": rules[: 2 if selection["tagStatus"] == "tagged" else 1]})


def test_a_repository_as_it_should_be_does_not_differ() -> None:
    wanted = image_settings()
    # AWS writes policies in its own way, and lists filters in any order.
    spaced = json.dumps(json.loads(wanted.lifecycle), indent=4, sort_keys=True)
    assert differences(wanted, replace(wanted, lifecycle=spaced, filters=wanted.filters[::-1])) == ()


@pytest.mark.parametrize(
    "changes,setting,danger",
    [
        ({"mutability": Mutability.IMMUTABLE, "filters": ()}, "tag mutability", None),
        ({"filters": ("f*",)}, "tag mutability", "fp-* and failed-* can be overwritten"),
        (
            {"mutability": Mutability.MUTABLE, "filters": ()},
            "tag mutability",
            "fp-*, proof-*, failed-* and packages-* can be",
        ),
        (
            {"mutability": Mutability.MUTABLE_WITH_EXCLUSION, "filters": ("fp-*", "proof*", "failed-1*", "*")},
            "tag mutability",
            None,
        ),
        (
            {"mutability": Mutability.MUTABLE_WITH_EXCLUSION, "filters": ("fp-*", "proof*", "failed-1*")},
            "tag mutability",
            "failed-* and packages-* can be overwritten",
        ),
        ({"scan_on_push": False}, "scan on push", None),
        ({"lifecycle": ""}, "lifecycle policy", None),
        ({"lifecycle": _lifecycle(tagStatus="untagged")}, "lifecycle policy", None),
        ({"lifecycle": _lifecycle(tagStatus="any")}, "lifecycle policy", "its rule 3 can delete"),
        (
            {"lifecycle": _lifecycle(tagStatus="tagged", tagPrefixList=["x"])},
            "lifecycle policy",
            "its rules 3 and 4 can delete",
        ),
        ({"lifecycle": "?"}, "lifecycle policy", "it cannot be told what it deletes"),
    ],
)
def test_each_difference_is_told_with_what_could_be_lost(
    changes: dict[str, Any], setting: str, danger: str | None
) -> None:
    wanted = image_settings()
    (difference,) = differences(wanted, replace(wanted, **changes))
    assert difference.setting == setting
    assert difference.wanted != difference.found
    assert (difference.danger is None) == (danger is None)
    assert (danger or "") in (difference.danger or "")


def test_where_nothing_must_stay_nothing_is_a_danger() -> None:
    found = replace(cache_settings(), lifecycle=_lifecycle(tagStatus="any"))
    (difference,) = differences(cache_settings(), found)
    assert difference.danger is None
    assert difference.wanted == "1: expire untagged sinceImagePushed 1; 2: expire any sinceImagePushed 30"
    assert difference.found == "3: expire any imageCountMoreThan 5"
