from typing import Any

import pytest

from accounts import account, failed_start, image, offered, start
from hubwright.account import Became
from hubwright.offering import Basis
from hubwright.report.summary import headline, is_affected
from hubwright.verdicts import Standing

_UNTESTED: dict[str, Any] = {"standing": Standing.NOT_TESTED, "rehearsed": False, "trials": ()}


@pytest.mark.parametrize(
    "changes, told",
    [
        ({}, "Fine: the start is offered with today's image"),
        ({"starts": (start(), start("b"))}, "Fine: all 2 starts are offered with today's image"),
        ({"starts": (start(offered=None),)}, "Fine: the start is proven"),
        ({"starts": ()}, "Fine: the image is in the registry"),
        ({"starts": (), "images": (image(), image("b"))}, "Fine: all 2 images are in the registry"),
        (
            {"starts": (start(), failed_start("b"))},
            "Not fine: 1 of 2 starts is not offered with today's image; 1 failed",
        ),
        (
            {"starts": (failed_start("b"), start("c", **_UNTESTED, offered=None, withheld="no image"))},
            "Not fine: 2 of 2 starts are not offered with today's image; 1 failed; 1 not tested",
        ),
        # The file that a hub reads has today's image, and a rehearsal since says that it should not.
        ({"starts": (failed_start(offered=offered()),)}, "Not fine: 1 failed"),
        ({"images": (image(became=Became.FAILED),)}, "Not fine: 1 image did not build"),
        (
            {"images": (image(became=Became.WITHHELD), image("b", became=Became.WITHHELD))},
            "Not fine: 2 images were withheld",
        ),
        ({"unread": ("a",)}, "Not fine: 1 thing could not be found out"),
        ({"unread": ("a", "b"), "wrong": ("c",)}, "Not fine: 2 things could not be found out"),
        ({"wrong": ("c",)}, "Not fine: the run ended with an error"),
    ],
)
def test_one_line_says_whether_all_is_well(changes: dict[str, Any], told: str) -> None:
    assert headline(account(**changes)) == told


@pytest.mark.parametrize(
    "changes, affected",
    [
        ({}, False),
        ({"offered": offered(basis=Basis.PINNED)}, True),
        ({"offered": offered(basis=Basis.LAST_GOOD)}, True),
        ({"offered": None}, False),
        ({"offered": None, "withheld": "no proof"}, True),
        ({"offered": None, "standing": Standing.FAILED}, True),
        ({"offered": None, "standing": Standing.NOT_TESTED}, True),
        ({"offered": None, "standing": Standing.WITHOUT_HARDWARE}, False),
    ],
)
def test_whoever_does_not_get_todays_image_is_affected(changes: dict[str, Any], affected: bool) -> None:  # noqa: FBT001 - a case
    assert is_affected(start(**changes)) is affected
