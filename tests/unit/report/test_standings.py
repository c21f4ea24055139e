from typing import Any

import pytest

from accounts import offered, start
from hubwright.offering import Basis
from hubwright.report.standings import is_affected
from hubwright.verdicts import Standing


@pytest.mark.parametrize(
    "changes, affected",
    [
        ({}, False),
        ({"offered": offered(basis=Basis.PINNED)}, False),
        ({"offered": offered(basis=Basis.LAST_GOOD)}, True),
        ({"offered": None}, False),
        ({"offered": None, "withheld": "no proof"}, True),
        ({"offered": None, "standing": Standing.FAILED}, True),
        ({"offered": None, "standing": Standing.NOT_TESTED}, True),
        ({"offered": None, "standing": Standing.WITHOUT_HARDWARE}, False),
    ],
)
def test_whoever_does_not_get_what_was_meant_is_affected(changes: dict[str, Any], affected: bool) -> None:  # noqa: FBT001 - a case
    assert is_affected(start(**changes)) is affected
