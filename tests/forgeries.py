"""Proofs that must not be accepted, and genuine ones in every wrapping, one row each.

COSIGN_TAKES are the forgeries that Debian's cosign accepts with the key that the row names, with our reason to refuse
them: each is one of policy, and none is about a signature or a digest. COSIGN_REFUSES is the other way round.
"""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from fakes.content import EMPTY_TYPE
from hubwright.proof.decide import Answer
from hubwright.proof.envelope import BUNDLE_TYPE, PAYLOAD_TYPE, pre_authentication_encoding
from hubwright.proof.statement import PREDICATE_TYPE, Result
from hubwright.registries.interface import DOCKER_MANIFEST, OCI_INDEX
from proofs import PROVENANCE, TESTS, Scene, document, encode, signature, signer

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


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


def _genuine(scene: Scene) -> bytes:
    return scene.bundle()


def _with(**changes: Any) -> Callable[[Scene], bytes]:
    return lambda scene: scene.bundle(**changes)


def _by(name: str) -> Callable[[Scene], bytes]:
    return lambda scene: scene.bundle(by=name)


def _stated(change: Callable[[dict[str, Any]], object]) -> Callable[[Scene], bytes]:
    """Alter the statement, and sign what came of it."""

    def make(scene: Scene) -> bytes:
        statement = scene.statement()
        change(statement)
        return scene.signed(statement)

    return make


def _noted(**notes: str) -> Callable[[Scene], bytes]:
    return _stated(lambda s: s["predicate"]["configuration"][0]["annotations"].update(notes))


def _spelled(change: Callable[[bytes], bytes]) -> Callable[[Scene], bytes]:
    """Alter the bytes of the statement, and sign them."""
    return lambda scene: scene.signed(change(scene.payload()))


def _wrapped(change: Callable[[dict[str, Any]], object]) -> Callable[[Scene], bytes]:
    """Alter the bundle around a genuine, signed statement."""

    def make(scene: Scene) -> bytes:
        bundle = json.loads(scene.bundle())
        change(bundle)
        return encode(bundle)

    return make


def _enveloped(**envelope: Any) -> Callable[[Scene], bytes]:
    return _wrapped(lambda bundle: bundle["dsseEnvelope"].update(envelope))


def _sealed(seal: Callable[[bytes], bytes]) -> Callable[[Scene], bytes]:
    """Put another signature under the genuine statement."""
    return lambda scene: encode(document(scene.payload(), seal(scene.payload())))


def _raw(payload: bytes) -> bytes:
    r, s = decode_dss_signature(signature(payload))
    return r.to_bytes(32) + s.to_bytes(32)


def _mirrored(payload: bytes) -> bytes:
    r, s = decode_dss_signature(signature(payload))
    return encode_dss_signature(r, _P256_ORDER - s)


def _spliced(scene: Scene) -> bytes:
    return encode(document(scene.payload(), signature(scene.payload(result=Result.FAILED))))


def _edited(scene: Scene) -> bytes:
    failed = scene.payload(result=Result.FAILED, failed=frozenset({"home"}))
    return encode(document(failed.replace(b"FAILED", b"PASSED"), signature(failed)))


def _relabelled(scene: Scene) -> bytes:
    payload = scene.payload()
    return encode(document(payload, signature(payload, payload_type="text/plain")))


def _typed(kind: str) -> Callable[[Scene], bytes]:
    def make(scene: Scene) -> bytes:
        payload = scene.payload()
        return encode(document(payload, signature(payload, payload_type=kind), payloadType=kind))

    return make


def _among_strangers(count: int) -> Callable[[Scene], bytes]:
    def make(scene: Scene) -> bytes:
        payload = scene.payload()
        return encode(document(payload, *[signature(payload, "stranger")] * count, signature(payload)))

    return make


def _claiming(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle(by="stranger"))
    bundle["dsseEnvelope"]["signatures"][0]["keyid"] = signer("ours").public_key.hex()
    return encode(bundle)


