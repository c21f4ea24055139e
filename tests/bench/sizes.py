"""How large images are, and what in them is."""

import json
import re
import ssl
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import zstandard

from bench.measuring import ROOT, print_table
from hubwright.model import Variant
from hubwright.pipeline.planning import Prepared
from hubwright.publish import adopt
from hubwright.registries.oci import Endpoint, OciRegistry

_LARGEST = 10
_MEGA = 1e6
_GOALS_MB = {"base": 150.0, "pyspark": 800.0}
_PACKAGE = re.compile(r"(?:opt/venv/lib/python[^/]*/site-packages|usr/lib/python3/dist-packages)/[^/]+")
_DEPTH = 4


def print_sizes(prepared: Prepared, registry: str) -> None:
    """Print the compressed size of each image beside its goal, and its ten largest things as they lie on a disk."""
    client = OciRegistry(Endpoint(host=registry))
    sizes: dict[str, float] = {}
    things: dict[str, Counter[str]] = {}
    for name, fingerprint in prepared.fingerprints.items():
        repository = f"hubwright/{prepared.matrix.variants[name].image}"
        published = adopt(client, repository, fingerprint.tag, pushed=False)
        manifest = client.manifest(repository, published.digest)
        assert manifest is not None
        sizes[name] = published.size / _MEGA
        things[name] = Counter()
        for layer in json.loads(manifest.body)["layers"]:
            things[name] += _contents(f"http://{registry}/v2/{repository}/blobs/{layer['digest']}", layer["mediaType"])
    variants = prepared.matrix.variants
    print_table(
        ("image", "compressed", "goal"),
        [(name, f"{size:.0f} MB", _goal(variants[name], sizes)) for name, size in sizes.items()],
    )
    for name, counted in things.items():
        rows = [(f"`{thing}`", f"{size / _MEGA:.0f} MB") for thing, size in counted.most_common(_LARGEST)]
        print_table((f"the largest in {name}", "uncompressed"), rows)


def _goal(variant: Variant, sizes: dict[str, float]) -> str:
    if variant.image in _GOALS_MB:
        return f"{_GOALS_MB[variant.image]:.0f} MB"
    if variant.image == "cuda" and variant.parent is not None:
        wheels = _wheels_mb(ROOT / variant.folder / "requirements.lock")
        return f"wheels ({wheels:.0f} MB) + base + 5 % = {1.05 * (wheels + sizes[variant.parent]):.0f} MB"
    return ""


def _contents(address: str, media_type: str) -> Counter[str]:
    """Return the bytes of each thing in a layer: a Python package, or else a folder a few levels deep."""
    counted: Counter[str] = Counter()
    with urllib.request.urlopen(address) as answer, _unpacked(answer, media_type) as layer:  # noqa: S310 - on loopback
        for member in layer:
            if member.isreg():
                counted[_thing(member.name.removeprefix("./"))] += member.size
    return counted


def _unpacked(stream: Any, media_type: str) -> tarfile.TarFile:
    if media_type.endswith("zstd"):
        stream = zstandard.ZstdDecompressor().stream_reader(stream)
    elif media_type.endswith("gzip"):
        return tarfile.open(fileobj=stream, mode="r|gz")
    return tarfile.open(fileobj=stream, mode="r|")


def _thing(path: str) -> str:
    found = _PACKAGE.match(path)
    return found[0] if found else "/".join(path.split("/")[:_DEPTH])


def _wheels_mb(lock: Path) -> float:
    """Return what the wheels that the lock names weigh, as the index says."""
    uv = Path(sys.executable).with_name("uv")
    options = ("--format=pylock.toml", "--no-deps", "--python-version=3.13", "--python-platform=x86_64-manylinux_2_41")
    resolved = subprocess.run(
        [uv, "pip", "compile", "--quiet", *options, str(lock)], capture_output=True, check=True, text=True
    )
    wheels = [package["wheels"][0]["url"] for package in tomllib.loads(resolved.stdout)["packages"]]
    return sum(_length(url) for url in wheels) / _MEGA


def _length(url: str) -> int:
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - as the index gave it
    with urllib.request.urlopen(request, context=ssl.create_default_context()) as answer:  # noqa: S310 - the same
        return int(answer.headers["Content-Length"])
