"""What a scan found, over the SDK's own way there and back."""

from collections.abc import Mapping
from typing import Any

import pytest

from fakes.aws import FakeAws, Script, refusal
from fakes.web import Reply
from hubwright.errors import AwsRefusedError, AwsUnavailableError
from hubwright.registries.ecr import Ecr

NAME = "jupyter/base"
DIGEST = f"sha256:{'1' * 64}"
OPERATION = "DescribeImageScanFindings"


def _found(script: Script) -> frozenset[str] | None:
    aws = FakeAws(script={OPERATION: script})
    with aws.serve() as ecr:
        return _ask(ecr)


def _ask(ecr: Ecr) -> frozenset[str] | None:
    return ecr.found_by_scan(NAME, DIGEST)


def _answer(status: str, more: Mapping[str, Any]) -> dict[str, Any]:
    return {"imageScanStatus": {"status": status}, **more}


BASIC = {"findings": [{"name": "CVE-2026-1"}, {"name": "CVE-2026-2"}]}
ENHANCED = {"enhancedFindings": [{"packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-3"}}]}


@pytest.mark.parametrize(
    "status, findings, found",
    [
        ("COMPLETE", BASIC, frozenset({"CVE-2026-1", "CVE-2026-2"})),
        ("ACTIVE", ENHANCED, frozenset({"CVE-2026-3"})),
        ("COMPLETE", {}, frozenset()),
    ],
)
def test_both_kinds_of_scan_are_understood(status: str, findings: dict[str, Any], found: frozenset[str]) -> None:
    asked: list[Mapping[str, Any]] = []

    def script(parameters: Mapping[str, Any]) -> dict[str, Any]:
        asked.append(parameters)
        return _answer(status, {"imageScanFindings": findings})

    assert _found(script) == found
    assert asked[0]["repositoryName"] == NAME
    assert asked[0]["imageId"] == {"imageDigest": DIGEST}


def test_all_pages_are_read() -> None:
    pages = {None: ("1", "a"), "a": ("2", "b"), "b": ("3", None)}

    def script(parameters: Mapping[str, Any]) -> dict[str, Any]:
        number, following = pages[parameters.get("nextToken")]
        more = {"nextToken": following} if following else {}
        return _answer("COMPLETE", {"imageScanFindings": {"findings": [{"name": number}]}, **more})

    assert _found(script) == frozenset({"1", "2", "3"})


def test_a_list_without_end_is_no_part_of_one() -> None:
    with pytest.raises(AwsUnavailableError, match="more than 50 pages"):
        _found(lambda _: _answer("COMPLETE", {"nextToken": "again"}))


@pytest.mark.parametrize("status", ["IN_PROGRESS", "PENDING", "FAILED", "UNSUPPORTED_IMAGE", "FINDINGS_UNAVAILABLE"])
def test_a_scan_that_is_not_done_says_nothing(status: str) -> None:
    assert _found(lambda _: _answer(status, {})) is None


@pytest.mark.parametrize("code", ["ScanNotFoundException", "ImageNotFoundException", "RepositoryNotFoundException"])
def test_a_scan_that_is_not_there_is_an_absence(code: str) -> None:
    assert _found(lambda _: refusal(code)) is None


@pytest.mark.parametrize(
    "answer, error",
    [
        (refusal("AccessDeniedException"), AwsRefusedError),
        (refusal("ThrottlingException"), AwsUnavailableError),
        (refusal("ServerException", status=500), AwsUnavailableError),
        ({"nothing": "of it"}, AwsUnavailableError),
    ],
)
def test_no_answer_is_no_absence(answer: Reply | dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=f"read what the scan found in {NAME}@{DIGEST}"):
        _found(lambda _: answer)
