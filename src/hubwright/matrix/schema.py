"""The JSON Schema of the matrix, generated from the types that parse it."""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from hubwright.matrix.document import Document

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Refuse the keys that no pattern takes, as the parser does."""
        made = super().dict_schema(schema)
        return {**made, "additionalProperties": False} if "patternProperties" in made else made


def schema_text() -> str:
    """Return the schema as it is shipped."""
    schema: dict[str, Any] = Document.model_json_schema(by_alias=True, schema_generator=_Generator)
    return json.dumps({"$schema": _DIALECT, **schema, "title": "hubwright matrix"}, indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
