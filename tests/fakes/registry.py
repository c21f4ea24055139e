"""A registry in memory, which keeps the contract of `hubwright.registries.interface`."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from hubwright.errors import ContentCorruptError, RegistryRefusedError, RegistryUnavailableError
from hubwright.registries.documents import read_manifest, read_referrers
from hubwright.registries.interface import (
    OCI_INDEX,
    REFERRERS_LIMIT,
    Catalogue,
    Descriptor,
    Janitor,
    Manifest,
    Referrer,
    Registry,
    Stored,
    checked_digest,
    checked_repository,
    checked_tag,
    fallback_tag,
    is_digest,
    sha256_digest,
)


class WholeRegistry(Registry, Catalogue, Janitor, Protocol):
    """All that is ever asked of a registry."""


class FakeRegistry:
    """`unavailable` makes every call fail as an outage does; `immutable` says which tags are never moved.

    Some registries take no manifest with a subject, and some delete nothing.
    """

    def __init__(
        self,
        *,
        lists_referrers: bool = False,
        immutable: Callable[[str], bool] = lambda _: False,
        takes_subjects: bool = True,
        deletes: bool = True,
    ) -> None:
        self.unavailable = False
        self.takes_subjects = takes_subjects
        self.deletes = deletes
        self.lists_referrers = lists_referrers
        self.immutable = immutable
        self.blobs: dict[tuple[str, str], bytes] = {}
        self.manifests: dict[tuple[str, str], Manifest] = {}
        self.tags_held: dict[tuple[str, str], str] = {}
        # What was really stored: the calls that found everything there already are not in it.
        self.writes: list[str] = []
        self._lock = threading.RLock()

    def resolve(self, repository: str, tag: str) -> Descriptor | None:
        found = self.tagged(repository, tag)
        return found.descriptor if found else None

    def tagged(self, repository: str, tag: str) -> Manifest | None:
        return self._find(repository, checked_tag(tag))

    def manifest(self, repository: str, digest: str) -> Manifest | None:
        return self._find(repository, checked_digest(digest))

    def blob(self, repository: str, digest: str, *, limit: int) -> bytes | None:
        self._enter(repository)
        body = self.blobs.get((repository, checked_digest(digest)))
        if body is not None and len(body) > limit:
            msg = f"cannot fetch {repository}@{digest}: more than the {limit} bytes came that were expected at most"
            raise ContentCorruptError(msg)
        return body

    def push_blob(self, repository: str, body: bytes) -> str:
        self._enter(repository)
        digest = sha256_digest(body)
        with self._lock:
            if (repository, digest) not in self.blobs:
                self.writes.append(f"{repository}@{digest}")
                self.blobs[repository, digest] = body
        return digest

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        claimed = reference if is_digest(reference) else None
        wanted = read_manifest(body, content_type=media_type, claimed=claimed, where=f"{repository} {reference}")
        with self._lock:
            found = self._find(repository, reference if claimed else checked_tag(reference))
            if found == wanted:
                return Stored(descriptor=wanted.descriptor, subject_listed=False)
            if found and self.immutable(reference):
                msg = f"cannot put {repository}:{reference}: refused with 400, the tag is immutable"
                raise RegistryRefusedError(msg, holds=found.descriptor.digest)
            if not self.takes_subjects and "subject" in json.loads(body):
                msg = f"cannot put {repository}:{reference}: refused with 405, UNSUPPORTED"
                raise RegistryRefusedError(msg)
            self._refuse_missing_content(repository, wanted)
            self.writes.append(f"{repository}:{reference}")
            self.manifests[repository, wanted.descriptor.digest] = wanted
            if not claimed:
                self.tags_held[repository, reference] = wanted.descriptor.digest
        listed = self.lists_referrers and "subject" in json.loads(body)
        return Stored(descriptor=wanted.descriptor, subject_listed=listed)

    def referrers(self, repository: str, digest: str) -> tuple[Referrer, ...]:
        found = self.list_all_referrers(repository, digest)
        if len(found) > REFERRERS_LIMIT:
            msg = f"cannot list what refers to {repository}@{digest}: there are more than {REFERRERS_LIMIT}"
            raise RegistryUnavailableError(msg)
        return found

    def tags(self, repository: str) -> tuple[str, ...]:
        self._enter(repository)
        return tuple(sorted(tag for place, tag in self.tags_held if place == repository))

    def delete_manifest(self, repository: str, digest: str) -> bool:
        self._enter(repository)
        if not self.deletes:
            msg = f"cannot delete {repository}@{digest}: refused with 405, UNSUPPORTED"
            raise RegistryRefusedError(msg)
        with self._lock:
            self.tags_held = {
                key: held for key, held in self.tags_held.items() if (key[0], held) != (repository, digest)
            }
            return self.manifests.pop((repository, checked_digest(digest)), None) is not None

    def list_all_referrers(self, repository: str, digest: str) -> tuple[Referrer, ...]:
        """Return what `referrers` would, were there no limit."""
        self._enter(repository)
        with self._lock:
            return tuple(self._referrers(repository, checked_digest(digest)))

    def _enter(self, repository: str) -> None:
        checked_repository(repository)
        if self.unavailable:
            msg = f"cannot ask about {repository}: the registry is down, as the test wants it"
            raise RegistryUnavailableError(msg)

    def _find(self, repository: str, reference: str) -> Manifest | None:
        self._enter(repository)
        digest = reference if is_digest(reference) else self.tags_held.get((repository, reference), "")
        return self.manifests.get((repository, digest))

    def _refuse_missing_content(self, repository: str, wanted: Manifest) -> None:
        document = json.loads(wanted.body)
        content = [*document.get("layers", ()), *([document["config"]] if "config" in document else ())]
        missing = [part["digest"] for part in content if (repository, part["digest"]) not in self.blobs]
        missing += [
            child["digest"]
            for child in document.get("manifests", ())
            if (repository, child["digest"]) not in self.manifests
        ]
        if missing:
            msg = f"cannot put a manifest into {repository}: refused with 400, MANIFEST_BLOB_UNKNOWN: {missing[0]}"
            raise RegistryRefusedError(msg)

    def _referrers(self, repository: str, digest: str) -> Iterator[Referrer]:
        if not self.lists_referrers:
            tagged = self._find(repository, fallback_tag(digest))
            return read_referrers(tagged.body, content_type=OCI_INDEX, where="the list") if tagged else iter(())
        return (
            referrer
            for (place, _), manifest in self.manifests.items()
            if place == repository and (referrer := _referrer_to(digest, manifest))
        )


def _referrer_to(digest: str, manifest: Manifest) -> Referrer | None:
    document = json.loads(manifest.body)
    if document.get("subject", {}).get("digest") != digest:
        return None
    return Referrer(
        descriptor=manifest.descriptor,
        artifact_type=document.get("artifactType"),
        annotations=document.get("annotations") or {},
    )
