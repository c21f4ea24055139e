"""The requests that reading from a registry is made of.

Each function is one attempt, and may be run again from its start after any Fault.
"""

import re

from hubwright.errors import ContentCorruptError, RegistryUnavailableError
from hubwright.frozen import dataclass
from hubwright.registries.calls import Call
from hubwright.registries.documents import read_errors, read_manifest, read_referrers, read_tags
from hubwright.registries.interface import (
    MANIFEST_LIMIT,
    MANIFEST_TYPES,
    OCI_INDEX,
    REFERRERS_LIMIT,
    TAGS_LIMIT,
    Manifest,
    Referrer,
    fallback_tag,
    is_digest,
    sha256_digest,
)
from hubwright.registries.transport import Answer, Fault

_OK = 200
_NOT_FOUND = 404

_NEXT = re.compile(r"<([^>]*)>\s*;[^,]*\brel=\"?next\"?")
# Each page holds one referrer at least, unless the registry leads round in circles.
_MOST_PAGES = REFERRERS_LIMIT
_TAGS_ON_A_PAGE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A tag or a digest in a repository; the names were checked."""

    repository: str
    reference: str

    def __str__(self) -> str:
        return f"{self.repository}{'@' if is_digest(self.reference) else ':'}{self.reference}"

    @property
    def manifest_path(self) -> str:
        return f"{self.repository}/manifests/{self.reference}"

    @property
    def blob_path(self) -> str:
        return f"{self.repository}/blobs/{self.reference}"

    @property
    def reading(self) -> str:
        return f"{self.repository}:pull"

    @property
    def writing(self) -> str:
        return f"{self.repository}:pull,push"


def get_manifest(call: Call, target: Target) -> Manifest | None:
    accept = {"Accept": ", ".join(MANIFEST_TYPES)}
    answer = call.send("GET", target.manifest_path, scope=target.reading, headers=accept, limit=MANIFEST_LIMIT)
    if is_absence(answer):
        return None
    if answer.status != _OK:
        call.refuse(answer)
    claimed = target.reference if is_digest(target.reference) else answer.headers.get("docker-content-digest")
    return read_manifest(
        answer.body, content_type=answer.headers.get("content-type", ""), claimed=claimed, where=str(target)
    )


def get_blob(call: Call, target: Target, limit: int) -> bytes | None:
    answer = call.send("GET", target.blob_path, scope=target.reading, limit=limit)
    if is_absence(answer):
        return None
    if answer.status != _OK:
        call.refuse(answer)
    if sha256_digest(answer.body) != target.reference:
        msg = (
            f"the bytes of {target} hash to {sha256_digest(answer.body)}: its storage, or the way to it, alters content"
        )
        raise ContentCorruptError(msg)
    return answer.body


def list_referrers(call: Call, target: Target) -> tuple[Referrer, ...]:
    found: list[Referrer] = []
    address = f"{target.repository}/referrers/{target.reference}"
    for _ in range(_MOST_PAGES):
        answer = call.send("GET", address, scope=target.reading, headers={"Accept": OCI_INDEX}, limit=MANIFEST_LIMIT)
        if answer.status == _NOT_FOUND and not found:
            return _fallback_referrers(call, target)
        if answer.status != _OK:
            call.refuse(answer)
        where = f"the list of referrers of {target}"
        found += read_referrers(answer.body, content_type=answer.headers.get("content-type", ""), where=where)
        following = _NEXT.search(answer.headers.get("link", ""))
        if len(found) > REFERRERS_LIMIT or not following:
            return _capped(found, call)
        address = call.follow(answer, following[1])
    msg = f"cannot {call.what}: the list has more than {_MOST_PAGES} pages, and was not read to its end"
    raise RegistryUnavailableError(msg)


def _fallback_referrers(call: Call, target: Target) -> tuple[Referrer, ...]:
    """Return what clients list by themselves, for a registry that has no list of its own."""
    tagged = Target(repository=target.repository, reference=fallback_tag(target.reference))
    index = get_manifest(call, tagged)
    if index is None:
        return ()
    where = f"the list of referrers {tagged}"
    return _capped(list(read_referrers(index.body, content_type=index.descriptor.media_type, where=where)), call)


def _capped(found: list[Referrer], call: Call) -> tuple[Referrer, ...]:
    if len(found) > REFERRERS_LIMIT:
        msg = (
            f"cannot {call.what}: there are more than {REFERRERS_LIMIT}, and a part of a list decides nothing; "
            "find out who attaches them, and delete those that are not yours"
        )
        raise RegistryUnavailableError(msg)
    return tuple(found)


def list_tags(call: Call, repository: str) -> tuple[str, ...]:
    found: list[str] = []
    address = f"{repository}/tags/list?n={_TAGS_ON_A_PAGE}"
    # A registry that knows no pages gives all at once.
    while len(found) <= TAGS_LIMIT:
        answer = call.send("GET", address, scope=f"{repository}:pull", limit=MANIFEST_LIMIT)
        if not found and is_absence(answer):
            return ()
        if answer.status != _OK:
            call.refuse(answer)
        page = read_tags(answer.body, where=f"the list of tags of {repository}")
        found += page
        following = _NEXT.search(answer.headers.get("link", ""))
        if not following:
            return tuple(found)
        if not page:
            break
        address = call.follow(answer, following[1])
    msg = (
        f"cannot {call.what}: it was not read to its end, because there are more than {TAGS_LIMIT}, or none on a page; "
        "delete what is not needed any more"
    )
    raise RegistryUnavailableError(msg)


def is_absence(answer: Answer) -> bool:
    """Return whether the registry itself says that something is not there.

    A 404 without a registry's error document comes from something in its place: a proxy, a load balancer with nothing
    behind it, another web server. It says nothing.
    """
    if answer.status != _NOT_FOUND:
        return False
    if not read_errors(answer.body):
        msg = "the 404 that came is not one of a registry"
        raise Fault(msg)
    return True
