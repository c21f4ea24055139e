"""The shipped schema, the types it comes from, and the shipped matrix."""

import json
import subprocess
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

from hubwright.matrix.load import load_matrix
from hubwright.matrix.schema import schema_text

ROOT = Path(__file__).parents[3]
SCHEMA = ROOT / "src" / "hubwright" / "matrix" / "schema.json"


def test_the_shipped_schema_is_what_the_types_say() -> None:
    assert SCHEMA.read_text("utf-8") == schema_text(), "schema.json is stale; run ./noxw -s schema"


def test_the_command_that_the_message_names_writes_it(tmp_path: Path) -> None:
    written = tmp_path / "schema.json"
    subprocess.run([sys.executable, "-m", "hubwright.matrix.schema", str(written)], check=True)
    assert written.read_text("utf-8") == schema_text()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))


def test_every_mapping_of_the_schema_is_closed() -> None:
    open_ones = [node for node in _objects(json.loads(schema_text())) if node.get("additionalProperties") is not False]
    assert open_ones == []


def test_the_shipped_matrix_passes_both() -> None:
    data = (ROOT / "matrix.yaml").read_bytes()
    Draft202012Validator(json.loads(schema_text())).validate(yaml.safe_load(data))
    assert load_matrix(data, "matrix.yaml").profiles


def _objects(node: object) -> list[dict[str, object]]:
    if isinstance(node, dict):
        here = [node] if node.get("type") == "object" else []
        return [*here, *(found for inner in node.values() for found in _objects(inner))]
    if isinstance(node, list):
        return [found for inner in node for found in _objects(inner)]
    return []
