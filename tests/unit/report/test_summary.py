from typing import Any

import pytest
from hypothesis import given

from account_strategies import accounts
from accounts import account, failed_start, image, nothing, offered, start
from hubwright.account import Account, Became
from hubwright.offering import Basis
from hubwright.report.summary import answer_of, headline
from hubwright.report.troubles import troubles
from hubwright.verdicts import Standing
from nights import night
from strategies import STEADY_FEW

_UNTESTED: dict[str, Any] = {"standing": Standing.NOT_TESTED, "rehearsed": False, "trials": ()}
_PINNED = offered(basis=Basis.PINNED)


@pytest.mark.parametrize(
    "changes, told",
    [
        ({}, "Fine: the start is offered and proven"),
        ({"starts": (start(), start("b"))}, "Fine: all 2 starts are offered and proven"),
        (
            {"starts": (start(), start("b", offered=_PINNED))},
            "Fine: all 2 starts are offered and proven, 1 of them with an image that somebody has pinned",
        ),
        ({"starts": ()}, "Fine: the image is in the registry"),
        ({"starts": (), "images": (image(), image("b"))}, "Fine: all 2 images are in the registry"),
        ({"starts": (), "images": ()}, "Not fine: nothing is known yet"),
        (
            {"starts": (start(), failed_start("b"))},
            "Not fine: 1 of 2 starts failed; 1 of 2 starts on the last good image",
        ),
        (
            {"starts": (failed_start("b"), start("c", **_UNTESTED, offered=None, withheld="no image"))},
            "Not fine: 1 of 2 starts failed; 1 of 2 starts withheld; 1 of 2 starts on the last good image",
        ),
        # The file that a hub reads has today's image, and a rehearsal since says that it should not.
        ({"starts": (failed_start(offered=offered()),)}, "Not fine: 1 of 1 start failed"),
        # Nobody was asked what is offered, or nobody could be.
        ({"starts": (start(offered=None),)}, "Not fine: 1 of 1 start unknown"),
        ({"starts": (start(**_UNTESTED), start("b"))}, "Not fine: 1 of 2 starts unknown"),
        ({"images": (image(became=Became.FAILED),), "starts": ()}, "Not fine: 1 image did not build"),
        (
            {
                "images": (image(became=Became.FAILED), image("b", "base", became=Became.NOT_BEGUN)),
                "starts": (start("c", "b", **_UNTESTED, offered=None, withheld="no image"),),
            },
            "Not fine: 1 image did not build; 1 of 1 start withheld",
        ),
        (
            {"images": (image(became=Became.WITHHELD), image("b", became=Became.WITHHELD)), "starts": ()},
            "Not fine: 2 images are withheld",
        ),
        ({"unread": ("a",)}, "Not fine: 1 thing could not be found out"),
        ({"unread": ("a", "b"), "wrong": ("c",)}, "Not fine: 2 things could not be found out"),
        ({"wrong": ("c",)}, "Not fine: the run ended with an error"),
    ],
)
def test_one_line_says_whether_all_is_well(changes: dict[str, Any], told: str) -> None:
    assert headline(account(**changes)) == told


def test_what_is_not_well_comes_the_worst_first() -> None:
    assert headline(night()) == (
        "Not fine: 1 of 6 starts failed; 1 of 6 starts withheld; 1 image is withheld; "
        "1 of 6 starts on the last good image"
    )


@given(accounts)
@STEADY_FEW
def test_something_is_wrong_where_there_is_trouble(made: Account) -> None:
    found = troubles(made)
    assert bool(answer_of(found, made).wrong) is (bool(found) or not (made.starts or made.images))


def test_nothing_is_no_trouble() -> None:
    assert troubles(nothing()) == ()
