import pytest

from corpus.case import MINIMAL
from fakes.repository import MemoryRepository
from hubwright.canonical import Canonical
from hubwright.errors import FileError
from hubwright.explain import Move, moved_parts, moves, spelled
from hubwright.fingerprint import fingerprint
from hubwright.pipeline.planning import explain
from values import RECIPE, variant

ONE, TWO = "1" * 64, "2" * 64


@pytest.mark.parametrize(
    "before, after, expected",
    [
        ({"a": 1}, {"a": 1}, []),
        ({"dockerfile": ONE}, {"dockerfile": TWO}, [Move(part="dockerfile", before="1" * 12, after="2" * 12)]),
        ({"target": None}, {"target": "x"}, [Move(part="target", before=None, after="x")]),
        ({"args": {"A": "1"}}, {"args": {"A": "2"}}, [Move(part="args.A", before="1", after="2")]),
        ({"args": {}}, {"args": {"B": "2"}}, [Move(part="args.B", before=None, after="2")]),
        ({"secrets": ["a"]}, {"secrets": []}, [Move(part="secrets", before="a", after="-")]),
        (
            {"context": [["f", "file", False, ONE], ["gone", "folder", False, ""]]},
            {"context": [["f", "file", True, TWO], ["new", "link", False, "f"]]},
            [
                Move(part="context f", before="file 111111111111", after="file executable 222222222222"),
                Move(part="context gone", before="folder", after=None),
                Move(part="context new", before=None, after="link f"),
            ],
        ),
        (
            {},
            {"context": [["f", "file", False, ONE]]},
            [Move(part="context f", before=None, after="file 111111111111")],
        ),
        ({"base": {"suite": "a"}}, {"base": ONE}, [Move(part="base", before="suite=a", after="1" * 12)]),
    ],
)
def test_each_part_that_moved_is_named(
    before: dict[str, Canonical], after: dict[str, Canonical], expected: list[Move]
) -> None:
    assert list(moved_parts(before, after)) == expected


def test_a_move_is_followed_to_the_parent_it_came_from() -> None:
    old_base = fingerprint(variant("base"), RECIPE, "f")
    new_base = fingerprint(variant("base", args={"A": "1"}), RECIPE, "f")
    before = {"base": old_base, "child": fingerprint(variant("child"), RECIPE, old_base.hex)}
    after = {"base": new_base, "child": fingerprint(variant("child"), RECIPE, new_base.hex)}
    parents = {"child": "base", "base": None}
    assert list(moves("child", before, after, parents)) == [
        Move(part="base", before=old_base.hex[:12], after=new_base.hex[:12]),
        Move(part="base: args.A", before=None, after="1"),
    ]
    assert list(moves("child", after, after, parents)) == []


def test_a_new_parent_has_no_past_to_compare_with() -> None:
    child = {"child": fingerprint(variant("child"), RECIPE, "old")}
    after = {"base": fingerprint(variant("base"), RECIPE, "f"), "child": fingerprint(variant("child"), RECIPE, "new")}
    assert [move.part for move in moves("child", child, after, {"child": "base", "base": None})] == ["base"]


@pytest.mark.parametrize(
    "value, words",
    [(None, None), (ONE, "1" * 12), ("short", "short"), (3, "3"), ([], "-"), ({}, "-"), (["a", 1], "a, 1")],
)
def test_spelled(value: Canonical, words: str | None) -> None:
    assert spelled(value) == words


@pytest.mark.parametrize(
    "path, content, place",
    [
        ("matrix.yaml", MINIMAL.replace("images:", "imagez:"), "v1:matrix.yaml:5:1"),
        ("foundations.lock", "foundations: x\n", "v1:foundations.lock:1:1"),
    ],
)
def test_what_is_wrong_in_a_revision_is_not_looked_for_in_the_files_of_today(
    path: str, content: str, place: str
) -> None:
    today = {"matrix.yaml": MINIMAL.encode(), "images/base/Dockerfile": b"FROM scratch\n"}
    then = MemoryRepository({**today, path: content.encode()})
    with pytest.raises(FileError) as caught:
        explain(MemoryRepository(today), "matrix.yaml", "base", against=then, revision="v1")
    assert place in [str(problem.position) for problem in caught.value.problems]
