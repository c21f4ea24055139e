"""How forgeries are made out of genuine proofs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hubwright.proof.decide import Answer
from proofs import Scene, document, encode, signature

OTHER = "a" * 64


# Has the bits that the two alphabets of base64 spell in their own ways.
BOTH_ALPHABETS = "https://example.org/?????>>>>>~~~~~?????>>>>>~~~~~"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """`bundle` makes the bundle in a scene; `manifest` alters the manifest that it is attached with.

    `taken` is False where no registry would store that.
    """

    name: str
    bundle: Callable[[Scene], bytes]
    answer: Answer = Answer.REJECTED
    why: str = ""
    manifest: Callable[[Scene, dict[str, Any]], Mapping[str, Any]] = lambda _, manifest: manifest
    taken: bool = True
    cosign_key: str = "ours"


def as_written(scene: Scene) -> bytes:
    return scene.bundle()


def saying(**changes: Any) -> Callable[[Scene], bytes]:
    return lambda scene: scene.bundle(**changes)


def signed_by(name: str) -> Callable[[Scene], bytes]:
    return lambda scene: scene.bundle(by=name)


def stated(change: Callable[[dict[str, Any]], object]) -> Callable[[Scene], bytes]:
    """Alter the statement, and sign what came of it."""

    def make(scene: Scene) -> bytes:
        statement = scene.statement()
        change(statement)
        return scene.signed(statement)

    return make


def noted(**notes: str) -> Callable[[Scene], bytes]:
    return stated(lambda s: s["predicate"]["configuration"][0]["annotations"].update(notes))


def spelled(change: Callable[[bytes], bytes]) -> Callable[[Scene], bytes]:
    """Alter the bytes of the statement, and sign them."""
    return lambda scene: scene.signed(change(scene.payload()))


def wrapped(change: Callable[[dict[str, Any]], object]) -> Callable[[Scene], bytes]:
    """Alter the bundle around a genuine, signed statement."""

    def make(scene: Scene) -> bytes:
        bundle = json.loads(scene.bundle())
        change(bundle)
        return encode(bundle)

    return make


def enveloped(**envelope: Any) -> Callable[[Scene], bytes]:
    return wrapped(lambda bundle: bundle["dsseEnvelope"].update(envelope))


def sealed(seal: Callable[[bytes], bytes]) -> Callable[[Scene], bytes]:
    """Put another signature under the genuine statement."""
    return lambda scene: encode(document(scene.payload(), seal(scene.payload())))


def typed(kind: str) -> Callable[[Scene], bytes]:
    def make(scene: Scene) -> bytes:
        payload = scene.payload()
        return encode(document(payload, signature(payload, payload_type=kind), payloadType=kind))

    return make


def among_strangers(count: int) -> Callable[[Scene], bytes]:
    def make(scene: Scene) -> bytes:
        payload = scene.payload()
        return encode(document(payload, *[signature(payload, "stranger")] * count, signature(payload)))

    return make


def subjects(*changes: Mapping[str, Any]) -> Callable[[Scene], bytes]:
    return stated(lambda s: s.update(subject=[{**s["subject"][0], **change} for change in changes]))


def layers(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Scene, dict[str, Any]], Mapping[str, Any]]:
    def make(_: Scene, manifest: dict[str, Any]) -> Mapping[str, Any]:
        change(manifest["layers"])
        return manifest

    return make


def without(*fields: str) -> Callable[[Scene, dict[str, Any]], Mapping[str, Any]]:
    return lambda _, manifest: {name: value for name, value in manifest.items() if name not in fields}


def changed(**fields: Any) -> Callable[[Scene, dict[str, Any]], Mapping[str, Any]]:
    return lambda _, manifest: {**manifest, **fields}
