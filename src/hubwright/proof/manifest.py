"""The OCI object that a proof is, beside the image it is about, and the tags that it is found by."""

import json

from hubwright.frozen import dataclass
from hubwright.labels import CREATED, SMOKE_SET
from hubwright.proof.envelope import BUNDLE_TYPE
from hubwright.proof.strict import Discounted, Refused, read_json
from hubwright.registries.artifacts import EMPTY, EMPTY_TYPE, described, named
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, is_digest
from hubwright.words import shorten

MANIFEST_LIMIT = 64 * 2**10

_CONTENT = "dsse-envelope"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofManifest:
    """`subject` is None where the registry takes no manifest that names one; the statement binds all the same."""

    subject: str | None
    bundle: Descriptor


def write_manifest(bundle: bytes, *, subject: Descriptor | None, predicate: str, created: str, smoke_set: str) -> bytes:
    """Return the manifest of a bundle."""
    # Without `artifactType`, the type of the configuration is what says what an object is.
    kind = {"artifactType": BUNDLE_TYPE, "subject": named(subject)} if subject else {}
    config = EMPTY_TYPE if subject else BUNDLE_TYPE
    document = {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        **kind,
        # No `data` in it, which ECR refuses.
        "config": described(EMPTY, config),
        "layers": [described(bundle, BUNDLE_TYPE)],
        "annotations": {
            "dev.sigstore.bundle.content": _CONTENT,
            "dev.sigstore.bundle.predicateType": predicate,
            SMOKE_SET: smoke_set,
            CREATED: created,
        },
    }
    return json.dumps(document, separators=(",", ":")).encode()


def read_proof_manifest(body: bytes) -> ProofManifest:
    """Return what the manifest points to; Discounted where it is about something else than a proof."""
    document = read_json(body, limit=MANIFEST_LIMIT, what="the manifest")
    if not isinstance(document, dict) or document.get("mediaType") != OCI_MANIFEST:
        msg = f"it is no {OCI_MANIFEST}"
        raise Discounted(msg)
    kind = _kind(document)
    if kind != BUNDLE_TYPE:
        msg = f"it is a {shorten(str(kind))}; a proof is a {BUNDLE_TYPE}"
        raise Discounted(msg)
    return ProofManifest(subject=_subject(document), bundle=_layer(document))


def _kind(document: dict[str, object]) -> object:
    if "subject" in document or "artifactType" in document:
        return document.get("artifactType")
    match document:
        case {"config": {"mediaType": str(kind)}}:
            return kind
        case _:
            return None


def _subject(document: dict[str, object]) -> str | None:
    if "subject" not in document and "artifactType" not in document:
        return None
    match document:
        case {"subject": {"digest": str(digest)}}:
            return digest
        case _:
            msg = "the manifest does not say what it is about"
            raise Refused(msg)


def _layer(document: dict[str, object]) -> Descriptor:
    match document:
        case {"layers": [{"mediaType": str(kind), "digest": str(digest), "size": int(size)}]} if (
            kind == BUNDLE_TYPE and is_digest(digest) and size >= 0
        ):
            return Descriptor(media_type=kind, digest=digest, size=size)
        case _:
            msg = "the manifest has not exactly one layer that is a bundle"
            raise Refused(msg)
