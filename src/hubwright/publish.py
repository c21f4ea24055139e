"""What the registry holds for a plan, and what it made of a push.

The registry is the only memory: a digest is what it answers, read back after every push. Where another
pipeline was faster, its digest is adopted and ours is dropped.
"""

import json
from collections.abc import Callable, Mapping

from hubwright.errors import BuildError
from hubwright.planned import Absent, Fingerprint, Presence, Present, Published, Unknown
from hubwright.registries.interface import Registry
from hubwright.registries.lookup import Answers, Tagged, resolve_all

# Of the images that are built here a config has some kilobytes.
_CONFIG_LIMIT = 4 * 2**20


def look_up(
    registry: Registry, repositories: Mapping[str, str], prints: Mapping[str, Fingerprint], clock: Callable[[], float]
) -> dict[str, Presence]:
    """Return for each variant whether its repository has its fingerprint; no answer is Unknown, never Absent."""
    tagged = {name: Tagged(repository=repositories[name], tag=prints[name].tag) for name in prints}
    answers = resolve_all(registry, tagged.values(), clock=clock)
    return {name: _presence(answers, each) for name, each in tagged.items()}


def _presence(answers: Answers, tagged: Tagged) -> Presence:
    if tagged in answers.found:
        return Present(digest=answers.found[tagged].digest)
    return Absent() if tagged in answers.absent else Unknown(error=answers.unanswered[tagged])


def adopt(registry: Registry, repository: str, tag: str, *, pushed: bool) -> Published:
    """Return what stands under the tag now, checked to the last byte of its manifest.

    Even where it was pushed a moment ago: if somebody pushed the same fingerprint at the same time, theirs counts.
    """
    found = registry.resolve(repository, tag)
    if found is None:
        what = "after it was pushed" if pushed else "although it was there a moment ago"
        msg = f"{repository}:{tag} is not in the registry {what}; does something else delete tags there?"
        raise BuildError(msg)
    return read_back(registry, repository, found.digest)


def read_back(registry: Registry, repository: str, digest: str) -> Published:
    """Return the image with this digest, checked to the last byte of its manifest."""
    manifest = registry.manifest(repository, digest)
    if manifest is None:
        msg = f"{repository}@{digest} has a tag and no manifest; the registry lost it, push it again"
        raise BuildError(msg)
    document = json.loads(manifest.body)
    if "layers" not in document:
        msg = f"{repository}@{digest} is no image of one platform, but {manifest.descriptor.media_type}"
        raise BuildError(msg)
    size = sum(part["size"] for part in (document["config"], *document["layers"]))
    return Published(digest=digest, size=size)


def labels_of(registry: Registry, repository: str, digest: str) -> dict[str, str]:
    """Return what the image with this digest says of itself."""
    manifest = registry.manifest(repository, digest)
    config = json.loads(manifest.body).get("config") if manifest else None
    body = registry.blob(repository, config["digest"], limit=_CONFIG_LIMIT) if config else None
    if body is None:
        msg = f"{repository}@{digest} is no image, or the registry lost a part of it; push it again, or delete its tag"
        raise BuildError(msg)
    said = json.loads(body).get("config") or {}
    return dict(said.get("Labels") or {})
