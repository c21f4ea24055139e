"""A registry that speaks the OCI distribution protocol: CNCF distribution, ECR, and most others."""

import ipaddress
import re
from dataclasses import field
from pathlib import Path

from hubwright.frozen import dataclass
from hubwright.proxies import Proxies
from hubwright.registries import reading, writing
from hubwright.registries.auth import Authority
from hubwright.registries.calls import Caller
from hubwright.registries.documents import read_manifest
from hubwright.registries.interface import (
    Credentials,
    Descriptor,
    Manifest,
    Referrer,
    Stored,
    checked_digest,
    checked_repository,
    checked_tag,
    is_digest,
    sha256_digest,
)
from hubwright.registries.reading import Target
from hubwright.registries.timing import Timing
from hubwright.registries.transport import Transport


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """Where a registry is (`host` or `host:port`), and how it is talked to.

    Without TLS only on loopback, or where `plain_http` says so. `ca_file` replaces the system's certificates.
    A call has `deadline_s` in all; a single request that takes longer than `request_s` is rather made again.
    """

    host: str
    plain_http: bool | None = None
    ca_file: Path | None = None
    credentials: Credentials | None = None
    proxies: Proxies = field(default_factory=Proxies)
    deadline_s: float = 60.0
    request_s: float = 30.0
    connections: int = 32

    @property
    def plain(self) -> bool:
        return _is_loopback(self.host) if self.plain_http is None else self.plain_http


def _is_loopback(host: str) -> bool:
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"


class OciRegistry:
    """`interface.Registry`, `interface.Catalogue` and `interface.Janitor` over HTTP."""

    def __init__(self, endpoint: Endpoint, *, timing: Timing | None = None) -> None:
        self._host = endpoint.host
        ca_file = str(endpoint.ca_file) if endpoint.ca_file else None
        self._caller = Caller(
            base=f"{'http' if endpoint.plain else 'https'}://{endpoint.host}/v2/",
            transport=Transport(connections=endpoint.connections, ca_file=ca_file, proxies=endpoint.proxies),
            authority=Authority(host=endpoint.host, plain_http=endpoint.plain, credentials=endpoint.credentials),
            timing=timing or Timing(),
            deadline_s=endpoint.deadline_s,
            request_s=endpoint.request_s,
        )

    def resolve(self, repository: str, tag: str) -> Descriptor | None:
        # Not asked by HEAD: what the tag gives is believed only where the bytes hash to it.
        found = self.tagged(repository, tag)
        return found.descriptor if found else None

    def tagged(self, repository: str, tag: str) -> Manifest | None:
        target = _target(repository, checked_tag(tag))
        return self._caller.call(f"resolve {target} at {self._host}", lambda call: reading.get_manifest(call, target))

    def manifest(self, repository: str, digest: str) -> Manifest | None:
        target = _target(repository, checked_digest(digest))
        return self._caller.call(f"fetch {target} from {self._host}", lambda call: reading.get_manifest(call, target))

    def blob(self, repository: str, digest: str, *, limit: int) -> bytes | None:
        target = _target(repository, checked_digest(digest))
        return self._caller.call(
            f"fetch {target} from {self._host}", lambda call: reading.get_blob(call, target, limit)
        )

    def push_blob(self, repository: str, body: bytes) -> str:
        target = _target(repository, sha256_digest(body))
        self._caller.call(f"push {target} to {self._host}", lambda call: writing.push_blob(call, target, body))
        return target.reference

    def put_manifest(self, repository: str, reference: str, body: bytes, media_type: str) -> Stored:
        target = _target(repository, reference if is_digest(reference) else checked_tag(reference))
        # What could not be read back as it is called is not worth storing.
        claimed = reference if is_digest(reference) else None
        wanted = read_manifest(body, content_type=media_type, claimed=claimed, where=f"the manifest for {target}")
        return self._caller.call(
            f"put {target} to {self._host}", lambda call: writing.put_manifest(call, target, wanted)
        )

    def referrers(self, repository: str, digest: str) -> tuple[Referrer, ...]:
        target = _target(repository, checked_digest(digest))
        return self._caller.call(
            f"list what refers to {target} at {self._host}", lambda call: reading.list_referrers(call, target)
        )

    def tags(self, repository: str) -> tuple[str, ...]:
        name = checked_repository(repository)
        return self._caller.call(f"list the tags of {name} at {self._host}", lambda call: reading.list_tags(call, name))

    def delete_manifest(self, repository: str, digest: str) -> bool:
        target = _target(repository, checked_digest(digest))
        return self._caller.call(
            f"delete {target} from {self._host}", lambda call: writing.delete_manifest(call, target)
        )


def _target(repository: str, reference: str) -> Target:
    return Target(repository=checked_repository(repository), reference=reference)
