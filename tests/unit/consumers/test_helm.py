import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.consumers.helm import DEFAULTS, handed_over, merged, volumes_are_a_mapping
from values import CHART


def _mappings(inner: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(st.sampled_from("abc"), inner, max_size=3)


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
_VALUES = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=3) | _mappings(inner), max_leaves=8)


@pytest.mark.parametrize(
    "defaults, values, whole",
    [
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3, "d": 4}}, {"a": {"b": 1, "c": 3, "d": 4}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": None}}, {"a": {}}),
        ({}, {"a": None}, {"a": None}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
        ({"a": 2}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {}}, {"a": {"b": [None]}}, {"a": {"b": [None]}}),
    ],
)
def test_values_go_over_the_charts_own_as_helm_has_it(
    defaults: dict[str, object], values: dict[str, object], whole: dict[str, object]
) -> None:
    assert merged(defaults, values) == whole


@given(_mappings(_VALUES))
def test_nothing_changes_by_nothing_or_by_the_same(values: dict[str, object]) -> None:
    assert merged(values, {}) == values
    assert merged({}, values) == values


def test_a_null_takes_the_charts_command_away() -> None:
    whole = merged(DEFAULTS, {"singleuser": {"cmd": None}})["singleuser"]
    assert isinstance(whole, dict)
    assert "cmd" not in whole
    assert whole["uid"] == 1000


def test_the_hub_gets_mappings_sorted_and_keys_as_text() -> None:
    date = dt.date(2026, 1, 31)
    values = {"b": [{3.5: date, "2": (1, 2.5, True, None)}], "a": {}}
    assert json.dumps(handed_over(values)) == '{"a": {}, "b": [{"2": [1, 2.5, true, null], "3.5": "2026-01-31"}]}'


@pytest.mark.parametrize(
    "version, mapping", [("3.3.8", False), ("4.2.0", False), ("4.3.0", True), ("4.10.0", True), ("5.0.0", True)]
)
def test_newer_charts_mount_from_a_mapping(version: str, *, mapping: bool) -> None:
    assert volumes_are_a_mapping(replace(CHART, version=version)) is mapping
