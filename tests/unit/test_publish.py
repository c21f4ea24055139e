"""What an image is made of, as the registry tells it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from fakes.content import CONFIG_TYPE, LAYER_TYPE, push_proof
from fakes.registry import FakeRegistry
from hubwright.errors import BuildError
from hubwright.publish import labels_of, layers_of
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, sha256_digest

_LAYERS = (b"lowest", b"highest")


def _push(registry: FakeRegistry, config: dict[str, Any]) -> Descriptor:
    """Push an image of two layers with this configuration."""
    return _push_raw(registry, json.dumps(config).encode())


def _push_raw(registry: FakeRegistry, body: bytes) -> Descriptor:
    parts = [(CONFIG_TYPE, body), *((LAYER_TYPE, each) for each in _LAYERS)]
    for _, content in parts:
        registry.push_blob("team/base", content)
    first, *layers = [{"mediaType": kind, "digest": sha256_digest(each), "size": len(each)} for kind, each in parts]
    manifest = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": first, "layers": layers}
    return registry.put_manifest("team/base", "tag", json.dumps(manifest).encode(), OCI_MANIFEST).descriptor


@pytest.mark.parametrize(
    "config, lines",
    [
        (
            {"history": [{"created_by": "one"}, {"created_by": "ENV", "empty_layer": True}, {"created_by": "two"}]},
            ["one", "two"],
        ),
        ({"history": [{"comment": "x"}, {"created_by": "two"}]}, ["", "two"]),
        ({"history": [{"created_by": "one"}]}, ["", ""]),
        ({"history": None}, ["", ""]),
        ({"history": [{"created_by": None}, {"created_by": "two"}]}, ["", "two"]),
        ({}, ["", ""]),
    ],
)
def test_each_layer_has_the_line_that_made_it_where_that_can_be_told(config: dict[str, Any], lines: list[str]) -> None:
    registry = FakeRegistry()
    layers = layers_of(registry, "team/base", _push(registry, config).digest)
    assert [(each.digest, each.size) for each in layers] == [(sha256_digest(each), len(each)) for each in _LAYERS]
    assert [each.made_by for each in layers] == lines


def test_what_is_no_image_has_no_layers() -> None:
    registry = FakeRegistry()
    image = _push(registry, {})
    proof = push_proof(registry, "team/base", "proof", image, b"a proof")
    # A proof's configuration is empty, and its one layer is the proof.
    assert [each.made_by for each in layers_of(registry, "team/base", proof.digest)] == [""]
    with pytest.raises(BuildError, match="is no image, or the registry lost a part of it"):
        layers_of(registry, "team/base", sha256_digest(b"nothing"))


@pytest.mark.parametrize("ask", [labels_of, layers_of])
@pytest.mark.parametrize("config", [b"no JSON", b"[]", b"[" * 200_000, b'{"config": [1], "history": [1]}'])
def test_a_configuration_that_is_none_is_told(config: bytes, ask: Callable[[FakeRegistry, str, str], object]) -> None:
    registry = FakeRegistry()
    with pytest.raises(BuildError, match="has something else for its configuration; push it again"):
        ask(registry, "team/base", _push_raw(registry, config).digest)
