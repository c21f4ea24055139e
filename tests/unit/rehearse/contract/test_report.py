import json
from dataclasses import asdict, replace

import pytest

from hubwright.errors import ContractError
from hubwright.rehearse.contract.report import evidence, findings, read_report, require_whole
from hubwright.rehearse.contract.subject import Seen

PASSED = Seen(check="test_a", where="f.py::test_a", outcome="passed", expected="yes", seen="yes")
FAILED = Seen(check="test_b", where="f.py::test_b", outcome="failed", expected=["x"], seen=[], advice="Add x.")
SKIPPED = Seen(check="test_c", where="f.py::test_c", outcome="not shown", expected="c", seen="it was skipped: why")
HANGING = replace(SKIPPED, because="test_b")
BROKEN = Seen(check="test_d", where="f.py::test_d", outcome="broken", expected="d", seen="NameError: e")


def report(*lines: Seen, checks: int | None) -> str:
    end = [json.dumps({"checks": checks})] if checks is not None else []
    return "\n".join([*(json.dumps(asdict(line)) for line in lines), *end])


def test_a_whole_report_says_what_each_check_came_to() -> None:
    assert read_report(report(PASSED, FAILED, checks=2)) == (PASSED, FAILED)


def test_an_excuse_is_no_check() -> None:
    excuse = replace(FAILED, check="excuse no_caches", where="excused.toml")
    assert read_report(report(PASSED, excuse, checks=1)) == (PASSED, excuse)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "has no end"),
        (report(PASSED, checks=None), "has no end"),
        (report(PASSED, checks=2), "2 were found, and 1 were made"),
    ],
)
def test_a_report_that_breaks_off_is_no_verdict(text: str, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        read_report(text)


def test_a_check_at_fault_is_no_verdict() -> None:
    require_whole([PASSED, FAILED, SKIPPED])
    with pytest.raises(ContractError, match=r"f\.py::test_d: NameError: e"):
        require_whole([PASSED, BROKEN])


def test_only_what_passed_is_evidence() -> None:
    (shown,) = evidence([PASSED, FAILED, SKIPPED])
    assert (shown.check, shown.expected, shown.seen, shown.where) == ("test_a", "yes", "yes", "f.py::test_a")


def test_what_failed_is_found_with_what_to_do() -> None:
    (found,) = findings([PASSED, FAILED], ["f.py"])
    assert (found.where, found.expected, found.seen, found.advice) == ("f.py::test_b", '["x"]', "[]", "Add x.")


def test_a_skip_is_found_unless_it_hangs_on_what_is_found_anyway() -> None:
    assert [found.where for found in findings([PASSED, SKIPPED], [])] == ["f.py::test_c"]
    assert [found.where for found in findings([PASSED, HANGING], [])] == ["f.py::test_c"]
    assert [found.where for found in findings([FAILED, HANGING], [])] == ["f.py::test_b"]


def test_a_file_without_checks_is_found() -> None:
    (found,) = findings([PASSED], ["f.py", "silent.py"])
    assert (found.where, found.seen) == ("silent.py", "none")
