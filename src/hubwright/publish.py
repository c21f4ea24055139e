"""What the registry holds for a plan, and what it made of a push.

The registry is the only memory: a digest is what it answers, read back after every push. Where another
pipeline was faster, its digest is adopted and ours is dropped.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hubwright.errors import BuildError
from hubwright.planned import Absent, Fingerprint, Layer, Presence, Present, Published, Unknown
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
    _, config = _documents(registry, repository, digest)
    with _read_as_configuration(repository, digest):
        said = json.loads(config).get("config") or {}
        return dict(said.get("Labels") or {})


def layers_of(registry: Registry, repository: str, digest: str) -> tuple[Layer, ...]:
    """Return the layers of the image with this digest, the lowest first, each with the line that made it.

    Where the history tells of more or fewer, nobody can say which line made which.
    """
    manifest, config = _documents(registry, repository, digest)
    layers = manifest.get("layers") or []
    with _read_as_configuration(repository, digest):
        history = json.loads(config).get("history") or []
        made_by = [str(line.get("created_by") or "") for line in history if not line.get("empty_layer")]
    told = made_by if len(made_by) == len(layers) else [""] * len(layers)
    return tuple(
        Layer(digest=layer["digest"], size=layer["size"], made_by=line)
        for layer, line in zip(layers, told, strict=True)
    )


def _documents(registry: Registry, repository: str, digest: str) -> tuple[dict[str, Any], bytes]:
    """Return the manifest of an image, and its configuration as it is stored."""
    found = registry.manifest(repository, digest)
    manifest = json.loads(found.body) if found else {}
    config = manifest.get("config")
    body = registry.blob(repository, config["digest"], limit=_CONFIG_LIMIT) if config else None
    if body is None:
        msg = f"{repository}@{digest} is no image, or the registry lost a part of it; push it again, or delete its tag"
        raise BuildError(msg)
    return manifest, body


@contextmanager
def _read_as_configuration(repository: str, digest: str) -> Iterator[None]:
    """Tell of a configuration that is none: registries take any bytes for one, from whoever may push."""
    try:
        yield
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        msg = f"{repository}@{digest} has something else for its configuration; push it again, or delete its tag"
        raise BuildError(msg) from error
