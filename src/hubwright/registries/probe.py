"""What a registry can do with proofs, found out by trying it: an image and something about it, and both away again."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from hubwright.errors import (
    ContentCorruptError,
    HubwrightError,
    RegistryRefusedError,
    RegistryUnavailableError,
)
from hubwright.frozen import dataclass
from hubwright.registries.artifacts import EMPTY, EMPTY_TYPE, described, named
from hubwright.registries.interface import (
    OCI_MANIFEST,
    Descriptor,
    Janitor,
    Registry,
    Stored,
    sha256_digest,
)

_CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
_LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"
_PROOF_TYPE = "application/vnd.hubwright.probe+json"
_BLOB_LIMIT = 1024


class Mode(StrEnum):
    """How a proof hangs on an image. Its own tag is written in every mode, so that each finds those of the others."""

    NATIVE = "native"
    TAG = "tag"
    TAG_WITHOUT_SUBJECT = "tag without subject"


@dataclass(frozen=True, kw_only=True, slots=True)
class Probed:
    """The mode, or why it could not be found out; `left` are the digests that are still there, and why."""

    found: Mode | HubwrightError
    left: Mapping[str, str]


def probe(
    registry: Registry,
    janitor: Janitor,
    repository: str,
    *,
    mark: str,
    clock: Callable[[], float],
    limit_s: float = 20.0,
) -> Probed:
    """Push an image with one layer and a referrer of it, read them back, and delete both.

    `mark` is what makes them this probe's own. No step begins after `limit_s`; deleting comes after it all the same,
    however the steps end.
    """
    scratch = _Scratch(registry, repository, clock, clock() + limit_s)
    try:
        found: Mode | HubwrightError = _try_out(scratch, mark)
    except HubwrightError as error:
        found = error
    except BaseException:
        scratch.clear(janitor)
        raise
    return Probed(found=found, left=scratch.clear(janitor))


class _Scratch:
    """The repository, and everything that may have been put into it."""

    def __init__(self, registry: Registry, repository: str, clock: Callable[[], float], expires: float) -> None:
        self._registry = registry
        self._repository = repository
        self._clock = clock
        self._expires = expires
        self._digests: list[str] = []

    def push_blob(self, body: bytes) -> None:
        self._check_time()
        self._registry.push_blob(self._repository, body)

    def put(self, tag: str, document: Mapping[str, Any]) -> Stored:
        self._check_time()
        body = json.dumps(document).encode()
        # Noted before: an answer that never comes does not mean that nothing was stored.
        self._digests.append(sha256_digest(body))
        return self._registry.put_manifest(self._repository, tag, body, OCI_MANIFEST)

    def lists(self, subject: Descriptor, referrer: Descriptor) -> bool:
        self._check_time()
        listed = self._registry.referrers(self._repository, subject.digest)
        return any(each.descriptor.digest == referrer.digest for each in listed)

    def require(self, tag: str, stored: Stored, blob: bytes) -> None:
        """Raise ContentCorruptError where what was pushed is not what comes back."""
        self._check_time()
        found = self._registry.resolve(self._repository, tag)
        if found != stored.descriptor:
            msg = f"{self._repository}:{tag} was pushed, and the tag gives something else, or nothing, a moment later"
            raise ContentCorruptError(msg)
        self._check_time()
        if self._registry.blob(self._repository, sha256_digest(blob), limit=_BLOB_LIMIT) != blob:
            msg = f"a blob was pushed to {self._repository}, and is not there a moment later"
            raise ContentCorruptError(msg)

    def clear(self, janitor: Janitor) -> dict[str, str]:
        """Delete what was put, the last first, and return what is left, with the reason."""
        reasons = {digest: self._cleared(janitor, digest) for digest in reversed(self._digests)}
        return {digest: reason for digest, reason in reasons.items() if reason is not None}

    def _cleared(self, janitor: Janitor, digest: str) -> str | None:
        reason = "it was deleted, and is there again"
        try:
            janitor.delete_manifest(self._repository, digest)
        except HubwrightError as error:
            reason = str(error)
        try:
            return None if self._registry.manifest(self._repository, digest) is None else reason
        except HubwrightError as error:
            return str(error)

    def _check_time(self) -> None:
        if self._clock() >= self._expires:
            msg = f"the registry took too long to try {self._repository} out to its end"
            raise RegistryUnavailableError(msg)


def _try_out(scratch: _Scratch, mark: str) -> Mode:
    layer, evidence = f"layer {mark}".encode(), json.dumps({"probe": mark}).encode()
    for blob in (EMPTY, layer, evidence):
        scratch.push_blob(blob)
    image = scratch.put(f"probe-{mark}", _manifest(_CONFIG_TYPE, _LAYER_TYPE, layer)).descriptor
    bare = _manifest(EMPTY_TYPE, _PROOF_TYPE, evidence)
    mode, tag = Mode.TAG, f"probe-{mark}-proof"
    try:
        stored = scratch.put(tag, {**bare, "artifactType": _PROOF_TYPE, "subject": named(image)})
    except RegistryRefusedError:
        # If it is not the subject that is refused, this is refused as well.
        mode, stored = Mode.TAG_WITHOUT_SUBJECT, scratch.put(tag, bare)
    if scratch.lists(image, stored.descriptor) and stored.subject_listed:
        mode = Mode.NATIVE
    scratch.require(tag, stored, evidence)
    return mode


def _manifest(config_type: str, layer_type: str, layer: bytes) -> dict[str, Any]:
    return {
        "schemaVersion": 2,
        "mediaType": OCI_MANIFEST,
        "config": described(EMPTY, config_type),
        "layers": [described(layer, layer_type)],
    }
