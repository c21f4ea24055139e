import math
from typing import Any

import pytest

from hubwright.declared import Declared
from hubwright.rehearse.judge.evidence import compare_with_declared, differs, read_evidence
from hubwright.verdicts import Evidence


def evidence(check: str = "a", expected: Any = 1, seen: Any = 1) -> Evidence:
    return read_evidence({"check": check, "expected": expected, "seen": seen}, "home, cell 2")


@pytest.mark.parametrize(
    "expected, seen",
    [(1, 1), (2, 2.0), (1.5, 1.5), ("a", "a"), (None, None), ({"b": [1], "a": 2}, {"a": 2.0, "b": [1]}), (True, True)],
)
def test_the_same_is_the_same(expected: object, seen: object) -> None:
    assert differs(evidence(expected=expected, seen=seen)) is None


@pytest.mark.parametrize(
    "expected, seen, words",
    [
        (1, 2, ("a: 1", "2")),
        (1, True, ("a: 1", "true")),
        (0, None, ("a: 0", "null")),
        ("1", 1, ('a: "1"', "1")),
        ([1, 2], [2, 1], ("a: [1, 2]", "[2, 1]")),
        (1.5, 1.25, ('a: "1.5"', '"1.25"')),
    ],
)
def test_what_differs_is_a_finding(expected: object, seen: object, words: tuple[str, str]) -> None:
    finding = differs(evidence(expected=expected, seen=seen))
    assert finding is not None
    assert (finding.where, finding.expected, finding.seen) == ("home, cell 2", *words)


@pytest.mark.parametrize(
    "shown",
    [
        None,
        [],
        {},
        {"check": "a", "expected": 1},
        {"check": "", "expected": 1, "seen": 1},
        {"check": 1, "expected": 1, "seen": 1},
        {"check": "a", "expected": 1, "seen": 1, "more": 1},
        {"check": "a", "expected": {1}, "seen": 1},
    ],
)
def test_what_is_no_evidence_is_refused(shown: object) -> None:
    with pytest.raises(ValueError, match="evidence that"):
        read_evidence(shown, "home, cell 2")


def test_what_is_no_number_differs_from_nothing_but_words() -> None:
    assert evidence(seen=math.nan).seen == "nan"
    assert evidence(seen=math.inf).seen == "inf"


DECLARED = Declared(checks=("a",), hardware_checks=("gpu",))


@pytest.mark.parametrize(
    "shown, hardware, words",
    [
        (["a"], False, []),
        (["a", "a"], False, []),
        (["a", "gpu"], True, []),
        ([], False, ["home: evidence of 'a', none"]),
        (["a"], True, ["home: evidence of 'gpu', none"]),
        (["a", "gpu"], False, ["home, cell 2: nothing of 'gpu' without hardware, evidence of it"]),
        (["a", "b"], False, ["home, cell 2: declared checks only, evidence of 'b'"]),
    ],
)
def test_what_was_promised_is_what_is_shown(shown: list[str], hardware: bool, words: list[str]) -> None:  # noqa: FBT001 - a case
    found = compare_with_declared([evidence(check) for check in shown], DECLARED, "home", hardware=hardware)
    assert [f"{finding.where}: {finding.expected}, {finding.seen}" for finding in found] == words
