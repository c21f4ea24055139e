from dataclasses import replace
from pathlib import Path

import pytest

from fakes.registry import FakeRegistry
from hubwright.cli.asked import plan_now
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.planning import prepare
from hubwright.planned import Action, Node
from hubwright.tree import DiskTree

_ROOT = Path(__file__).parents[3]
_DESTINATION = Destination(registry=FakeRegistry(), host="registry.example", prefix="hubwright")


def _neuron() -> Node:
    """Return what becomes of the shipped matrix's image with a source, with its locks and its key there."""
    with DiskTree(_ROOT) as tree:
        prepared = replace(prepare(tree, "matrix.yaml", ()), missing={})
    return next(node for node in plan_now(prepared, _DESTINATION).nodes if node.variant.name == "neuron")


def test_a_source_is_not_said_to_have_no_address_where_the_environment_names_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HUBWRIGHT_SOURCE_NEURON", "HUBWRIGHT_SOURCE_NEURON_APT"):
        monkeypatch.setenv(name, "https://nobody.asks.example")
    assert (_neuron().action, _neuron().reason) == (Action.BUILD, "the registry does not have this fingerprint")


def test_a_source_without_an_address_withholds_its_image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUBWRIGHT_SOURCE_NEURON", raising=False)
    assert _neuron().action is Action.WITHHELD
    assert "it has no address; set HUBWRIGHT_SOURCE_NEURON" in _neuron().reason
