import base64
import json

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hubwright.proof.attach import sign
from hubwright.proof.envelope import is_signed_by, pre_authentication_encoding, read_bundle
from hubwright.proof.statement import write_statement
from proofs import claim, document, encode, signature, signer


def test_the_published_example_of_dsse_is_encoded_and_verifies() -> None:
    """The example of the DSSE protocol, version 1.0: its key, its payload, its signature (r and s side by side)."""
    x = 46950820868899156662930047687818585632848591499744589407958293238635476079160
    y = 5640078356564379163099075877009565129882514886557779369047442380624545832820
    given = base64.b64decode("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==")
    key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()

    encoded = pre_authentication_encoding("http://example.com/HelloWorld", b"hello world")

    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    r, s = int.from_bytes(given[:32]), int.from_bytes(given[32:])
    key.verify(encode_dss_signature(r, s), encoded, ec.ECDSA(SHA256()))


def test_lengths_are_counted_in_bytes() -> None:
    assert pre_authentication_encoding("ä", "öü".encode()) == "DSSEv1 2 ä 4 öü".encode()


def test_what_is_signed_comes_back_and_is_ours() -> None:
    envelope = read_bundle(sign(claim(), signer("ours")))

    assert envelope.payload == write_statement(claim())
    assert is_signed_by(envelope, signer("ours").public_key)
    assert not is_signed_by(envelope, signer("stranger").public_key)


def test_eight_signatures_are_looked_at() -> None:
    payload = write_statement(claim())
    bundle = document(payload, *[signature(payload, "stranger")] * 7, signature(payload))

    assert is_signed_by(read_bundle(encode(bundle)), signer("ours").public_key)


def test_the_bundle_is_spelled_as_the_format_has_it() -> None:
    bundle = json.loads(sign(claim(), signer("ours")))

    assert bundle["mediaType"] == "application/vnd.dev.sigstore.bundle.v0.3+json"
    assert list(bundle["verificationMaterial"]) == ["publicKey"]
    hint = bundle["verificationMaterial"]["publicKey"]["hint"]
    assert base64.b64decode(hint).hex().startswith("9cdb7366")
    assert bundle["dsseEnvelope"]["payloadType"] == "application/vnd.in-toto+json"
    assert [list(each) for each in bundle["dsseEnvelope"]["signatures"]] == [["sig"]]


def test_a_key_of_another_kind_signed_nothing() -> None:
    encoding = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    others = (
        ed25519.Ed25519PrivateKey.from_private_bytes(b"x" * 32).public_key().public_bytes(*encoding),
        ec.derive_private_key(7, ec.SECP384R1()).public_key().public_bytes(*encoding),
        b"no key at all",
    )
    envelope = read_bundle(sign(claim(), signer("ours")))

    assert not any(is_signed_by(envelope, other) for other in others)
