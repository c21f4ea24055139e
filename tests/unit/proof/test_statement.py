import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.proof.statement import Claim, Result, read_statement, write_statement
from hubwright.proof.strict import Refused
from hubwright.words import UNSAFE
from proofs import claim

HEX = st.text("0123456789abcdef", min_size=64, max_size=64)
# JSON is UTF-8: a surrogate alone has no bytes.
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(lambda text: not UNSAFE.search(text))
TESTS = st.frozensets(NAMES, max_size=3)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    return claim(
        smoke_set=draw(HEX),
        result=draw(st.sampled_from(Result)),
        hardware=draw(st.booleans()),
        notebooks=draw(st.dictionaries(NAMES, HEX, max_size=3)),
        canaries=draw(
            st.dictionaries(st.from_regex(r"[A-Za-z0-9._-]{1,8}", fullmatch=True), st.booleans(), max_size=3)
        ),
        passed=draw(TESTS),
        warned=draw(TESTS),
        failed=draw(TESTS),
        url=draw(st.just("") | NAMES),
    )


@given(claims())
def test_every_claim_comes_back(given_claim: Claim) -> None:
    assert read_statement(write_statement(given_claim)) == given_claim


def test_the_statement_is_spelled_as_the_format_has_it() -> None:
    statement = json.loads(write_statement(claim()))

    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert statement["subject"] == [{"name": "hubwright/base", "digest": {"sha256": claim().digest[7:]}}]
    predicate = statement["predicate"]
    assert predicate["result"] == "PASSED"
    smoke_set, notebook, judge = predicate["configuration"]
    assert (smoke_set["name"], smoke_set["digest"]) == ("smoke-set", {"sha256": claim().smoke_set})
    assert smoke_set["annotations"] == {
        "schema": "1",
        "platform": "linux/amd64",
        "fingerprint": claim().fingerprint,
        "shape": claim().shape,
        "hardware": "yes",
        "startedOn": "2026-05-04T03:00:00Z",
        "finishedOn": "2026-05-04T03:02:01Z",
        "canaries": "bash=caught,python3=caught",
    }
    assert notebook["name"] == "notebooks/smoke/home.ipynb"
    assert (judge["name"], judge["uri"]) == ("judge", "pkg:pypi/hubwright@1.2.3")
    assert (predicate["passedTests"], predicate["warnedTests"], predicate["failedTests"]) == (
        ["home", "server"],
        [],
        [],
    )


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"image": "Upper/case"}, "is not the name of a repository"),
        ({"digest": "latest"}, "is not a sha256 digest"),
        ({"smoke_set": "abc"}, "64 hexadecimal"),
        ({"shape": "A" * 64}, "64 hexadecimal"),
        ({"fingerprint": "a" * 65}, "64 hexadecimal"),
        ({"judge_sha256": ""}, "64 hexadecimal"),
        ({"notebooks": {"home": "abc"}}, "64 hexadecimal"),
        ({"platform": "windows/amd64"}, "is not a platform"),
        ({"started_on": "2026-05-04 03:00:00"}, "is not a time"),
        ({"finished_on": "2026-05-04T03:00:00+01:00"}, "is not a time"),
        ({"judge_version": "v 1"}, "is not a version"),
        ({"canaries": {"a=b": True}}, "name of a kernel"),
        ({"passed": frozenset({""})}, "0 characters"),
        ({"warned": frozenset({"x" * 257})}, "257 characters"),
        ({"failed": frozenset({"a\nb"})}, "mislead"),
        ({"notebooks": {"": "a" * 64}}, "0 characters"),
        ({"notebooks": {"a\u202eb": "a" * 64}}, "mislead"),
        ({"url": "https://example.org/\x1b[2J"}, "mislead"),
    ],
)
def test_what_has_no_place_in_a_statement_makes_no_claim(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        claim(**changes)


def test_names_may_be_as_long_as_the_limit() -> None:
    assert claim(passed=frozenset({"x" * 256})).passed == {"x" * 256}


def test_reading_says_what_is_wrong() -> None:
    with pytest.raises(Refused, match="the payload is no in-toto statement"):
        read_statement(b"{}")
