import pytest

from hubwright.account import ImageChange, PackageMove
from hubwright.contents.difference import KnownImage, difference
from hubwright.contents.document import PackageList


def known(digest: str, *, python: dict[str, str], found: frozenset[str] | None = None, **debian: str) -> KnownImage:
    packages = PackageList(variant="base", platform="linux/amd64", debian=debian, python=python, complete=True)
    return KnownImage(digest=digest, size=len(debian), packages=packages, found=found)


BEFORE = known("sha256:1", python={"numpy": "2", "gone": "1"}, less="668")
AFTER = known("sha256:2", python={"numpy": "2", "new": "1"}, less="669", git="2")


def test_what_came_what_went_and_what_moved() -> None:
    assert difference(BEFORE, AFTER) == ImageChange(
        since="sha256:1",
        size_before=1,
        moved=(
            PackageMove(kind="debian", name="git", before="", after="2"),
            PackageMove(kind="debian", name="less", before="668", after="669"),
            PackageMove(kind="python", name="gone", before="1", after=""),
            PackageMove(kind="python", name="new", before="", after="1"),
        ),
        scanned=False,
    )
    assert difference(BEFORE, BEFORE).moved == ()


@pytest.mark.parametrize(
    "had, has, scanned, fixed, appeared",
    [
        ({"A", "B"}, {"B", "C"}, True, ("A",), ("C",)),
        (set(), set(), True, (), ()),
        # Of what nobody scanned nothing was fixed.
        ({"A"}, None, False, (), ()),
        (None, {"A"}, False, (), ()),
    ],
)
def test_only_two_scans_tell_what_was_fixed(
    had: set[str] | None, has: set[str] | None, *, scanned: bool, fixed: tuple[str, ...], appeared: tuple[str, ...]
) -> None:
    before = known("sha256:1", python={}, found=None if had is None else frozenset(had))
    after = known("sha256:2", python={}, found=None if has is None else frozenset(has))
    change = difference(before, after)
    assert (change.scanned, change.fixed, change.appeared) == (scanned, fixed, appeared)