def _subjects(*changes: Mapping[str, Any]) -> Callable[[Scene], bytes]:
    return _stated(lambda s: s.update(subject=[{**s["subject"][0], **change} for change in changes]))


def _layers(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Scene, dict[str, Any]], Mapping[str, Any]]:
    def make(_: Scene, manifest: dict[str, Any]) -> Mapping[str, Any]:
        change(manifest["layers"])
        return manifest

    return make


def _without(*fields: str) -> Callable[[Scene, dict[str, Any]], Mapping[str, Any]]:
    return lambda _, manifest: {name: value for name, value in manifest.items() if name not in fields}


def _changed(**fields: Any) -> Callable[[Scene, dict[str, Any]], Mapping[str, Any]]:
    return lambda _, manifest: {**manifest, **fields}


_OTHER = "a" * 64
# Has the bits that the two alphabets of base64 spell in their own ways.
_BOTH_ALPHABETS = "https://example.org/?????>>>>>~~~~~?????>>>>>~~~~~"


def forgeries() -> tuple[Row, ...]:
    """Return what must not be accepted."""
    return (*_signatures(), *_types(), *_statements(), *_verdicts(), *_envelopes(), *_manifests())


def _signatures() -> tuple[Row, ...]:
    no_key = "no key that is pinned"
    return (
        Row(name="unsigned", bundle=_enveloped(signatures=[]), why="0 signatures"),
        Row(name="signatures missing", bundle=_wrapped(lambda b: b["dsseEnvelope"].pop("signatures")), why="not made"),
        Row(name="an empty signature", bundle=_sealed(lambda _: b""), why=no_key),
        Row(name="random bytes as signature", bundle=_sealed(lambda _: bytes(range(70))), why=no_key),
        Row(name="a signature cut short", bundle=_sealed(lambda p: signature(p)[:-1]), why=no_key),
        Row(name="a signature with a byte more", bundle=_sealed(lambda p: signature(p) + b"\0"), why=no_key),
        Row(name="zeros as signature", bundle=_sealed(lambda _: encode_dss_signature(0, 0)), why=no_key),
        Row(name="r and s side by side", bundle=_sealed(_raw), why=no_key),
        Row(name="another hash", bundle=_sealed(lambda p: _hashed(p, hashes.SHA384())), why=no_key),
        Row(name="signed without the encoding", bundle=_sealed(lambda p: signer("ours").sign(p)), why=no_key),
        Row(name="the signature of another statement", bundle=_spliced, why=no_key),
        Row(name="a failure edited into a pass", bundle=_edited, why=no_key),
        Row(name="one bit of the payload", bundle=_flipped, why=no_key),
        Row(name="a stranger's key", bundle=_by("stranger"), why=no_key),
        Row(name="a stranger's key under our key id", bundle=_claiming, why=no_key),
        Row(name="nine signatures, ours the last", bundle=_among_strangers(8), why="9 signatures"),
        _other_key("elsewhere", "hubwright/base"),
        _other_key("lookalike", "for hub only"),
        _other_key("provenance", "may sign https://slsa.dev"),
        _other_key("revoked", "was stolen", Answer.ABSENT),
        _other_key("twice", "it leaked", Answer.ABSENT),
        _other_key("expired", "was not valid"),
        _other_key("early", "was not valid"),
    )


