"""The list of keys: every way to write it wrong, with its place."""

import base64
import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from hubwright.errors import ProofKeysError
from hubwright.proof.keys import PinnedKey
from hubwright.proof.keys_file import read_keys
from hubwright.proof.pem import public_pem
from hubwright.proof.statement import PREDICATE_TYPE
from proofs import signer

FILE = "proof-keys.yaml"


def indented(pem: bytes) -> str:
    return "".join(f"      {line}\n" for line in pem.decode().splitlines())


OURS = indented(public_pem(signer("ours").public_key))
P384 = indented(
    ec.derive_private_key(7, ec.SECP384R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)
ED25519 = indented(
    ed25519.Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)
TEXT = f"""\
version: 1
keys:
  production:
    public_key: |
{OURS}\
    predicate: {PREDICATE_TYPE}
    repositories: jupyter
    valid_from: 2026-01-01
    valid_until: 2026-12-31
  old:
    public_key: |
{OURS}\
    predicate: {PREDICATE_TYPE}
    repositories: jupyter/base
    valid_from: "2025-01-01"
    revoked: "it lay on a laptop: stolen"  # see the ticket
"""


def test_the_keys_are_read_in_the_order_of_the_file() -> None:
    assert read_keys(TEXT.encode(), FILE) == (
        PinnedKey(
            name="production",
            public_key=signer("ours").public_key,
            predicate=PREDICATE_TYPE,
            repositories="jupyter",
            valid_from="2026-01-01",
            valid_until="2026-12-31",
        ),
        PinnedKey(
            name="old",
            public_key=signer("ours").public_key,
            predicate=PREDICATE_TYPE,
            repositories="jupyter/base",
            valid_from="2025-01-01",
            revoked="it lay on a laptop: stolen",
        ),
    )


def test_a_key_is_the_same_in_every_spelling() -> None:
    """The prefix of P-256 in DER, and the point with only its sign for y; 59 bytes in place of 91."""
    point = signer("ours").public_key[-64:]
    prefix = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    compressed = prefix + bytes([2 + point[-1] % 2]) + point[:32]
    pem = f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(compressed).decode()}\n-----END PUBLIC KEY-----\n"

    [first, second] = read_keys(TEXT.replace(OURS, indented(pem.encode()), 1).encode(), FILE)

    assert first.public_key == second.public_key == signer("ours").public_key


def test_a_list_without_keys_is_one() -> None:
    assert read_keys(b"version: 1\nkeys: {}\n", FILE) == ()


@pytest.mark.parametrize(
    "before, after, message",
    [
        ("version: 1", "version: 2", "proof-keys.yaml:1:10: expected 1, the version of this format"),
        ("version: 1", "version: [1]", "proof-keys.yaml:1:10: expected text"),
        ("version: 1\n", "", "proof-keys.yaml:1:1: `version` is missing here"),
        ("keys:\n", "kyes:\n", "proof-keys.yaml:2:1: `kyes` is not a key here. Did you mean keys?"),
        ("  production:", "  Production:", "proof-keys.yaml:3:3: expected a name of small letters"),
        ("    predicate: " + PREDICATE_TYPE, "    predicate: https://example.org", "9:16: expected https://in-toto.io"),
        ("    repositories: jupyter\n", "    repositories: Jupyter/\n", "10:19: expected a repository, or what stands"),
        ("    repositories: jupyter\n", "", "3:3: `repositories` is missing here"),
        ("    repositories: jupyter\n", "    repositories: {a: b}\n", "10:19: expected text"),
        ("valid_from: 2026-01-01", "valid_from: 01.01.2026", "11:17: expected a day such as 2026-01-31"),
        ("valid_until: 2026-12-31", "valid_until: 2026-13-31", "12:18: expected a day such as 2026-01-31"),
        ("valid_until: 2026-12-31", "valid_until: 2025-12-31", "12:18: expected no day before 2026-01-01"),
        ('revoked: "it lay on a laptop: stolen"', "revoked: ''", "expected the reason"),
        ("revoked:", "revoke:", "`revoke` is not a key here. Did you mean revoked?"),
        ("revoked:", "anything:", "`anything` is not a key here. The keys are public_key, predicate"),
        (OURS, "      -----BEGIN\n", "4:17: expected a public key in PEM, of ECDSA on the curve P-256"),
        (OURS, P384, "4:17: expected a public key in PEM"),
        (OURS, ED25519, "4:17: expected a public key in PEM"),
        ("  old:\n", "  production:\n", "production stands here twice"),
        ("version: 1", "version: &a 1", "the anchor &a; write each value out"),
        ("repositories: jupyter\n", "repositories: jup\u200byter\n", "is not allowed"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(before: str, after: str, message: str) -> None:
    assert before in TEXT

    with pytest.raises(ProofKeysError) as caught:
        read_keys(TEXT.replace(before, after, 1).encode(), FILE)

    assert message in str(caught.value)
    assert caught.value.problems[0].excerpt or "missing" in message


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "the file is empty; a list of keys starts with `version: 1`"),
        ("[]", "1:1: expected a mapping"),
        ("version: 1\nkeys: []", "2:7: expected a mapping"),
        ("version: 1\nkeys: {a: b}", "2:11: expected a mapping"),
        ("[" * 200_000, "nested deeper than 20 levels"),
        ("#" * 300_000, "the file is larger than 256 KiB; a list of keys is written by hand"),
    ],
)
def test_what_is_no_list_of_keys_is_refused(text: str, message: str) -> None:
    with pytest.raises(ProofKeysError) as caught:
        read_keys(text.encode(), FILE)

    assert message in str(caught.value)


@given(st.binary(max_size=200), st.integers(0, len(TEXT)), st.integers(0, 40))
def test_whatever_is_written_is_read_or_refused(noise: bytes, place: int, length: int) -> None:
    data = TEXT.encode()

    with contextlib.suppress(ProofKeysError):
        assert all(isinstance(key, PinnedKey) for key in read_keys(data[:place] + noise + data[place + length :], FILE))
