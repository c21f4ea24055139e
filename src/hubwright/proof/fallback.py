"""The list of referrers that clients keep where the registry keeps none, for cosign and oras.

It loses entries when many write at once, and garbage collection takes what it lists; so nothing of ours relies on it.
"""

import contextlib
import json
from typing import Any

from hubwright.errors import HubwrightError
from hubwright.proof.envelope import BUNDLE_TYPE
from hubwright.registries.documents import read_annotations, read_object, read_referrers
from hubwright.registries.interface import OCI_INDEX, Descriptor, Manifest, Registry, fallback_tag
from hubwright.registries.timing import Timing

_ROUNDS = 5
_SHORTEST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 0.5
# Proofs of smoke sets that are long gone have their own tags; whoever reads the list has to read all of it.
_MOST_PROOFS = 256


def list_in_fallback(registry: Registry, repository: str, subject: str, manifest: Manifest, timing: Timing) -> bool:
    """Return whether the proof stands in the list in the end, with what its manifest says of itself."""
    tag, proof = fallback_tag(subject), manifest.descriptor
    entry = {
        "mediaType": proof.media_type,
        "digest": proof.digest,
        "size": proof.size,
        "artifactType": BUNDLE_TYPE,
        "annotations": read_annotations(manifest.body, where=proof.digest),
    }
    for _ in range(_ROUNDS):
        # Where somebody else is faster, or the registry fails, the next round sees what there is then.
        with contextlib.suppress(HubwrightError):
            index, entries = _read(registry, repository, tag)
            if _holds(entries, proof):
                return True
            body = json.dumps({**index, "manifests": [*_kept(entries), entry]}, separators=(",", ":")).encode()
            registry.put_manifest(repository, tag, body, OCI_INDEX)
        timing.sleep(_SHORTEST_PAUSE_S + timing.chance() * (_LONGEST_PAUSE_S - _SHORTEST_PAUSE_S))
    with contextlib.suppress(HubwrightError):
        return _holds(_read(registry, repository, tag)[1], proof)
    return False


def _read(registry: Registry, repository: str, tag: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the index, and its entries as they stand in it."""
    found = registry.resolve(repository, tag)
    held = registry.manifest(repository, found.digest) if found else None
    if held is None:
        return {"schemaVersion": 2, "mediaType": OCI_INDEX}, []
    list(read_referrers(held.body, content_type=held.descriptor.media_type, where=f"{repository}:{tag}"))
    index = read_object(held.body, where=tag)
    return index, index["manifests"]


def _holds(entries: list[dict[str, Any]], proof: Descriptor) -> bool:
    return any(each["digest"] == proof.digest for each in entries)


def _kept(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries without the oldest proofs, where there are many; those of others all stay."""
    proofs = [entry for entry in entries if entry.get("artifactType") == BUNDLE_TYPE]
    dropped = proofs[: max(0, len(proofs) - _MOST_PROOFS + 1)]
    return [entry for entry in entries if entry not in dropped]
