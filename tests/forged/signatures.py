"""Signatures that are none, or not of whom they have to be."""

import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from forged.making import Row, among_strangers, enveloped, sealed, signed_by, stated, typed, wrapped
from hubwright.proof.decide import Answer
from hubwright.proof.envelope import PAYLOAD_TYPE, pre_authentication_encoding
from hubwright.proof.statement import PREDICATE_TYPE, Result
from proofs import PROVENANCE, Scene, document, encode, signature, signer


def _raw(payload: bytes) -> bytes:
    r, s = decode_dss_signature(signature(payload))
    return r.to_bytes(32) + s.to_bytes(32)


def _spliced(scene: Scene) -> bytes:
    return encode(document(scene.payload(), signature(scene.payload(result=Result.FAILED))))


def _edited(scene: Scene) -> bytes:
    failed = scene.payload(result=Result.FAILED, failed=frozenset({"home"}))
    return encode(document(failed.replace(b"FAILED", b"PASSED"), signature(failed)))


def _relabelled(scene: Scene) -> bytes:
    payload = scene.payload()
    return encode(document(payload, signature(payload, payload_type="text/plain")))


def _claiming(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle(by="stranger"))
    bundle["dsseEnvelope"]["signatures"][0]["keyid"] = signer("ours").public_key.hex()
    return encode(bundle)


def _logged(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle(by="stranger"))
    bundle["verificationMaterial"]["tlogEntries"] = [{"logIndex": "1", "canonicalizedBody": "e30="}]
    return encode(bundle)


def _hashed(payload: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    return signer("ours").sign(pre_authentication_encoding(PAYLOAD_TYPE, payload), algorithm)


def _flipped(scene: Scene) -> bytes:
    payload = bytearray(scene.payload())
    payload[100] ^= 1
    return encode(document(bytes(payload), signature(scene.payload())))


def _other_key(name: str, why: str, answer: Answer = Answer.REJECTED) -> Row:
    why = "for elsewhere only" if name == "elsewhere" else why
    return Row(name=f"the key {name}", bundle=signed_by(name), answer=answer, why=why, cosign_key=name)


def signatures() -> tuple[Row, ...]:
    no_key = "no key that is pinned"
    return (
        Row(name="unsigned", bundle=enveloped(signatures=[]), why="0 signatures"),
        Row(name="signatures missing", bundle=wrapped(lambda b: b["dsseEnvelope"].pop("signatures")), why="not made"),
        Row(name="an empty signature", bundle=sealed(lambda _: b""), why=no_key),
        Row(name="random bytes as signature", bundle=sealed(lambda _: bytes(range(70))), why=no_key),
        Row(name="a signature cut short", bundle=sealed(lambda p: signature(p)[:-1]), why=no_key),
        Row(name="a signature with a byte more", bundle=sealed(lambda p: signature(p) + b"\0"), why=no_key),
        Row(name="zeros as signature", bundle=sealed(lambda _: encode_dss_signature(0, 0)), why=no_key),
        Row(name="r and s side by side", bundle=sealed(_raw), why=no_key),
        Row(name="another hash", bundle=sealed(lambda p: _hashed(p, hashes.SHA384())), why=no_key),
        Row(name="signed without the encoding", bundle=sealed(lambda p: signer("ours").sign(p)), why=no_key),
        Row(name="the signature of another statement", bundle=_spliced, why=no_key),
        Row(name="a failure edited into a pass", bundle=_edited, why=no_key),
        Row(name="one bit of the payload", bundle=_flipped, why=no_key),
        Row(name="a stranger's key", bundle=signed_by("stranger"), why=no_key),
        Row(name="a stranger's key under our key id", bundle=_claiming, why=no_key),
        Row(name="a stranger's key with an entry of a log", bundle=_logged, why=no_key),
        Row(name="nine signatures, ours the last", bundle=among_strangers(8), why="9 signatures"),
        _other_key("elsewhere", "hubwright/base"),
        _other_key("lookalike", "for hub only"),
        _other_key("provenance", "may sign https://slsa.dev"),
        _other_key("revoked", "was stolen", Answer.ABSENT),
        _other_key("twice", "it leaked", Answer.ABSENT),
        _other_key("expired", "was not valid"),
        _other_key("early", "was not valid"),
    )


def types() -> tuple[Row, ...]:
    return (
        Row(name="payload type swapped", bundle=typed("text/plain"), why="of type text/plain"),
        Row(name="payload type relabelled", bundle=_relabelled, why="no key that is pinned"),
        Row(name="payload type in capitals", bundle=typed(PAYLOAD_TYPE.upper()), why="of type APPLICATION"),
        Row(name="payload type with a parameter", bundle=typed(f"{PAYLOAD_TYPE}; v=1"), why="of type"),
        Row(
            name="payload type missing", bundle=wrapped(lambda b: b["dsseEnvelope"].pop("payloadType")), why="not made"
        ),
        Row(
            name="another statement type",
            bundle=stated(lambda s: s.update(_type="https://in-toto.io/Statement/v0.1")),
            why="expected https://in-toto.io/Statement/v1",
        ),
        Row(
            name="provenance signed with our key",
            bundle=stated(lambda s: s.update(predicateType=PROVENANCE)),
            why="about https://slsa.dev",
        ),
        Row(name="predicate type missing", bundle=stated(lambda s: s.pop("predicateType")), why="no in-toto statement"),
        Row(
            name="predicate type with a slash more",
            bundle=stated(lambda s: s.update(predicateType=f"{PREDICATE_TYPE}/")),
            why="about",
        ),
        Row(name="predicate missing", bundle=stated(lambda s: s.pop("predicate")), why="not one of ours"),
    )
