from pathlib import Path

import pytest

from hubwright.consumers.schema import schema_problems
from hubwright.errors import UsageError

SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "properties": {
        "singleuser": {
            "additionalProperties": False,
            "properties": {"uid": {"type": "integer"}, "profileList": {"type": "array"}},
        }
    },
}


def test_what_the_schema_takes_is_no_problem() -> None:
    assert list(schema_problems(SCHEMA, {"singleuser": {"uid": 1000, "profileList": [{"nonsense": 1}, 5]}})) == []


def test_what_it_refuses_is_said_with_its_place() -> None:
    values = {"singleuser": {"uid": "1000", "workingDir": "/", "profileList": {"a" * 1000: 1}}}
    additional, not_a_list, not_a_number = schema_problems(SCHEMA, values)
    assert additional == (
        "singleuser: Additional properties are not allowed ('workingDir' was unexpected) (the chart's schema)"
    )
    assert not_a_list.startswith("singleuser.profileList: {'aaa")
    assert len(not_a_list) < 400
    assert not_a_number == "singleuser.uid: '1000' is not of type 'integer' (the chart's schema)"


def test_what_is_no_schema_is_named() -> None:
    with pytest.raises(UsageError, match="is no JSON Schema: 5 is not valid under any of the given schemas"):
        list(schema_problems({"type": 5}, {}))


# It would be fetched with a warning, which fails a test by itself.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nothing_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("{}")
    outside = {"properties": {"a": {"$ref": (tmp_path / "there.json").as_uri()}}}
    with pytest.raises(UsageError, match=r"refers to what is not in it, .*there\.json"):
        list(schema_problems(outside, {"a": 1}))
