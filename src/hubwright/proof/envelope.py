"""The envelope around a statement: DSSE with ECDSA P-256 over SHA-256, in a Sigstore bundle.

The signature is over the type and the exact bytes of the payload. Everything else in a bundle (the hint at a key, key
ids, the spelling of base64) is outside of it, and decides nothing.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from hubwright.frozen import dataclass
from hubwright.proof.strict import Refused, read_json
from hubwright.words import shorten

BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
BUNDLE_LIMIT = 256 * 2**10

# Verifying one takes a tenth of a millisecond; a bundle of ours has one.
_MOST_SIGNATURES = 8
_QUANTUM = 4
_STANDARD = re.compile(r"[A-Za-z0-9+/]*")
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    payload: bytes = field(repr=False)
    signatures: tuple[bytes, ...]


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return what DSSE signs."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def write_bundle(payload: bytes, *, signature: bytes, public_key: bytes) -> bytes:
    """Return the bundle; `public_key` is DER, and only a hint for whoever has many."""
    bundle = {
        "mediaType": BUNDLE_TYPE,
        "verificationMaterial": {"publicKey": {"hint": _encode(hashlib.sha256(public_key).digest())}},
        "dsseEnvelope": {
            "payload": _encode(payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": _encode(signature)}],
        },
    }
    return json.dumps(bundle, separators=(",", ":")).encode()


def read_bundle(body: bytes) -> Envelope:
    """Return what is signed and the signatures over it, none of them verified, or raise Refused."""
    bundle = read_json(body, limit=BUNDLE_LIMIT, what="the bundle")
    _expect_keys(bundle, frozenset({"mediaType", "verificationMaterial", "dsseEnvelope"}), "the bundle")
    match bundle:
        case {
            "mediaType": str(media_type),
            "verificationMaterial": {"publicKey": dict()},
            "dsseEnvelope": {
                "payload": str(payload),
                "payloadType": str(payload_type),
                "signatures": list(signatures),
            } as envelope,
        }:
            _expect_keys(envelope, frozenset({"payload", "payloadType", "signatures"}), "the envelope")
        case _:
            msg = "the bundle is not made of a public key and a DSSE envelope"
            raise Refused(msg)
    if media_type != BUNDLE_TYPE:
        msg = f"the bundle calls itself {shorten(media_type)}; expected {BUNDLE_TYPE}"
        raise Refused(msg)
    if payload_type != PAYLOAD_TYPE:
        msg = f"the payload is of type {shorten(payload_type)}; expected {PAYLOAD_TYPE}"
        raise Refused(msg)
    if not 0 < len(signatures) <= _MOST_SIGNATURES:
        msg = f"the envelope has {len(signatures)} signatures; expected 1 to {_MOST_SIGNATURES}"
        raise Refused(msg)
    return Envelope(
        payload=_decode(payload, "the payload"), signatures=tuple(_signature(entry) for entry in signatures)
    )


def is_signed_by(envelope: Envelope, public_key: bytes) -> bool:
    """Return whether one of the signatures is over this payload and of this P-256 key, given as DER."""
    key = public_key_of(public_key)
    signed = pre_authentication_encoding(PAYLOAD_TYPE, envelope.payload)
    return key is not None and any(_verifies(key, signature, signed) for signature in envelope.signatures)


def public_key_of(encoded: bytes) -> ec.EllipticCurvePublicKey | None:
    """Return the key in this DER if it is one on the curve P-256."""
    try:
        key = load_der_public_key(encoded)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None


def _verifies(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _signature(entry: object) -> bytes:
    match entry:
        case {"sig": str(signature)}:
            _expect_keys(entry, frozenset({"sig", "keyid"}), "a signature")
            return _decode(signature, "a signature")
        case _:
            msg = "the envelope has a signature without bytes"
            raise Refused(msg)


def _expect_keys(document: object, known: frozenset[str], what: str) -> None:
    if isinstance(document, Mapping) and (unknown := sorted(document.keys() - known)):
        msg = f"{what} has the unknown field {shorten(unknown[0])}"
        raise Refused(msg)


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _decode(text: str, what: str) -> bytes:
    """Take both alphabets, as DSSE demands, with padding or without it, but never a mixture."""
    bare = text.rstrip("=")
    padded = bare + "=" * (-len(bare) % _QUANTUM)
    standard = _STANDARD.fullmatch(bare)
    # A single character over holds no byte.
    whole = text in {bare, padded} and len(bare) % _QUANTUM != 1
    if not whole or not (standard or _URL_SAFE.fullmatch(bare)):
        msg = f"{what} is not base64"
        raise Refused(msg)
    return base64.b64decode(padded, altchars=None if standard else b"-_")
