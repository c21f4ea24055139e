"""Which folders of locks stand on which, in a family of three generations with an image beside it."""

import pytest

from hubwright.locks.family import Family, folder_of, images_of
from hubwright.locks.targets import find_targets
from values import matrix, variant

PYTHON = {"python": "3.13"}
OF = matrix(
    variant("base", facts=PYTHON),
    variant("child", "base", facts=PYTHON),
    variant("deep", "child", facts=PYTHON),
    variant("other", "base", facts=PYTHON),
)
BASE, CHILD, DEEP, OTHER = (f"images/{name}" for name in ("base", "child", "deep", "other"))


@pytest.fixture(params=["requirements.in", "apt.txt"])
def family(request: pytest.FixtureRequest) -> Family:
    """Give the family with locks of Python's packages, and with locks of Debian's."""
    return Family(find_targets(OF, frozenset(OF.variants), lambda path: path.endswith(request.param)))


def test_the_lowest_are_those_that_no_other_one_is_below(family: Family) -> None:
    assert family.lowest([DEEP, OTHER, CHILD]) == [OTHER, CHILD]
    assert family.lowest([OTHER, DEEP, BASE]) == [BASE]


def test_above_a_folder_is_what_stands_on_it_but_for_what_is_left_out(family: Family) -> None:
    assert family.above([BASE], apart_from=[]) == {CHILD, DEEP, OTHER}
    assert family.above([CHILD], apart_from=[]) == {DEEP}
    assert family.above([DEEP], apart_from=[]) == set()
    assert family.above([BASE], apart_from=[BASE, OTHER]) == {CHILD, DEEP}


def test_a_folder_has_its_locks_and_its_images(family: Family) -> None:
    assert {folder_of(target.lock) for target in family.members(CHILD)} == {CHILD}
    assert images_of(OF, CHILD) == ("child",)
    assert images_of(OF, "") == ()
