"""Genuine proofs, and the parts that forgeries are made of."""

import base64
import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fakes.content import image_body
from hubwright.proof.decide import Expectation
from hubwright.proof.envelope import BUNDLE_TYPE, PAYLOAD_TYPE, pre_authentication_encoding
from hubwright.proof.examine import Candidate
from hubwright.proof.keys import PinnedKey, key_id
from hubwright.proof.manifest import write_manifest
from hubwright.proof.statement import PREDICATE_TYPE, Claim, Result, write_statement
from hubwright.proof.tags import own_tag
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, Registry, sha256_digest

IMAGE = "hubwright/base"
LAYER = b"what the image is made of"
TESTS = frozenset({"home", "server"})
SMOKE_SET = hashlib.sha256(b"smoke set").hexdigest()
SHAPE = hashlib.sha256(b"shape").hexdigest()
MADE = "2026-05-04T03:02:01Z"
PROVENANCE = "https://slsa.dev/provenance/v1"


class TestSigner:
    """A signer with a key that is the same in every run."""

    __test__ = False

    def __init__(self, secret: int) -> None:
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self.public_key = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes, algorithm: hashes.HashAlgorithm | None = None) -> bytes:
        return self._key.sign(message, ec.ECDSA(algorithm or hashes.SHA256(), deterministic_signing=True))


@cache
def signer(name: str) -> TestSigner:
    return TestSigner(int.from_bytes(hashlib.sha256(name.encode()).digest()[:31]))


def pinned(name: str = "ours", **changes: Any) -> PinnedKey:
    key = PinnedKey(
        name=name,
        public_key=signer(name).public_key,
        predicate=PREDICATE_TYPE,
        repositories="hubwright",
        valid_from="2026-01-01",
        valid_until="2026-12-31",
    )
    return dataclasses.replace(key, **changes)


def pinned_keys() -> tuple[PinnedKey, ...]:
    """Return the list that every test decides with; `stranger` is not on it."""
    return (
        pinned("ours"),
        pinned("elsewhere", repositories="elsewhere"),
        pinned("lookalike", repositories="hub"),
        pinned("provenance", predicate=PROVENANCE),
        pinned("revoked", revoked="the laptop it lay on was stolen"),
        pinned("revoked-here", public_key=signer("twice").public_key, repositories="a", revoked="it leaked"),
        pinned("still-here", public_key=signer("twice").public_key),
        pinned("expired", valid_until="2026-05-03"),
        pinned("early", valid_from="2026-05-05"),
    )


def subject(layer: bytes = LAYER) -> Descriptor:
    body = image_body(layer)
    return Descriptor(media_type=OCI_MANIFEST, digest=sha256_digest(body), size=len(body))


def claim(image: str = IMAGE, **changes: Any) -> Claim:
    genuine = Claim(
        image=image,
        digest=subject().digest,
        smoke_set=SMOKE_SET,
        shape=SHAPE,
        fingerprint=hashlib.sha256(b"fingerprint").hexdigest(),
        platform="linux/amd64",
        result=Result.PASSED,
        hardware=True,
        notebooks={"notebooks/smoke/home.ipynb": hashlib.sha256(b"home").hexdigest()},
        canaries={"bash": True, "python3": True},
        judge_version="1.2.3",
        judge_sha256=hashlib.sha256(b"judge").hexdigest(),
        passed=TESTS,
        started_on="2026-05-04T03:00:00Z",
        finished_on=MADE,
        url="https://ci.example.org/runs/7",
    )
    return dataclasses.replace(genuine, **changes)


def expectation(image: str = IMAGE, **changes: Any) -> Expectation:
    genuine = Expectation(image=image, digest=subject().digest, smoke_set=SMOKE_SET, tests=TESTS)
    return dataclasses.replace(genuine, **changes)


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def signature(payload: bytes, by: str = "ours", payload_type: str = PAYLOAD_TYPE) -> bytes:
    return signer(by).sign(pre_authentication_encoding(payload_type, payload))


def document(payload: bytes, *signatures: bytes, **envelope: Any) -> dict[str, Any]:
    """Return a bundle as a document; without signatures it is signed by us."""
    given = signatures or (signature(payload),)
    return {
        "mediaType": BUNDLE_TYPE,
        "verificationMaterial": {"publicKey": {"hint": b64(hashlib.sha256(signer("ours").public_key).digest())}},
        "dsseEnvelope": {
            "payload": b64(payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": b64(each)} for each in given],
            **envelope,
        },
    }


def encode(bundle: Mapping[str, Any]) -> bytes:
    return json.dumps(bundle).encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """An image that something is attached to, whose repository may be any below `hubwright`."""

    image: str = IMAGE
    subject: Descriptor = field(default_factory=subject)

    def payload(self, **changes: Any) -> bytes:
        return write_statement(claim(**{"image": self.image, **changes}))

    def statement(self) -> dict[str, Any]:
        """Return the genuine statement as a document to change."""
        statement: dict[str, Any] = json.loads(self.payload())
        return statement

    def bundle(self, by: str = "ours", **changes: Any) -> bytes:
        payload = self.payload(**changes)
        return encode(document(payload, signature(payload, by)))

    def signed(self, statement: Mapping[str, Any] | Sequence[Any] | bytes, by: str = "ours") -> bytes:
        """Return a bundle with whatever is given, spelled as ours and properly signed."""
        if isinstance(statement, bytes):
            payload = statement
        else:
            payload = json.dumps(statement, separators=(",", ":"), sort_keys=True).encode()
        return encode(document(payload, signature(payload, by)))

    def manifest(self, bundle: bytes) -> dict[str, Any]:
        body = write_manifest(bundle, subject=self.subject, predicate=PREDICATE_TYPE, created=MADE, smoke_set=SMOKE_SET)
        found: dict[str, Any] = json.loads(body)
        return found


def candidate(bundle: bytes | None, manifest: bytes, where: str = "proof-tag") -> Candidate:
    return Candidate(where=where, digest=sha256_digest(manifest), manifest=manifest, bundle=bundle)


def genuine_candidate(where: str = "proof-tag", by: str = "ours", **changes: Any) -> Candidate:
    scene = Scene()
    bundle = scene.bundle(by, **changes)
    return candidate(bundle, encode(scene.manifest(bundle)), where)


def attach(registry: Registry, of: Descriptor, on: str, by: str = "ours", **changes: Any) -> str:
    """Put what may be a proof of an image, made on a day, under its tag, and return the tag."""
    said: dict[str, Any] = {"image": IMAGE, "digest": of.digest, "finished_on": f"{on}T00:00:00Z", **changes}
    scene = Scene(image=said["image"], subject=of)
    bundle = scene.bundle(by, **said)
    for blob in (b"{}", bundle):
        registry.push_blob(scene.image, blob)
    says = claim(**said)
    tag = own_tag(says, key_id(signer(by).public_key))
    body = write_manifest(
        bundle, subject=of, predicate=PREDICATE_TYPE, created=says.finished_on, smoke_set=says.smoke_set
    )
    registry.put_manifest(scene.image, tag, body, OCI_MANIFEST)
    return tag
