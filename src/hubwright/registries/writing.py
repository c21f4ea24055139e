"""The requests that writing to a registry is made of.

Each function is one attempt. It may be run again from its start after any Fault, whatever the registry has done of it
by then: what is stored already is found, and not sent again.
"""

from hubwright.errors import ContentCorruptError, RegistryRefusedError
from hubwright.registries.calls import Call
from hubwright.registries.documents import read_errors
from hubwright.registries.interface import Manifest, Stored
from hubwright.registries.reading import Target, get_blob, get_manifest, is_absence
from hubwright.registries.transport import Fault

_OK = 200
_CREATED = 201
_ACCEPTED = 202
_NOT_FOUND = 404

# What a crash tore on the registry's disk answers 500 until it is written again: a look that goes on failing must not
# keep a write from healing it.
_LOOKS_BEFORE_WRITE = 3
_LOST = "it was accepted, and is not there"


def push_blob(call: Call, target: Target, body: bytes) -> None:
    if call.attempt <= _LOOKS_BEFORE_WRITE and _stored_length(call, target) == len(body):
        return
    begun = call.send("POST", f"{target.repository}/blobs/uploads/", scope=target.writing, body=b"")
    if begun.status != _ACCEPTED:
        call.refuse(begun)
    location = call.follow(begun, begun.headers.get("location", ""))
    done = call.send(
        "PUT",
        f"{location}{'&' if '?' in location else '?'}digest={target.reference}",
        scope=target.writing,
        headers={"Content-Type": "application/octet-stream"},
        body=body,
    )
    if done.status == _NOT_FOUND:
        # A session lives in the registry's memory or storage, and is gone after a crash or at another replica.
        msg = "the upload was forgotten before it was complete"
        raise Fault(msg)
    if done.status != _CREATED:
        call.refuse(done)
    # "Created" is not "stored": a blob that is cut short on disk is answered like a whole one until it is measured.
    length = _stored_length(call, target, read=len(body))
    if length is None:
        raise Fault(_LOST)
    if length != len(body):
        msg = f"{target} has {length} bytes after it was pushed with {len(body)}; look at the registry's storage"
        raise ContentCorruptError(msg)


def _stored_length(call: Call, target: Target, *, read: int | None = None) -> int | None:
    """Return the length of the blob, None where it is not there, or nobody says how long it is.

    An answer to HEAD may do without the length. Then the bytes tell it, where as many may be read.
    """
    answer = call.send("HEAD", target.blob_path, scope=target.writing)
    length = answer.headers.get("content-length", "")
    if answer.status != _OK:
        return None
    if length.isdecimal():
        return int(length)
    body = None if read is None else get_blob(call, target, read)
    return None if body is None else len(body)


def put_manifest(call: Call, target: Target, wanted: Manifest) -> Stored:
    if call.attempt <= _LOOKS_BEFORE_WRITE:
        found = get_manifest(call, target)
        if found and found.descriptor == wanted.descriptor:
            return Stored(descriptor=found.descriptor, subject_listed=False)
    content_type = {"Content-Type": wanted.descriptor.media_type}
    answer = call.send("PUT", target.manifest_path, scope=target.writing, headers=content_type, body=wanted.body)
    stored = get_manifest(call, target)
    if stored and stored.descriptor == wanted.descriptor:
        # Whatever the answer was: an immutable tag is refused even to the manifest that it holds.
        return Stored(descriptor=stored.descriptor, subject_listed="oci-subject" in answer.headers)
    if any(said.startswith("DIGEST_INVALID") for said in read_errors(answer.body)):
        # Our digest is right, so this is about a blob of it: CNCF distribution reads the link to a blob as empty while
        # another client pushes the same one.
        msg = "a part of it is just being written by somebody else"
        raise Fault(msg)
    if answer.status != _CREATED:
        call.refuse(answer, holds=stored.descriptor.digest if stored else None)
    if stored:
        msg = (
            f"cannot {call.what}: another manifest stands there now, {stored.descriptor.digest}; use that, or try again"
        )
        raise RegistryRefusedError(msg, holds=stored.descriptor.digest)
    raise Fault(_LOST)


def delete_manifest(call: Call, target: Target) -> bool:
    answer = call.send("DELETE", target.manifest_path, scope=f"{target.repository}:delete")
    if is_absence(answer):
        # After a lost answer this attempt finds nothing, and an earlier one has deleted it.
        return call.attempt > 1
    if answer.status != _ACCEPTED:
        call.refuse(answer)
    return True
