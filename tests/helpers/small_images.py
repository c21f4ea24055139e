"""A repository of images that take no time, and what a run made of them."""

import gzip
import json
import secrets
from pathlib import Path
from typing import TypeAlias

import zstandard

from hubwright.errors import HubwrightError
from hubwright.planned import Made
from hubwright.progress import Movement
from hubwright.registries.interface import Registry
from hubwright.schedule import Done, Result
from hubwright.verdicts import Verdict

Results: TypeAlias = dict[str, Result[Made]]

MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  busybox: {pull: "localhost/tests/foundation:1"}
images:
  base: {from: busybox}
  tool: {from: base, axes: {version: ["1.10", "2.0"]}}
  other: {from: base}
profiles:
  - {slug: lab, display_name: Lab, image: base}
"""
DOCKERFILES = {
    "base": 'RUN ["/bin/sh", "-c", "echo made > /made"]\n',
    "tool": 'ARG VERSION\nRUN ["/bin/sh", "-c", "cat /made && echo tool $VERSION > /tool"]\n',
    "other": 'RUN ["/bin/sh", "-c", "echo other > /other"]\n',
}


class Silent:
    def begins(self, name: str, reason: str) -> None: ...

    def moves(self, name: str, progress: Movement) -> None: ...

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None: ...


def repository(root: Path, **changed: str) -> Path:
    """Write a repository whose images no other test has: a number in each goes into its fingerprint."""
    mark = secrets.token_hex(8)
    for image, lines in {**DOCKERFILES, **changed}.items():
        folder = root / "images" / image
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\nLABEL mark={mark}\n{lines}")
    (root / "matrix.yaml").write_text(MATRIX)
    return root


def made(results: Results, name: str) -> Made:
    result = results[name]
    assert isinstance(result, Done), result
    return result.value


def everything(registry: Registry, repository: str, digest: str) -> list[bytes]:
    """Return the manifest, the config with its history and labels, and every layer unpacked."""
    manifest = registry.manifest(repository, digest)
    assert manifest is not None
    document = json.loads(manifest.body)
    contents = [manifest.body]
    for part in (document["config"], *document["layers"]):
        blob = registry.blob(repository, part["digest"], limit=1 << 28)
        assert blob is not None
        contents.append(_unpacked(part["mediaType"], blob))
    return contents


def _unpacked(media_type: str, blob: bytes) -> bytes:
    match media_type.rpartition("+")[2]:
        case "zstd":
            return zstandard.ZstdDecompressor().stream_reader(blob).read()
        case "gzip":
            return gzip.decompress(blob)
        case _:
            return blob
