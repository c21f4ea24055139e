from pathlib import Path

import pytest

from helpers.workflow_cases import ROOT, TEXTS, derived, matrix_of
from hubwright.workflows.derive import derive, differences

_AT_AWS = [
    ".github/actions/aws-token/action.yml",
    *(f"docs/aws/hubwright-{role}.{kind}.json" for role in ("build", "verify", "emit") for kind in ("trust", "policy")),
]


def test_what_is_committed_is_what_the_shipped_matrix_says() -> None:
    wanted = derive(*matrix_of((ROOT / "matrix.yaml").read_text("utf-8")))
    found = {path: (ROOT / path).read_text("utf-8") if (ROOT / path).exists() else None for path in wanted}
    assert differences(wanted, found) == [], "write it anew with `./noxw -s ci`"


def test_nothing_else_is_committed_beside_it() -> None:
    wanted = derive(*matrix_of((ROOT / "matrix.yaml").read_text("utf-8")))
    there = [path for folder in (".github", "docs/aws") for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert sorted(str(path.relative_to(ROOT)) for path in there) == sorted(wanted)


@pytest.mark.parametrize("case", TEXTS)
def test_the_same_matrix_gives_the_same_bytes(case: str) -> None:
    assert derived(case) == derived(case)


def test_without_a_registry_at_aws_nothing_of_aws_may_be_left() -> None:
    made = derive(*matrix_of(TEXTS["no registry"]))
    assert [path for path, text in made.items() if text is None] == _AT_AWS
    assert not [path for path, text in made.items() if text and ("aws" in text.casefold() or "id-token" in text)]


@pytest.mark.parametrize("case", TEXTS)
def test_a_yaml_file_says_first_where_it_comes_from(case: str) -> None:
    for path, text in derived(case).items():
        if Path(path).suffix == ".yml":
            assert text.startswith("# Derived from matrix.yaml by `./noxw -s ci`")


@pytest.mark.parametrize(
    "wanted, found, said",
    [
        ("a\nb\nc\n", "a\nx\nc\n", "f:2: has `x`, and should have `b`"),
        ("a\nb\n", "a\n", "f:2: has nothing, and should have `b`"),
        ("a\n", "a\n\n", "f:2: has nothing, and should have nothing"),
        ("a\n", "a\nb\n", "f:2: has `b`, and should have nothing"),
        ("a\n", "a", "f:1: has `a`, and should have `a`"),
        ("a\n", "\x1b[2K\n", "f:1: has `\\x1b[2K`, and should have `a`"),
        ("a\n", None, "f is missing"),
        (None, "a\n", "f is left over: the matrix asks for nothing like it"),
    ],
)
def test_a_difference_is_told_by_its_first_line(wanted: str | None, found: str | None, said: str) -> None:
    assert differences({"f": wanted, "same": "x"}, {"f": found, "same": "x"}) == [said]
