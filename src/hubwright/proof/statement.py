"""What is signed: an in-toto test result about one image and one smoke set.

A claim has one spelling, in canonical JSON. Reading writes the claim again and compares the bytes, so that nothing is
accepted that this program would not have written: no unknown field, no other order, no second meaning.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from hubwright.canonical import Canonical, canonical_bytes
from hubwright.frozen import dataclass
from hubwright.languages import KERNEL_NAME
from hubwright.proof.strict import Refused, read_json
from hubwright.registries.interface import checked_digest, checked_repository
from hubwright.words import UNSAFE

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
STATEMENT_LIMIT = 128 * 2**10

_SCHEMA = "1"
_JUDGE = "pkg:pypi/hubwright@"
_HEX = re.compile(r"[0-9a-f]{64}")
_PLATFORM = re.compile(r"linux/[a-z0-9]+")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,63}")
_NAME_LENGTH = 256


class Result(StrEnum):
    PASSED = "PASSED"
    WARNED = "WARNED"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What a proof says.

    `image` is the repository without its host, `digest` that of the platform's manifest. `smoke_set` and `shape` are
    hexadecimal hashes: S, and the part of it that does not change with the notebooks or the judge. `hardware` says
    that every device that the shape asks for was used, also where it asks for none. `notebooks` are hashes of raw
    bytes by path, `canaries` whether the failing cell of each kernel was seen to fail. The times and `url` inform.
    """

    image: str
    digest: str
    smoke_set: str
    shape: str
    fingerprint: str
    platform: str
    result: Result
    hardware: bool
    notebooks: Mapping[str, str]
    canaries: Mapping[str, bool]
    judge_version: str
    judge_sha256: str
    passed: frozenset[str]
    warned: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()
    started_on: str
    finished_on: str
    url: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for what has no place in a statement."""
        checked_repository(self.image)
        checked_digest(self.digest)
        hashes = (self.smoke_set, self.shape, self.fingerprint, self.judge_sha256, *self.notebooks.values())
        _check(_HEX, hashes, "64 hexadecimal digits")
        _check(_PLATFORM, [self.platform], "a platform")
        _check(_TIME, [self.started_on, self.finished_on], "a time such as 2026-01-31T12:00:00Z")
        _check(_VERSION, [self.judge_version], "a version")
        _check(KERNEL_NAME, self.canaries, "the name of a kernel")
        for name in (*self.notebooks, *self.passed, *self.warned, *self.failed):
            if not 0 < len(name) <= _NAME_LENGTH:
                msg = f"a name of {len(name)} characters; expected 1 to {_NAME_LENGTH}"
                raise ValueError(msg)
        for text in (self.url, *self.notebooks, *self.passed, *self.warned, *self.failed):
            if UNSAFE.search(text):
                msg = f"{text!r} holds characters that mislead whoever reads them"
                raise ValueError(msg)


def _check(pattern: re.Pattern[str], texts: Iterable[str], expected: str) -> None:
    for text in texts:
        if not pattern.fullmatch(text):
            msg = f"{text!r} is not {expected}"
            raise ValueError(msg)


def write_statement(claim: Claim) -> bytes:
    """Return the bytes to sign."""
    return canonical_bytes(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": claim.image, "digest": {"sha256": claim.digest.removeprefix("sha256:")}}],
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "result": claim.result.value,
                "configuration": [
                    {"name": "smoke-set", "digest": {"sha256": claim.smoke_set}, "annotations": _annotations(claim)},
                    *({"name": name, "digest": {"sha256": each}} for name, each in sorted(claim.notebooks.items())),
                    {"name": "judge", "uri": _JUDGE + claim.judge_version, "digest": {"sha256": claim.judge_sha256}},
                ],
                "url": claim.url,
                "passedTests": sorted(claim.passed),
                "warnedTests": sorted(claim.warned),
                "failedTests": sorted(claim.failed),
            },
        }
    )


def _annotations(claim: Claim) -> Canonical:
    return {
        "schema": _SCHEMA,
        "platform": claim.platform,
        "fingerprint": claim.fingerprint,
        "shape": claim.shape,
        "hardware": "yes" if claim.hardware else "no",
        "startedOn": claim.started_on,
        "finishedOn": claim.finished_on,
        "canaries": ",".join(f"{kernel}={_SEEN[caught]}" for kernel, caught in sorted(claim.canaries.items())),
    }


_SEEN = {True: "caught", False: "missed"}


def read_statement(payload: bytes) -> Claim:
    """Return the claim in a payload whose signature was verified, or raise Refused."""
    document = read_json(payload, limit=STATEMENT_LIMIT, what="the statement")
    match document:
        case {"_type": str(kind), "predicateType": str(predicate), "subject": list(subjects)}:
            _check_kind(kind, predicate, len(subjects))
        case _:
            msg = "the payload is no in-toto statement"
            raise Refused(msg)
    try:
        claim = _claim(document)
        spelled = write_statement(claim)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        msg = f"the statement is not one of ours: {type(error).__name__}: {error}"
        raise Refused(msg) from error
    if spelled != payload:
        msg = "the statement is not spelled as this program spells it: fields are unknown, missing or in another order"
        raise Refused(msg)
    return claim


def _check_kind(kind: str, predicate: str, subjects: int) -> None:
    if (kind, predicate) != (STATEMENT_TYPE, PREDICATE_TYPE):
        msg = f"the statement is a {kind} about {predicate}; expected {STATEMENT_TYPE} about {PREDICATE_TYPE}"
        raise Refused(msg)
    if subjects != 1:
        msg = f"the statement is about {subjects} subjects; expected exactly one"
        raise Refused(msg)


def _claim(document: object) -> Claim:
    """Take out what a claim is made of; what is in the wrong place is found when it is written again."""
    match document:
        case {
            "subject": [{"name": str(image), "digest": {"sha256": str(digest)}}],
            "predicate": {
                "result": str(result),
                "configuration": [
                    {"digest": {"sha256": str(smoke_set)}, "annotations": dict(notes)},
                    *notebooks,
                    {"uri": str(judge), "digest": {"sha256": str(judge_sha256)}},
                ],
                "url": str(url),
                "passedTests": list(passed),
                "warnedTests": list(warned),
                "failedTests": list(failed),
            },
        }:
            pairs = [entry.partition("=") for entry in notes["canaries"].split(",") if entry]
            return Claim(
                image=image,
                digest=f"sha256:{digest}",
                smoke_set=smoke_set,
                shape=notes["shape"],
                fingerprint=notes["fingerprint"],
                platform=notes["platform"],
                result=Result(result),
                hardware=notes["hardware"] == "yes",
                notebooks={each["name"]: each["digest"]["sha256"] for each in notebooks},
                canaries={kernel: seen == "caught" for kernel, _, seen in pairs},
                judge_version=judge.removeprefix(_JUDGE),
                judge_sha256=judge_sha256,
                passed=frozenset(passed),
                warned=frozenset(warned),
                failed=frozenset(failed),
                started_on=notes["startedOn"],
                finished_on=notes["finishedOn"],
                url=url,
            )
        case _:
            msg = "a part of it is missing or of another type"
            raise TypeError(msg)
