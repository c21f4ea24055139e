"""Genuine proofs in every wrapping; what is signed is what we signed."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from forged.making import (
    BOTH_ALPHABETS,
    Row,
    among_strangers,
    as_written,
    changed,
    saying,
    sealed,
    without,
    wrapped,
)
from hubwright.proof.decide import Answer
from hubwright.proof.envelope import BUNDLE_TYPE
from proofs import Scene, encode, signature

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def _mirrored(payload: bytes) -> bytes:
    r, s = decode_dss_signature(signature(payload))
    return encode_dss_signature(r, _P256_ORDER - s)


def genuine() -> tuple[Row, ...]:
    """Return proofs as others may have wrapped or copied them; what is signed is what we signed."""
    proven = Answer.PROVEN

    def row(name: str, bundle: Callable[[Scene], bytes] = as_written, **more: Any) -> Row:
        return Row(name=name, bundle=bundle, answer=proven, **more)

    return (
        row("as we write it"),
        row("with a key id", wrapped(lambda b: b["dsseEnvelope"]["signatures"][0].update(keyid="somebody"))),
        row("with another hint", wrapped(lambda b: b["verificationMaterial"]["publicKey"].update(hint="somebody"))),
        row("without a hint", wrapped(lambda b: b.update(verificationMaterial={"publicKey": {}}))),
        row("with an empty list of log entries", wrapped(lambda b: b["verificationMaterial"].update(tlogEntries=[]))),
        row("in the other alphabet", _alphabet),
        row("without padding", _unpadded),
        row("on many lines", lambda s: json.dumps(json.loads(s.bundle()), indent=2).encode()),
        row("with the fields in another order", lambda s: json.dumps(json.loads(s.bundle()), sort_keys=True).encode()),
        row("beside a stranger's signature", among_strangers(1)),
        row("with the mirrored signature", sealed(_mirrored)),
        row("made without hardware", saying(hardware=False)),
        row("without kernels", saying(canaries={}, notebooks={})),
        row("without a run's address", saying(url="")),
        row("with letters of the world", saying(url="https://example.org/größe/木")),
        row("with other annotations", manifest=changed(annotations={"anything": "else"})),
        row("without annotations", manifest=without("annotations")),
        row("without a subject, as old registries want it", manifest=_bare),
    )


def _alphabet(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle(url=BOTH_ALPHABETS))
    envelope = bundle["dsseEnvelope"]
    envelope["payload"] = envelope["payload"].replace("+", "-").replace("/", "_")
    envelope["signatures"][0]["sig"] = envelope["signatures"][0]["sig"].replace("+", "-").replace("/", "_")
    return encode(bundle)


def _unpadded(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle())
    envelope = bundle["dsseEnvelope"]
    envelope["payload"] = envelope["payload"].rstrip("=")
    envelope["signatures"][0]["sig"] = envelope["signatures"][0]["sig"].rstrip("=")
    return encode(bundle)


def _bare(_: Scene, manifest: dict[str, Any]) -> Mapping[str, Any]:
    kept = {name: value for name, value in manifest.items() if name not in {"subject", "artifactType"}}
    return {**kept, "config": {**manifest["config"], "mediaType": BUNDLE_TYPE}}
