"""What registries answer, read strictly: manifests, lists of referrers, and error documents."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from hubwright.errors import ContentCorruptError
from hubwright.registries.interface import (
    MANIFEST_TYPES,
    OCI_INDEX,
    Descriptor,
    Manifest,
    Referrer,
    is_digest,
    is_tag,
    sha256_digest,
)
from hubwright.words import shorten

_SCHEMA = 2


def read_manifest(body: bytes, *, content_type: str, claimed: str | None, where: str) -> Manifest:
    """Return the manifest, its digest computed from the bytes; `claimed` is what the registry says it is."""
    digest = sha256_digest(body)
    if claimed is not None and claimed != digest:
        msg = f"{where} came as {shorten(claimed, 80)}, and its bytes hash to {digest}. {_ADVICE}"
        raise ContentCorruptError(msg)
    media_type = content_type.partition(";")[0].strip()
    if media_type not in MANIFEST_TYPES:
        msg = f"{where} is of type {shorten(media_type) or '(none)'}; expected an OCI or Docker schema 2 image or index"
        raise ContentCorruptError(msg)
    document = read_object(body, where=where)
    if document.get("schemaVersion") != _SCHEMA or document.get("mediaType", media_type) != media_type:
        msg = f"{where} was sent as {media_type}, and says something else of itself. {_ADVICE}"
        raise ContentCorruptError(msg)
    return Manifest(descriptor=Descriptor(media_type=media_type, digest=digest, size=len(body)), body=body)


_ADVICE = "Something between here and the registry, or its storage, alters content; do not use it until that is found"


def read_object(body: bytes, *, where: str) -> dict[str, Any]:
    """Return the JSON object in the body, or raise ContentCorruptError."""
    document = _json(body)
    if not isinstance(document, dict):
        msg = f"{where} is not a JSON object"
        raise ContentCorruptError(msg)
    return document


def read_referrers(body: bytes, *, content_type: str, where: str) -> Iterator[Referrer]:
    """Return what an index of referrers lists."""
    entries = read_object(body, where=where).get("manifests")
    if content_type.partition(";")[0].strip() != OCI_INDEX or not isinstance(entries, list):
        msg = f"{where} should be an OCI index, and is not"
        raise ContentCorruptError(msg)
    return (_referrer(entry, where) for entry in entries)


def _referrer(entry: object, where: str) -> Referrer:
    match entry:
        case {"mediaType": str(media_type), "digest": str(digest), "size": int(size), **rest} if (
            is_digest(digest) and size >= 0
        ):
            artifact_type, annotations = rest.get("artifactType"), rest.get("annotations") or {}
            if isinstance(artifact_type, str | None) and _is_text_mapping(annotations):
                descriptor = Descriptor(media_type=media_type, digest=digest, size=size)
                return Referrer(descriptor=descriptor, artifact_type=artifact_type, annotations=annotations)
    msg = f"{where} holds an entry that is no descriptor: {shorten(repr(entry), 120)}"
    raise ContentCorruptError(msg)


def _is_text_mapping(value: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(value, Mapping) and all(isinstance(text, str) for text in value.values())


def read_annotations(body: bytes, *, where: str) -> Mapping[str, str]:
    """Return what a manifest says of itself: nothing, where it says it in another form."""
    annotations = read_object(body, where=where).get("annotations")
    return annotations if _is_text_mapping(annotations) else {}


def read_tags(body: bytes, *, where: str) -> tuple[str, ...]:
    """Return what a list of tags names; CNCF distribution writes null for a repository without any."""
    match read_object(body, where=where):
        case {"tags": None}:
            return ()
        case {"tags": list(tags)} if all(isinstance(tag, str) and is_tag(tag) for tag in tags):
            return tuple(tags)
        case _:
            msg = f"{where} should be one, and is not"
            raise ContentCorruptError(msg)


def read_errors(body: bytes) -> tuple[str, ...]:
    """Return `CODE: message` for each error of a registry's error document; empty where it is none.

    Only a registry writes one. A proxy's page or a load balancer's 404 says nothing about what the registry holds.
    """
    document = _json(body)
    errors = document.get("errors") if isinstance(document, dict) else None
    found: list[str] = []
    for error in errors if isinstance(errors, list) else ():
        match error:
            case {"code": str(code), "message": str(message)} if message:
                found.append(f"{shorten(code)}: {shorten(message, 200)}")
            case {"code": str(code)}:
                found.append(shorten(code))
            case _:
                continue
    return tuple(found)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
