"""Bundles that are none."""

import gzip
import json

from forged.making import BOTH_ALPHABETS, Row, enveloped, wrapped
from hubwright.proof.envelope import BUNDLE_TYPE
from proofs import Scene, encode


def envelopes() -> tuple[Row, ...]:
    strict, base64, made = "not strict JSON", "is not base64", "not made of"
    return (
        Row(
            name="another bundle type",
            bundle=wrapped(lambda b: b.update(mediaType=BUNDLE_TYPE.replace("v0.3", "v0.9"))),
            why="calls itself",
        ),
        Row(name="no bundle type", bundle=wrapped(lambda b: b.pop("mediaType")), why=made),
        Row(name="no envelope", bundle=wrapped(lambda b: b.pop("dsseEnvelope")), why=made),
        Row(
            name="a signature over a message in place of the envelope",
            bundle=wrapped(lambda b: b.update(messageSignature=b.pop("dsseEnvelope"))),
            why="unknown field messageSignature",
        ),
        Row(
            name="a message beside the envelope",
            bundle=wrapped(lambda b: b.update(messageSignature={})),
            why="unknown field",
        ),
        Row(name="an unknown field in the envelope", bundle=enveloped(more=""), why="unknown field more"),
        Row(
            name="an unknown field in the signature",
            bundle=wrapped(lambda b: b["dsseEnvelope"]["signatures"][0].update(cert="")),
            why="unknown field cert",
        ),
        Row(
            name="a certificate in place of the key",
            bundle=wrapped(lambda b: b.update(verificationMaterial={"certificate": {"rawBytes": ""}})),
            why=made,
        ),
        Row(
            name="the envelope without a bundle",
            bundle=lambda s: encode(json.loads(s.bundle())["dsseEnvelope"]),
            why="unknown field payload",
        ),
        Row(
            name="the envelope twice",
            bundle=lambda s: s.bundle().replace(b'"dsseEnvelope"', b'"dsseEnvelope": {}, "dsseEnvelope"'),
            why=strict,
        ),
        Row(
            name="the payload twice",
            bundle=lambda s: s.bundle().replace(b'"payload":', b'"payload": "", "payload":'),
            why=strict,
        ),
        Row(name="a bundle cut short", bundle=lambda s: s.bundle()[:-10], why=strict),
        Row(name="a bundle with more behind it", bundle=lambda s: s.bundle() * 2, why=strict),
        Row(name="a bundle of nothing", bundle=lambda _: b"", why=strict),
        Row(name="a bundle in a list", bundle=lambda s: b"[" + s.bundle() + b"]", why=made),
        Row(name="a compressed bundle", bundle=lambda s: gzip.compress(s.bundle(), mtime=0), why=strict),
        Row(
            name="a bundle of 5 MiB",
            bundle=lambda s: s.bundle() + b" " * 5 * 2**20,
            why="at most 262,144",
        ),
        Row(name="200,000 brackets", bundle=lambda _: b"[" * 200_000, why=strict),
        Row(name="a payload that is no base64", bundle=enveloped(payload="{}"), why=base64),
        Row(
            name="a payload of one letter more",
            bundle=wrapped(
                lambda b: b["dsseEnvelope"].update(payload=b["dsseEnvelope"]["payload"].rstrip("=") + "A" * 4)
            ),
            why="no key that is pinned",
        ),
        Row(name="a payload that ends in half a byte", bundle=enveloped(payload="AAAAA"), why=base64),
        Row(
            name="too much padding",
            bundle=wrapped(lambda b: b["dsseEnvelope"].update(payload=b["dsseEnvelope"]["payload"] + "====")),
            why=base64,
        ),
        Row(name="both alphabets in one", bundle=_mixed, why=base64),
        Row(name="a payload that is no text", bundle=enveloped(payload=["e30="]), why=made),
        Row(name="a signature that is no text", bundle=enveloped(signatures=[{"sig": 7}]), why="without bytes"),
        Row(name="a signature that is no object", bundle=enveloped(signatures=["AAAA"]), why="without bytes"),
    )


def _mixed(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle(url=BOTH_ALPHABETS))
    bundle["dsseEnvelope"]["payload"] = bundle["dsseEnvelope"]["payload"].replace("/", "_")
    return encode(bundle)
