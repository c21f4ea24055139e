"""When a version is in a range."""

import pytest

from hubwright.matrix.rules import matches


@pytest.mark.parametrize(
    "version, wanted, expected",
    [
        ("4.1.1", "4", True),
        ("4.1.1", "4.1", True),
        ("4.1.1", "==4.1.1", True),
        ("4.1.1", "4.10", False),
        ("4.10", "4.1", False),
        ("4", "4.0", True),
        ("4", "4.1", False),
        ("17.0.2", "<=17", True),
        ("17.0.2", ">17", False),
        ("18", ">17", True),
        ("3.9", "!=3.9", False),
        ("3.10", "!=3.9", True),
        ("3.10", ">=3.9", True),
        ("3.13.1", ">=3.10,<3.14", True),
        ("3.14", ">=3.10, <3.14", False),
        ("010", "10", True),
        ("dev", ">=0", False),
        ("4.1rc1", "4", False),
    ],
)
def test_matches(version: str, wanted: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert matches(version, wanted) is expected
