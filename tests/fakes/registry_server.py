"""The registry in memory behind the distribution protocol, with what the real one on this machine does not have.

It lists referrers itself, two on a page; keeps some tags immutable; wants a password, and forgets it on demand.
"""

import json
import uuid
from base64 import b64encode
from contextlib import AbstractContextManager
from urllib.parse import parse_qs, urlsplit

from fakes.registry import FakeRegistry
from fakes.web import Reply, Request, WebServer, serve
from hubwright.errors import ContentCorruptError, RegistryRefusedError
from hubwright.registries.interface import OCI_INDEX, is_digest, sha256_digest

_PAGE = 2


class RegistryServer:
    """Answers for `store`. Where `password` is set, the user `AWS` has to give it."""

    def __init__(self, store: FakeRegistry, *, password: str | None = None) -> None:
        self.store = store
        self.password = password
        self._uploads: set[str] = set()

    def serve(self) -> AbstractContextManager[WebServer]:
        return serve(self.answer)

    def answer(self, request: Request) -> Reply:
        if not self._may_enter(request):
            return Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="registry"'})
        path = urlsplit(request.path).path.removeprefix("/v2/")
        if "/blobs/uploads/" in path:
            return self._upload(request, path)
        if path.endswith("/tags/list"):
            return self._tags(request, path.removesuffix("/tags/list"))
        for kind, answer in (("/manifests/", self._manifest), ("/blobs/", self._blob), ("/referrers/", self._list)):
            if kind in path:
                repository, _, reference = path.partition(kind)
                return answer(request, repository, reference)
        return Reply(status=404, body=b"404 page not found")

    def _may_enter(self, request: Request) -> bool:
        if self.password is None:
            return True
        pair = b64encode(f"AWS:{self.password}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {pair}"

    def _upload(self, request: Request, path: str) -> Reply:
        repository, _, upload = path.partition("/blobs/uploads/")
        if request.method == "POST":
            upload = uuid.uuid4().hex
            self._uploads.add(upload)
            return Reply(status=202, headers={"Location": f"/v2/{repository}/blobs/uploads/{upload}?state=1"})
        if upload not in self._uploads:
            return _error(404, "BLOB_UPLOAD_UNKNOWN")
        self._uploads.remove(upload)
        digest = parse_qs(urlsplit(request.path).query)["digest"][0]
        if sha256_digest(request.body) != digest:
            return _error(400, "DIGEST_INVALID")
        self.store.push_blob(repository, request.body)
        return Reply(status=201, headers={"Docker-Content-Digest": digest})

    def _blob(self, _request: Request, repository: str, digest: str) -> Reply:
        body = self.store.blob(repository, digest, limit=2**30)
        return Reply(body=body) if body is not None else _error(404, "BLOB_UNKNOWN")

    def _manifest(self, request: Request, repository: str, reference: str) -> Reply:
        if request.method == "PUT":
            return self._put(request, repository, reference)
        if request.method == "DELETE":
            deleted = self.store.delete_manifest(repository, reference)
            return Reply(status=202) if deleted else _error(404, "MANIFEST_UNKNOWN")
        digest = reference if is_digest(reference) else self.store.tags_held.get((repository, reference), "")
        found = self.store.manifests.get((repository, digest))
        if found is None:
            return _error(404, "MANIFEST_UNKNOWN")
        headers = {"Content-Type": found.descriptor.media_type, "Docker-Content-Digest": found.descriptor.digest}
        return Reply(headers=headers, body=found.body)

    def _put(self, request: Request, repository: str, reference: str) -> Reply:
        # As ECR does: even the manifest that stands under an immutable tag is refused there.
        if self.store.immutable(reference) and (repository, reference) in self.store.tags_held:
            return _error(400, "TAG_INVALID")
        try:
            stored = self.store.put_manifest(repository, reference, request.body, request.headers["content-type"])
        except (RegistryRefusedError, ContentCorruptError):
            return _error(400, "MANIFEST_INVALID")
        subject = json.loads(request.body).get("subject", {}).get("digest", "")
        return Reply(status=201, headers={"OCI-Subject": subject} if stored.subject_listed else {})

    def _list(self, request: Request, repository: str, digest: str) -> Reply:
        if not self.store.lists_referrers:
            return Reply(status=404, body=b"404 page not found")
        begin = int(parse_qs(urlsplit(request.path).query).get("last", ["0"])[0])
        entries = [
            {
                "mediaType": referrer.descriptor.media_type,
                "digest": referrer.descriptor.digest,
                "size": referrer.descriptor.size,
                "artifactType": referrer.artifact_type,
                "annotations": dict(referrer.annotations),
            }
            for referrer in self.store.list_all_referrers(repository, digest)
        ]
        page = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries[begin : begin + _PAGE]}
        headers = {"Content-Type": OCI_INDEX}
        if begin + _PAGE < len(entries):
            following = f"/v2/{repository}/referrers/{digest}?last={begin + _PAGE}"
            headers["Link"] = f'<{following}>; rel="next"'
        return Reply(headers=headers, body=json.dumps(page).encode())

    def _tags(self, request: Request, repository: str) -> Reply:
        begin = int(parse_qs(urlsplit(request.path).query).get("last", ["0"])[0])
        tags = self.store.tags(repository)
        if not tags:
            return _error(404, "NAME_UNKNOWN")
        headers = {}
        if begin + _PAGE < len(tags):
            headers["Link"] = f'</v2/{repository}/tags/list?last={begin + _PAGE}>; rel="next"'
        page = {"name": repository, "tags": tags[begin : begin + _PAGE]}
        return Reply(headers=headers, body=json.dumps(page).encode())


def _error(status: int, code: str) -> Reply:
    return Reply(
        status=status, body=json.dumps({"errors": [{"code": code, "message": "as the fake wants it"}]}).encode()
    )
