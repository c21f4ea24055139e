"""Genuine bundles, statements and manifests, damaged at random: none is accepted, none gets out as an exception.

    ./noxw -s tests -- tests/unit/proof/test_mutations.py --hypothesis-profile=nightly

tries a hundred thousand.
"""

import base64
import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hubwright.proof.decide import Answer, Decision, decide
from hubwright.proof.envelope import read_bundle
from hubwright.proof.statement import write_statement
from hubwright.registries.interface import sha256_digest
from proofs import IMAGE, SMOKE_SET, TESTS, Scene, candidate, document, encode, expectation, pinned_keys, signature

# An example is one damaged proof, which takes a millisecond.
MANY = settings(max_examples=10 * settings().max_examples)
SCENE = Scene()
BUNDLE = SCENE.bundle()
PAYLOAD = SCENE.payload()
MANIFEST = encode(SCENE.manifest(BUNDLE))

# Where, how much is taken away there, and what is put in its place.
EDITS = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 30), st.binary(max_size=12)), min_size=1, max_size=3)
WORDS = st.sampled_from(
    [
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\\u0000",
        b"null",
        b"PASSED",
        b"FAILED",
        b"=",
        b"-",
        b"_",
        b"\n",
        b"1e9",
    ]
)
WORDY = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4), WORDS), min_size=1, max_size=3)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["PASSED", "FAILED", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def edited(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, put in edits:
        at = place % (len(content) + 1)
        content = content[:at] + put + content[at + length :]
    return content


def replaced(document: Any, steps: list[int], value: Any, *, remove: bool) -> Any:
    """Return the document with the value at some place in it replaced, added or removed."""
    result = copy.deepcopy(document)
    node, keys = result, list(_keys(result))
    for step in steps:
        key = keys[step % len(keys)]
        if not isinstance(node[key], dict | list) or not node[key]:
            break
        node, keys = node[key], list(_keys(node[key]))
    else:
        key = keys[0]
    if remove:
        del node[key]
    else:
        node[key] = value
    return result


def _keys(node: Any) -> Any:
    return node.keys() if isinstance(node, dict) else range(len(node))


def judged(bundle: bytes, manifest: bytes | None = None) -> Decision:
    body = encode(SCENE.manifest(bundle)) if manifest is None else manifest
    return decide([candidate(bundle, body)], expectation(), pinned_keys())


def assert_wrapped_only(bundle: bytes, decision: Decision) -> None:
    """Allow anything around the statement to be altered, and of the statement itself no byte."""
    if decision.answer is Answer.PROVEN:
        assert read_bundle(bundle).payload == PAYLOAD


@MANY
@given(EDITS | WORDY)
def test_edited_bundles(edits: list[tuple[int, int, bytes]]) -> None:
    bundle = edited(BUNDLE, edits)

    assert_wrapped_only(bundle, judged(bundle))
    if bundle != BUNDLE:
        assert judged(bundle, MANIFEST).answer is Answer.REJECTED


@MANY
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), VALUES, st.booleans())
def test_bundles_with_something_else_in_a_place(steps: list[int], value: Any, remove: bool) -> None:  # noqa: FBT001
    bundle = encode(replaced(json.loads(BUNDLE), steps, value, remove=remove))

    assert_wrapped_only(bundle, judged(bundle))


@MANY
@given(EDITS | WORDY)
def test_edited_statements_under_the_old_signature(edits: list[tuple[int, int, bytes]]) -> None:
    payload = edited(PAYLOAD, edits)
    envelope = {"payload": base64.b64encode(payload).decode()}

    decision = judged(encode(document(PAYLOAD, signature(PAYLOAD)) | {"dsseEnvelope": _envelope(envelope)}))

    assert decision.answer is (Answer.PROVEN if payload == PAYLOAD else Answer.REJECTED)


def _envelope(changes: dict[str, Any]) -> dict[str, Any]:
    return {**document(PAYLOAD, signature(PAYLOAD))["dsseEnvelope"], **changes}


@MANY
@given(EDITS | WORDY)
def test_edited_statements_signed_anew_by_us(edits: list[tuple[int, int, bytes]]) -> None:
    assert_says_what_it_has_to(edited(PAYLOAD, edits))


@MANY
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), VALUES, st.booleans())
def test_statements_with_something_else_in_a_place_signed_anew(
    steps: list[int],
    value: Any,
    remove: bool,  # noqa: FBT001
) -> None:
    statement = replaced(json.loads(PAYLOAD), steps, value, remove=remove)

    assert_says_what_it_has_to(json.dumps(statement, separators=(",", ":"), sort_keys=True).encode())


def assert_says_what_it_has_to(payload: bytes) -> None:
    decision = judged(encode(document(payload, signature(payload))))

    if decision.answer is Answer.PROVEN:
        assert decision.proof is not None
        said = decision.proof.claim
        assert write_statement(said) == payload
        assert (said.image, said.digest, said.smoke_set, said.passed) == (IMAGE, SCENE.subject.digest, SMOKE_SET, TESTS)
        assert (said.result, said.failed, said.warned) == ("PASSED", frozenset(), frozenset())


@MANY
@given(EDITS | WORDY)
def test_edited_manifests(edits: list[tuple[int, int, bytes]]) -> None:
    manifest = edited(MANIFEST, edits)

    decision = judged(BUNDLE, manifest)

    if decision.answer is Answer.PROVEN:
        read = json.loads(manifest)
        assert read["layers"][0]["digest"] == sha256_digest(BUNDLE)
        assert read["subject"]["digest"] == SCENE.subject.digest


@MANY
@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), VALUES, st.booleans())
def test_manifests_with_something_else_in_a_place(steps: list[int], value: Any, remove: bool) -> None:  # noqa: FBT001
    manifest = replaced(json.loads(MANIFEST), steps, value, remove=remove)

    decision = judged(BUNDLE, encode(manifest))

    if decision.answer is Answer.PROVEN:
        assert manifest["layers"][0]["digest"] == sha256_digest(BUNDLE)
        assert manifest["subject"]["digest"] == SCENE.subject.digest


@MANY
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode) | VALUES.map(encode))
def test_anything_at_all(noise: bytes) -> None:
    assert judged(noise).answer is Answer.REJECTED
    assert judged(BUNDLE, noise).answer in {Answer.REJECTED, Answer.ABSENT}
    assert judged(encode(document(noise, signature(noise)))).answer is Answer.REJECTED
