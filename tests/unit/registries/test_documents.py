import json

import pytest

from hubwright.errors import ContentCorruptError
from hubwright.registries.documents import read_annotations, read_errors, read_manifest, read_referrers
from hubwright.registries.interface import (
    DOCKER_LIST,
    DOCKER_MANIFEST,
    OCI_INDEX,
    OCI_MANIFEST,
    Descriptor,
    Referrer,
    sha256_digest,
)

SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
DIGEST = "sha256:" + "a" * 64
BODY = json.dumps({"schemaVersion": 2}).encode()


@pytest.mark.parametrize("media_type", [OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST])
@pytest.mark.parametrize("suffix", ["", "; charset=utf-8"])
def test_a_manifest_is_known_by_the_hash_of_its_bytes(media_type: str, suffix: str) -> None:
    manifest = read_manifest(BODY, content_type=media_type + suffix, claimed=None, where="it")

    assert manifest.descriptor == Descriptor(media_type=media_type, digest=sha256_digest(BODY), size=len(BODY))
    assert manifest.body == BODY


@pytest.mark.parametrize(
    "body, content_type, claimed, message",
    [
        (BODY, OCI_MANIFEST, DIGEST, f"it came as {DIGEST}, and its bytes hash to"),
        (BODY, SCHEMA_1, None, "it is of type application/vnd.docker.distribution.manifest.v1"),
        (BODY, "", None, r"it is of type \(none\)"),
        (BODY, "text/html", None, "expected an OCI or Docker schema 2 image or index"),
        (b'{"schemaVersion": 1}', OCI_MANIFEST, None, "says something else of itself"),
        (b'{"schemaVersion": 2, "mediaType": "x"}', OCI_MANIFEST, None, "says something else of itself"),
        (b"[]", OCI_MANIFEST, None, "it is not a JSON object"),
        (b"\xff", OCI_MANIFEST, None, "it is not a JSON object"),
        (b"[" * 100_000, OCI_MANIFEST, None, "it is not a JSON object"),
    ],
)
def test_what_is_no_manifest_is_named(body: bytes, content_type: str, claimed: str | None, message: str) -> None:
    with pytest.raises(ContentCorruptError, match=message):
        read_manifest(body, content_type=content_type, claimed=claimed, where="it")


ENTRY = {"mediaType": OCI_MANIFEST, "digest": DIGEST, "size": 7}


@pytest.mark.parametrize(
    "extra, artifact_type, annotations",
    [
        ({}, None, {}),
        ({"artifactType": "a/b", "annotations": {"k": "v"}}, "a/b", {"k": "v"}),
        ({"artifactType": None, "annotations": None}, None, {}),
    ],
)
def test_referrers_are_read(extra: dict[str, object], artifact_type: str | None, annotations: dict[str, str]) -> None:
    body = json.dumps({"manifests": [ENTRY | extra]}).encode()

    read = list(read_referrers(body, content_type=OCI_INDEX, where="the list"))

    descriptor = Descriptor(media_type=OCI_MANIFEST, digest=DIGEST, size=7)
    assert read == [Referrer(descriptor=descriptor, artifact_type=artifact_type, annotations=annotations)]


@pytest.mark.parametrize(
    "entry",
    [
        "text",
        {},
        ENTRY | {"digest": "sha256:short"},
        ENTRY | {"size": -1},
        ENTRY | {"size": "7"},
        ENTRY | {"artifactType": 1},
        ENTRY | {"annotations": {"k": 1}},
        ENTRY | {"annotations": ["k"]},
    ],
)
def test_a_list_of_referrers_with_anything_else_in_it_is_refused_whole(entry: object) -> None:
    body = json.dumps({"manifests": [ENTRY, entry]}).encode()

    with pytest.raises(ContentCorruptError, match="no descriptor"):
        list(read_referrers(body, content_type=OCI_INDEX, where="the list"))


@pytest.mark.parametrize(
    "body, content_type", [(b'{"manifests": {}}', OCI_INDEX), (b"{}", OCI_INDEX), (b'{"manifests": []}', OCI_MANIFEST)]
)
def test_what_is_no_list_of_referrers_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(ContentCorruptError, match="should be an OCI index"):
        read_referrers(body, content_type=content_type, where="the list")


@pytest.mark.parametrize(
    "body, errors",
    [
        (
            b'{"errors": [{"code": "NAME_UNKNOWN", "message": "no such\\u001b name"}]}',
            ("NAME_UNKNOWN: no such\\x1b name",),
        ),
        (b'{"errors": [{"code": "DENIED"}, {"code": "X", "message": ""}, 7]}', ("DENIED", "X")),
        (b'{"errors": []}', ()),
        (b'{"errors": {"code": "DENIED"}}', ()),
        (b'{"error": "x"}', ()),
        (b"404 page not found", ()),
        (b"[]", ()),
        (b"", ()),
    ],
)
def test_only_an_error_document_has_errors(body: bytes, errors: tuple[str, ...]) -> None:
    assert read_errors(body) == errors


@pytest.mark.parametrize(
    "said, read", [({"a": "b"}, {"a": "b"}), ({}, {}), (None, {}), ({"a": 1}, {}), (["a"], {}), ("a", {})]
)
def test_what_a_manifest_says_of_itself_is_text_or_nothing(said: object, read: dict[str, str]) -> None:
    assert read_annotations(json.dumps({"annotations": said}).encode(), where="it") == read


def test_a_manifest_need_not_say_anything_of_itself() -> None:
    assert read_annotations(b"{}", where="it") == {}
