"""What a stage may ask of a registry, and the values that go to and fro.

"Not there" is a value, None or an empty tuple. "Could not ask" is always an exception, RegistryUnavailableError; no
call returns anything that could stand for both.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from hubwright.frozen import dataclass

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
# Every kind of manifest that is understood. Asked for in full each time: without it a registry may convert an
# image to schema 1, which has another digest.
MANIFEST_TYPES = (OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST)

# The most that registries store; ECR's limit, and that of CNCF distribution.
MANIFEST_LIMIT = 4 * 2**20
# An image has a proof for each shape and smoke set. A list beyond this is an attack or a mistake, and is not cut but
# refused.
REFERRERS_LIMIT = 1024
# Years of nightly builds and their proofs; whoever has more deletes some.
TAGS_LIMIT = 20_000

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_REPOSITORY_LENGTH = 255


@dataclass(frozen=True, kw_only=True, slots=True)
class Descriptor:
    """Content by its digest (`sha256:...`), with its length in bytes."""

    media_type: str
    digest: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A manifest or an index, in the exact bytes that its digest is about."""

    descriptor: Descriptor
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Referrer:
    """A manifest that says it is about another one; what it claims is unproven until it is fetched."""

    descriptor: Descriptor
    artifact_type: str | None
    annotations: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """A manifest that was read back after it was put.

    `subject_listed` tells whether the registry said that it now lists this manifest among the referrers of its
    subject. False also where nothing was sent because it was there already.
    """

    descriptor: Descriptor
    subject_listed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """A user name and a password, or a token in its place; never shown."""

    username: str
    password: str = field(repr=False)


class Credentials(Protocol):
    """Where credentials come from. `refused` says that the one given last is no longer accepted."""

    def __call__(self, *, refused: bool) -> Credential | None: ...


class Registry(Protocol):
    """A registry, usable from many threads.

    Every call raises RegistryUnavailableError where the registry could not be asked within the deadline,
    RegistryRefusedError where it says no, and ContentCorruptError where what it sent is not what its digest says.
    """

    def resolve(self, repository: str, tag: str) -> Descriptor | None:
        """Return what the tag gives now, or None where there is no such tag."""

    def tagged(self, repository: str, tag: str) -> Manifest | None:
        """Return the same with its bytes, for who would fetch them next."""

    def manifest(self, repository: str, digest: str) -> Manifest | None:
        """Return the manifest with this digest, or None where there is none."""

    def blob(self, repository: str, digest: str, *, limit: int) -> bytes | None:
        """Return a blob of at most `limit` bytes, or None where there is none; a longer one is corrupt."""

    def push_blob(self, repository: str, body: bytes) -> str:
        """Store the bytes, unless they are there, and return their digest."""

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        """Store the manifest under a tag or its own digest, and read it back.

        Nothing is sent where it is there already. Where another manifest stands under the tag afterwards (the tag
        is immutable, or somebody else was faster), RegistryRefusedError names its digest in `holds`.
        """

    def referrers(self, repository: str, digest: str) -> tuple[Referrer, ...]:
        """Return everything that says it is about this digest, in the registry's order; never a part of it."""


class Catalogue(Protocol):
    """What only looking back asks; the same errors as for a Registry."""

    def tags(self, repository: str) -> tuple[str, ...]:
        """Return all tags of a repository, never a part of them, and none where there is no repository.

        It tells where to look and proves nothing: what it names may be gone, and what was just put may lack.
        """


class ListingRegistry(Registry, Catalogue, Protocol):
    """A registry that can list its tags."""


class Janitor(Protocol):
    """What only the doctor's probe does, with its own scratch repository."""

    def delete_manifest(self, repository: str, digest: str) -> bool:
        """Delete a manifest with all of its tags; False where it was not there."""


def sha256_digest(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def fallback_tag(digest: str) -> str:
    """Return the tag under which clients keep the referrers of a digest where the registry does not."""
    return digest.replace(":", "-")


def is_digest(reference: str) -> bool:
    return _DIGEST.fullmatch(reference) is not None


def is_tag(reference: str) -> bool:
    return _TAG.fullmatch(reference) is not None


def checked_digest(digest: str) -> str:
    return _checked(digest, is_digest(digest), "a sha256 digest")


def checked_tag(tag: str) -> str:
    return _checked(tag, is_tag(tag), "a tag")


def checked_repository(repository: str) -> str:
    allowed = len(repository) <= _REPOSITORY_LENGTH and _REPOSITORY.fullmatch(repository) is not None
    return _checked(repository, allowed, "the name of a repository")


def _checked(name: str, allowed: bool, kind: str) -> str:  # noqa: FBT001 - private, and read at a glance
    if not allowed:
        msg = f"{name!r} is not {kind}"
        raise ValueError(msg)
    return name
