"""What a careful person would write for `docker buildx bake` to build the same images."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.measuring import ROOT
from hubwright.buildx import HostSettings
from hubwright.cli.host import host_settings
from hubwright.model import Variant
from hubwright.pipeline.planning import Prepared
from hubwright.roots import root_sha256


def write_bake_file(
    path: Path, prepared: Prepared, registry: str, *, reads_cache: bool = False, writes_cache: bool = False
) -> Path:
    """Write a file with a target for each variant; a child stands on its parent's target, not on a tag."""
    host = host_settings(os.environ, Path.home(), {})
    variants = [prepared.matrix.variants[name] for name in prepared.fingerprints]
    targets = {_name(variant.name): _target(variant, prepared, registry, host) for variant in variants}
    for variant in variants:
        cache = f"type=registry,ref={registry}/bake/cache:{variant.name}"
        if reads_cache:
            targets[_name(variant.name)]["cache-from"] = [cache]
        if writes_cache:
            form = "mode=max,image-manifest=true,oci-mediatypes=true,compression=zstd"
            targets[_name(variant.name)]["cache-to"] = [f"{cache},{form}"]
    path.write_text(json.dumps({"group": {"default": {"targets": list(targets)}}, "target": targets}, indent=2))
    return path


def _target(variant: Variant, prepared: Prepared, registry: str, host: HostSettings) -> dict[str, Any]:
    if variant.parent is None:
        root = prepared.roots[variant.foundation, variant.platform]
        base = f"{registry}/hubwright/foundation-{variant.foundation}:fp-{root_sha256(root)}"
        contexts = {}
    else:
        base, contexts = "parent", {"parent": f"target:{_name(variant.parent)}"}
    image = f"{registry}/bake/{variant.image}:{variant.name}"
    return {
        "context": str(ROOT / variant.folder),
        "dockerfile": str(ROOT / variant.folder / variant.dockerfile),
        "contexts": contexts,
        "args": {"BASE": base, **variant.args},
        "platforms": [variant.platform],
        "secret": _secrets(host),
        "output": [f"type=image,name={image},push=true,compression=zstd,oci-mediatypes=true"],
        **({"target": variant.target} if variant.target else {}),
    }


def _secrets(host: HostSettings) -> Sequence[str]:
    return [f"id={name},src={path}" for name, path in sorted(host.files.items())]


def _name(variant: str) -> str:
    """Return the variant's name as a target: dots mean something there."""
    return variant.replace(".", "-")
