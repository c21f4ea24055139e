"""An outside image as one digest for each platform, asked from its registry."""

import json
from collections.abc import Callable
from typing import Any

from hubwright.errors import ContentCorruptError, UnresolvableError
from hubwright.frozen import dataclass
from hubwright.registries.interface import DOCKER_LIST, OCI_INDEX, Manifest, Registry, is_digest

# Given the host of a reference, the registry there.
OpenRegistry = Callable[[str], Registry]
_CONFIG_LIMIT = 4 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    host: str
    repository: str
    # A tag or a digest.
    version: str


def read_reference(reference: str) -> Reference:
    """Return the parts of a reference that names its host, as the matrix requires."""
    host, _, rest = reference.partition("/")
    if "@" in rest:
        named, _, digest = rest.partition("@")
        return Reference(host=host, repository=named.partition(":")[0], version=digest)
    repository, _, tag = rest.partition(":")
    return Reference(host=host, repository=repository, version=tag or "latest")


def resolve_outside(reference: str, platform: str, open_registry: OpenRegistry) -> str:
    """Return the digest of the image's manifest for the platform; never that of an index."""
    parts = read_reference(reference)
    registry = open_registry(parts.host)
    digest: str | None = parts.version
    if not is_digest(parts.version):
        found = registry.resolve(parts.repository, parts.version)
        digest = found.digest if found else None
    manifest = registry.manifest(parts.repository, digest) if digest else None
    if manifest is None:
        msg = f"{reference} is not there: its registry answered, and has no such image"
        raise UnresolvableError(msg)
    if manifest.descriptor.media_type in {OCI_INDEX, DOCKER_LIST}:
        return _from_index(manifest, reference, platform)
    return _single(manifest, reference, platform, registry, parts.repository)


def _from_index(manifest: Manifest, reference: str, platform: str) -> str:
    entries = json.loads(manifest.body)["manifests"]
    offered = {_spelled(entry.get("platform", {})): str(entry["digest"]) for entry in entries}
    for spelling in (platform, f"{platform}/v8"):
        if spelling in offered:
            return offered[spelling]
    known = ", ".join(sorted(name for name in offered if "unknown" not in name))
    msg = f"{reference} is not offered for {platform}; its platforms are {known}"
    raise UnresolvableError(msg)


def _single(manifest: Manifest, reference: str, platform: str, registry: Registry, repository: str) -> str:
    config = registry.blob(repository, json.loads(manifest.body)["config"]["digest"], limit=_CONFIG_LIMIT)
    if config is None:
        msg = f"{reference} has no configuration, although its manifest names one"
        raise ContentCorruptError(msg)
    spelling = _spelled(json.loads(config))
    if spelling not in {platform, f"{platform}/v8"}:
        msg = f"{reference} is an image for {spelling}, and {platform} is asked for"
        raise UnresolvableError(msg)
    return manifest.descriptor.digest


def _spelled(platform: dict[str, Any]) -> str:
    parts = (platform.get("os", "unknown"), platform.get("architecture", "unknown"), platform.get("variant", ""))
    return "/".join(part for part in parts if part)
