"""What packages take, as it lies beside an image."""

import json

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from hubwright.account import PackageSize
from hubwright.contents.attach import attach_list, attach_sizes, attached_list, attached_sizes, sizes_tag
from hubwright.contents.document import PackageList
from hubwright.contents.sizes import read_sizes, write_sizes
from hubwright.errors import ContentCorruptError
from hubwright.proof.tags import by_subject
from hubwright.registries.ecr_policy import KEPT_PREFIXES
from hubwright.registries.interface import is_tag

REPOSITORY = "hubwright/base"
SIZES = (
    PackageSize(kind="python", name="numpy", size=60_000_000),
    PackageSize(kind="other", name="/opt/spark", size=9),
    PackageSize(kind="debian", name="less", size=7),
    PackageSize(kind="python", name="less", size=7),
)
GOOD = {"schema": 1, "installed": {"debian": {"less": 7}, "python": {}, "other": {}}}


def test_the_largest_come_first_and_what_has_no_file_is_left_out() -> None:
    shuffled = (SIZES[3], SIZES[1], PackageSize(kind="debian", name="empty", size=0), SIZES[2], SIZES[0])
    assert read_sizes(write_sizes(shuffled), where="here") == SIZES
    assert write_sizes(SIZES) == write_sizes(SIZES[::-1])


def test_they_lie_beside_an_image_and_its_list() -> None:
    registry = FakeRegistry(lists_referrers=True)
    image = push_image(registry, REPOSITORY, "fp-1")
    listed = PackageList(variant="base", platform="linux/amd64", debian={"less": "1"}, python={}, complete=True)
    assert attached_sizes(registry, REPOSITORY, image.digest) is None
    attach_list(registry, REPOSITORY, image.digest, listed)
    attach_sizes(registry, REPOSITORY, image.digest, SIZES)
    assert attached_list(registry, REPOSITORY, image.digest) == listed
    assert attached_sizes(registry, REPOSITORY, image.digest) == SIZES


def test_their_tag_is_one_that_stays_and_no_proofs() -> None:
    tag = sizes_tag(f"sha256:{'a' * 64}")
    assert is_tag(tag)
    assert tag.startswith(KEPT_PREFIXES)
    assert by_subject([tag]) == {}


@pytest.mark.parametrize(
    "document",
    [
        [],
        {**GOOD, "schema": 2},
        {"schema": 1, "installed": {"debian": {}, "python": {}}},
        {"schema": 1, "installed": {"debian": {"less": True}, "python": {}, "other": {}}},
        {"schema": 1, "installed": {"debian": {"less": -1}, "python": {}, "other": {}}},
        {"schema": 1, "installed": {"debian": {"less": 1.5}, "python": {}, "other": {}}},
        {"schema": 1, "installed": {"debian": [], "python": {}, "other": {}}},
        {"schema": 1, "installed": {"debian": {}, "python": {}, "other": "x"}},
    ],
)
def test_what_is_no_sizes_is_told_with_its_place(document: object) -> None:
    assert read_sizes(json.dumps(GOOD).encode(), where="here")
    with pytest.raises(ContentCorruptError, match="here should say what packages take, and does not"):
        read_sizes(json.dumps(document).encode(), where="here")


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b"\xff"])
def test_bytes_that_say_nothing_are_told(body: bytes) -> None:
    with pytest.raises(ContentCorruptError, match="here should say what packages take, and does not"):
        read_sizes(body, where="here")