def _hashed(payload: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    return signer("ours").sign(pre_authentication_encoding(PAYLOAD_TYPE, payload), algorithm)


def _flipped(scene: Scene) -> bytes:
    payload = bytearray(scene.payload())
    payload[100] ^= 1
    return encode(document(bytes(payload), signature(scene.payload())))


def _other_key(name: str, why: str, answer: Answer = Answer.REJECTED) -> Row:
    why = "for elsewhere only" if name == "elsewhere" else why
    return Row(name=f"the key {name}", bundle=_by(name), answer=answer, why=why, cosign_key=name)


def _types() -> tuple[Row, ...]:
    return (
        Row(name="payload type swapped", bundle=_typed("text/plain"), why="of type text/plain"),
        Row(name="payload type relabelled", bundle=_relabelled, why="no key that is pinned"),
        Row(name="payload type in capitals", bundle=_typed(PAYLOAD_TYPE.upper()), why="of type APPLICATION"),
        Row(name="payload type with a parameter", bundle=_typed(f"{PAYLOAD_TYPE}; v=1"), why="of type"),
        Row(
            name="payload type missing", bundle=_wrapped(lambda b: b["dsseEnvelope"].pop("payloadType")), why="not made"
        ),
        Row(
            name="another statement type",
            bundle=_stated(lambda s: s.update(_type="https://in-toto.io/Statement/v0.1")),
            why="expected https://in-toto.io/Statement/v1",
        ),
        Row(
            name="provenance signed with our key",
            bundle=_stated(lambda s: s.update(predicateType=PROVENANCE)),
            why="about https://slsa.dev",
        ),
        Row(
            name="predicate type missing", bundle=_stated(lambda s: s.pop("predicateType")), why="no in-toto statement"
        ),
        Row(
            name="predicate type with a slash more",
            bundle=_stated(lambda s: s.update(predicateType=f"{PREDICATE_TYPE}/")),
            why="about",
        ),
        Row(name="predicate missing", bundle=_stated(lambda s: s.pop("predicate")), why="not one of ours"),
    )


def _statements() -> tuple[Row, ...]:
    strict, ours, spelling = "not strict JSON", "not one of ours", "not spelled"
    return (
        Row(name="no JSON, properly signed", bundle=_spelled(lambda _: b"PASSED"), why=strict),
        Row(name="nothing, properly signed", bundle=_spelled(lambda _: b""), why=strict),
        Row(name="a list, properly signed", bundle=_spelled(lambda p: b"[" + p + b"]"), why="no in-toto"),
        Row(name="UTF-16", bundle=_spelled(lambda p: p.decode().encode("utf-16")), why=strict),
        Row(name="a byte order mark", bundle=_spelled(lambda p: b"\xef\xbb\xbf" + p), why=strict),
        Row(name="bytes that are not UTF-8", bundle=_spelled(lambda p: p.replace(b"linux", b"\xff")), why=strict),
        Row(
            name="the result twice",
            bundle=_spelled(lambda p: p.replace(b'"result":', b'"result":"FAILED","result":')),
            why=strict,
        ),
        Row(
            name="the subject twice",
            bundle=_spelled(lambda p: p.replace(b'"subject":', b'"subject":[],"subject":')),
            why=strict,
        ),
        Row(name="not a number", bundle=_spelled(lambda p: p.replace(b'"result":', b'"x":NaN,"result":')), why=strict),
        Row(name="a fraction", bundle=_spelled(lambda p: p.replace(b'"result":', b'"x":1.5,"result":')), why=strict),
        Row(
            name="a number of 5,000 digits",
            bundle=_spelled(lambda p: p.replace(b'"result":', b'"x":' + b"9" * 5000 + b',"result":')),
            why=strict,
        ),
        Row(
            name="nested 20 levels deep",
            bundle=_spelled(lambda p: p.replace(b'"result":', b'"x":' + b"[" * 20 + b"]" * 20 + b',"result":')),
            why="deeper",
        ),
        Row(name="nested 50,000 levels deep", bundle=_spelled(lambda _: b"[" * 50_000 + b"]" * 50_000), why=strict),
        Row(
            name="a statement beyond the limit",
            bundle=_with(url="https://example.org/" + "x" * 2**17),
            why="at most 131,072",
        ),
        Row(name="a line end behind it", bundle=_spelled(lambda p: p + b"\n"), why=spelling),
        Row(name="a space in it", bundle=_spelled(lambda p: p.replace(b":", b": ", 1)), why=spelling),
        Row(name="a surrogate alone", bundle=_spelled(lambda p: p.replace(b'"home"', rb'"\ud800"')), why=ours),
        Row(
            name="a letter spelled as an escape",
            bundle=_spelled(lambda p: p.replace(b'"home"', rb'"\u0068ome"')),
            why=spelling,
        ),
        Row(name="an unknown field", bundle=_stated(lambda s: s.update(more="")), why=spelling),
        Row(
            name="an unknown field in the predicate",
            bundle=_stated(lambda s: s["predicate"].update(more="")),
            why=spelling,
        ),
        Row(name="an unknown annotation", bundle=_noted(more=""), why=spelling),
        Row(name="another schema", bundle=_noted(schema="2"), why=spelling),
        Row(name="hardware neither yes nor no", bundle=_noted(hardware="maybe"), why=spelling),
        Row(name="a canary neither caught nor missed", bundle=_noted(canaries="python3=fine"), why=spelling),
        Row(name="a time that is none", bundle=_noted(finishedOn="yesterday"), why="is not a time"),
        Row(
            name="an annotation missing",
            bundle=_stated(lambda s: s["predicate"]["configuration"][0]["annotations"].pop("shape")),
            why=ours,
        ),
        Row(name="no configuration", bundle=_stated(lambda s: s["predicate"].update(configuration=[])), why=ours),
        Row(name="no smoke set", bundle=_stated(lambda s: s["predicate"]["configuration"].pop(0)), why=ours),
        Row(
            name="a test that is no text",
            bundle=_stated(lambda s: s["predicate"].update(passedTests=[["home"], "server"])),
            why=ours,
        ),
        Row(
            name="a test named twice",
            bundle=_stated(lambda s: s["predicate"].update(passedTests=["home", "home", "server"])),
            why=spelling,
        ),
        Row(
            name="tests in another order",
            bundle=_stated(lambda s: s["predicate"].update(passedTests=["server", "home"])),
            why=spelling,
        ),
        Row(name="a digest of another image", bundle=_with(digest=f"sha256:{_OTHER}"), why="it is about"),
        Row(
            name="the same digest under another name", bundle=_with(image="hubwright/cuda"), why="about hubwright/cuda"
        ),
        Row(name="a name that begins like ours", bundle=_with(image="hubwright/base-evil"), why="it is about"),
        Row(name="two subjects", bundle=_subjects({}, {"name": "hubwright/cuda"}), why="2 subjects"),
        Row(name="the same subject twice", bundle=_subjects({}, {}), why="2 subjects"),
        Row(name="no subject", bundle=_subjects(), why="0 subjects"),
        Row(name="a subject without a name", bundle=_stated(lambda s: s["subject"][0].pop("name")), why=ours),
        Row(name="a subject without a digest", bundle=_stated(lambda s: s["subject"][0].pop("digest")), why=ours),
        Row(name="a digest in capitals", bundle=_stated(lambda s: _upper(s["subject"][0]["digest"])), why=ours),
        Row(name="a digest cut short", bundle=_stated(lambda s: _cut(s["subject"][0]["digest"])), why=ours),
        Row(
            name="a second digest",
            bundle=_stated(lambda s: s["subject"][0]["digest"].update(sha512="0" * 128)),
            why=spelling,
        ),
        Row(name="another smoke set", bundle=_with(smoke_set=_OTHER), why="smoke set aaaaaaaaaaaa"),
    )


def _upper(digest: dict[str, str]) -> None:
    digest["sha256"] = digest["sha256"].upper()


def _cut(digest: dict[str, str]) -> None:
    digest["sha256"] = digest["sha256"][:32]


def _verdicts() -> tuple[Row, ...]:
    blocked = Answer.BLOCKED
    home = frozenset({"home"})
    return (
        Row(
            name="a signed failure",
            bundle=_with(result=Result.FAILED, passed=frozenset(), failed=home),
            answer=blocked,
            why="it says FAILED: home",
        ),
        Row(
            name="a signed failure of nothing",
            bundle=_with(result=Result.FAILED, passed=frozenset()),
            answer=blocked,
            why="no test is named",
        ),
        Row(
            name="a signed warning",
            bundle=_with(result=Result.WARNED, warned=home),
            answer=blocked,
            why="it says WARNED: home",
        ),
        Row(name="passed, with a failed test", bundle=_with(failed=home), answer=blocked, why="it says PASSED: home"),
        Row(name="passed, with a warning", bundle=_with(warned=home), answer=blocked, why="it says PASSED: home"),
        Row(
            name="passed, with a canary missed",
            bundle=_with(canaries={"bash": False, "python3": True}),
            answer=blocked,
            why="the canary of bash",
        ),
        Row(name="a test less", bundle=_with(passed=home), why="it lacks server"),
        Row(name="a test more", bundle=_with(passed=TESTS | {"gpu"}), why="it has gpu besides"),
        Row(name="no test at all", bundle=_with(passed=frozenset()), why="it lacks home and server"),
        Row(
            name="the result in small letters",
            bundle=_stated(lambda s: s["predicate"].update(result="passed")),
            why="not a valid Result",
        ),
        Row(name="no result", bundle=_stated(lambda s: s["predicate"].pop("result")), why="not one of ours"),
    )


def _envelopes() -> tuple[Row, ...]:
    strict, base64, made = "not strict JSON", "is not base64", "not made of"
    return (
        Row(
            name="another bundle type",
            bundle=_wrapped(lambda b: b.update(mediaType=BUNDLE_TYPE.replace("v0.3", "v0.9"))),
            why="calls itself",
        ),
        Row(name="no bundle type", bundle=_wrapped(lambda b: b.pop("mediaType")), why=made),
        Row(name="no envelope", bundle=_wrapped(lambda b: b.pop("dsseEnvelope")), why=made),
        Row(
            name="a signature over a message in place of the envelope",
            bundle=_wrapped(lambda b: b.update(messageSignature=b.pop("dsseEnvelope"))),
            why="unknown field messageSignature",
        ),
        Row(
            name="a message beside the envelope",
            bundle=_wrapped(lambda b: b.update(messageSignature={})),
            why="unknown field",
        ),
        Row(name="an unknown field in the envelope", bundle=_enveloped(more=""), why="unknown field more"),
        Row(
            name="an unknown field in the signature",
            bundle=_wrapped(lambda b: b["dsseEnvelope"]["signatures"][0].update(cert="")),
            why="unknown field cert",
        ),
        Row(
            name="a certificate in place of the key",
            bundle=_wrapped(lambda b: b.update(verificationMaterial={"certificate": {"rawBytes": ""}})),
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
        Row(name="a payload that is no base64", bundle=_enveloped(payload="{}"), why=base64),
        Row(
            name="a payload of one letter more",
            bundle=_wrapped(
                lambda b: b["dsseEnvelope"].update(payload=b["dsseEnvelope"]["payload"].rstrip("=") + "A" * 4)
            ),
            why="no key that is pinned",
        ),
        Row(name="a payload that ends in half a byte", bundle=_enveloped(payload="AAAAA"), why=base64),
        Row(
            name="too much padding",
            bundle=_wrapped(lambda b: b["dsseEnvelope"].update(payload=b["dsseEnvelope"]["payload"] + "====")),
            why=base64,
        ),
        Row(name="both alphabets in one", bundle=_mixed, why=base64),
        Row(name="a payload that is no text", bundle=_enveloped(payload=["e30="]), why=made),
        Row(name="a signature that is no text", bundle=_enveloped(signatures=[{"sig": 7}]), why="without bytes"),
        Row(name="a signature that is no object", bundle=_enveloped(signatures=["AAAA"]), why="without bytes"),
    )


def _mixed(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle(url=_BOTH_ALPHABETS))
    bundle["dsseEnvelope"]["payload"] = bundle["dsseEnvelope"]["payload"].replace("/", "_")
    return encode(bundle)


def _manifests() -> tuple[Row, ...]:
    layer = "exactly one layer"
    absent = Answer.ABSENT
    return (
        Row(
            name="another artifact type",
            bundle=_genuine,
            manifest=_changed(artifactType="application/vnd.cyclonedx+json"),
            answer=absent,
            why="vnd.cyclonedx",
        ),
        Row(
            name="no artifact type",
            bundle=_genuine,
            manifest=_without("artifactType"),
            answer=absent,
            why="it is a None",
        ),
        Row(
            name="a manifest about another image",
            bundle=_genuine,
            manifest=lambda _, m: {**m, "subject": {**m["subject"], "digest": f"sha256:{_OTHER}"}},
            why="its manifest is about",
        ),
        Row(
            name="a manifest about nothing",
            bundle=_genuine,
            manifest=_without("subject"),
            why="does not say what it is about",
        ),
        Row(
            name="a manifest about something unnamed",
            bundle=_genuine,
            manifest=lambda _, m: {**m, "subject": {"size": 1}},
            why="does not say",
        ),
        Row(
            name="an index",
            taken=False,
            bundle=_genuine,
            manifest=_changed(mediaType=OCI_INDEX),
            answer=absent,
            why="it is no",
        ),
        Row(
            name="Docker's manifest",
            bundle=_genuine,
            manifest=_changed(mediaType=DOCKER_MANIFEST),
            answer=absent,
            why="it is no",
        ),
        Row(
            name="a manifest that does not say what it is",
            bundle=_genuine,
            manifest=_without("subject", "artifactType"),
            answer=absent,
            why="vnd.oci.empty",
        ),
        Row(
            name="a manifest without anything",
            bundle=_genuine,
            taken=False,
            manifest=_without("subject", "artifactType", "config"),
            answer=absent,
            why="it is a None",
        ),
        Row(name="two layers", bundle=_genuine, manifest=_layers(lambda layers: layers.append(layers[0])), why=layer),
        Row(name="no layer", bundle=_genuine, manifest=_layers(list.clear), why=layer),
        Row(
            name="a layer of another type",
            bundle=_genuine,
            manifest=_layers(lambda layers: layers[0].update(mediaType=EMPTY_TYPE)),
            why=layer,
        ),
        Row(
            name="a layer without a digest",
            taken=False,
            bundle=_genuine,
            manifest=_layers(lambda layers: layers[0].pop("digest")),
            why=layer,
        ),
        Row(
            name="a layer whose digest is none",
            taken=False,
            bundle=_genuine,
            manifest=_layers(lambda layers: layers[0].update(digest="sha256:../x")),
            why=layer,
        ),
        Row(
            name="a layer of less than nothing",
            bundle=_genuine,
            manifest=_layers(lambda layers: layers[0].update(size=-1)),
            why=layer,
        ),
        Row(
            name="a layer of another size",
            bundle=_genuine,
            manifest=_layers(lambda layers: layers[0].update(size=1)),
            why="another hash than",
        ),
        Row(
            name="a layer that says it is huge",
            bundle=_genuine,
            manifest=_layers(lambda layers: layers[0].update(size=2**40)),
            why="at most 262,144",
        ),
        Row(
            name="a layer of another content",
            taken=False,
            bundle=_genuine,
            manifest=_layers(lambda layers: layers[0].update(digest=f"sha256:{_OTHER}")),
            why="another hash than",
        ),
        Row(
            name="a manifest beyond the limit",
            bundle=_genuine,
            manifest=_changed(annotations={"x": "x" * 2**17}),
            why="at most 65,536",
        ),
    )


def genuine() -> tuple[Row, ...]:
    """Return proofs as others may have wrapped or copied them; what is signed is what we signed."""
    proven = Answer.PROVEN

    def row(name: str, bundle: Callable[[Scene], bytes] = _genuine, **more: Any) -> Row:
        return Row(name=name, bundle=bundle, answer=proven, **more)

    return (
        row("as we write it"),
        row("with a key id", _wrapped(lambda b: b["dsseEnvelope"]["signatures"][0].update(keyid="somebody"))),
        row("with another hint", _wrapped(lambda b: b["verificationMaterial"]["publicKey"].update(hint="somebody"))),
        row("without a hint", _wrapped(lambda b: b.update(verificationMaterial={"publicKey": {}}))),
        row("with an empty list of log entries", _wrapped(lambda b: b["verificationMaterial"].update(tlogEntries=[]))),
        row("in the other alphabet", _alphabet),
        row("without padding", _unpadded),
        row("on many lines", lambda s: json.dumps(json.loads(s.bundle()), indent=2).encode()),
        row("with the fields in another order", lambda s: json.dumps(json.loads(s.bundle()), sort_keys=True).encode()),
        row("beside a stranger's signature", _among_strangers(1)),
        row("with the mirrored signature", _sealed(_mirrored)),
        row("made without hardware", _with(hardware=False)),
        row("without kernels", _with(canaries={}, notebooks={})),
        row("without a run's address", _with(url="")),
        row("with letters of the world", _with(url="https://example.org/größe/木")),
        row("with other annotations", manifest=_changed(annotations={"anything": "else"})),
        row("without annotations", manifest=_without("annotations")),
        row("without a subject, as old registries want it", manifest=_bare),
    )


def _alphabet(scene: Scene) -> bytes:
    bundle = json.loads(scene.bundle(url=_BOTH_ALPHABETS))
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


_ONE = "one spelling for each thing, so that no two readers can differ"
_SCHEMA = "only statements of our own schema"
_ABOUT = "one subject, by its name and digest, as we write them"
_KEY = "what a key may sign, and until when, is in the list of keys"
_VERDICT = "what the statement says decides, and cosign does not look at it"
_OBJECT = "the manifest has to say what it is, and about what"
_SIZE = "no proof is that large"

COSIGN_TAKES: Mapping[str, str] = {
    "r and s side by side": _ONE,
    "the key elsewhere": _KEY,
    "the key lookalike": _KEY,
    "the key provenance": _KEY,
    "the key revoked": _KEY,
    "the key twice": _KEY,
    "the key expired": _KEY,
    "the key early": _KEY,
    "another statement type": _SCHEMA,
    "predicate missing": _SCHEMA,
    "a fraction": _SCHEMA,
    "nested 20 levels deep": _SCHEMA,
    "a statement beyond the limit": _SIZE,
    "a line end behind it": _ONE,
    "a space in it": _ONE,
    "a letter spelled as an escape": _ONE,
    "an unknown field in the predicate": _SCHEMA,
    "an unknown annotation": _SCHEMA,
    "another schema": _SCHEMA,
    "hardware neither yes nor no": _SCHEMA,
    "a canary neither caught nor missed": _SCHEMA,
    "a time that is none": _SCHEMA,
    "an annotation missing": _SCHEMA,
    "no configuration": _SCHEMA,
    "no smoke set": _SCHEMA,
    "a test that is no text": _SCHEMA,
    "a test named twice": _SCHEMA,
    "tests in another order": _SCHEMA,
    "the same digest under another name": _ABOUT,
    "a name that begins like ours": _ABOUT,
    "two subjects": _ABOUT,
    "the same subject twice": _ABOUT,
    "a subject without a name": _ABOUT,
    "a digest in capitals": _ABOUT,
    "a second digest": _ABOUT,
    "another smoke set": _VERDICT,
    "a signed failure": _VERDICT,
    "a signed failure of nothing": _VERDICT,
    "a signed warning": _VERDICT,
    "passed, with a failed test": _VERDICT,
    "passed, with a warning": _VERDICT,
    "passed, with a canary missed": _VERDICT,
    "a test less": _VERDICT,
    "a test more": _VERDICT,
    "no test at all": _VERDICT,
    "the result in small letters": _SCHEMA,
    "no result": _SCHEMA,
    "a compressed bundle": _ONE,
    "a bundle of 5 MiB": _SIZE,
    "another artifact type": _OBJECT,
    "no artifact type": _OBJECT,
    "a manifest about another image": _OBJECT,
    "a manifest that does not say what it is": _OBJECT,
    "a manifest about nothing": _OBJECT,
    "a manifest about something unnamed": _OBJECT,
    "Docker's manifest": _OBJECT,
    "a layer of less than nothing": _OBJECT,
    "a manifest beyond the limit": _SIZE,
}

COSIGN_REFUSES: Mapping[str, str] = {
    "with a key id": "it lets a key id decide, which DSSE forbids",
    "beside a stranger's signature": "it wants exactly one signature, where DSSE allows more",
}
