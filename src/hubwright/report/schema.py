"""The JSON Schema of an account, generated from the types that it is written and read with."""

import json
import sys
from pathlib import Path

from pydantic import TypeAdapter

from hubwright.account import Account

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """Return the schema as it is shipped."""
    schema = TypeAdapter(Account).json_schema()
    for mapping in (schema, *schema["$defs"].values()):
        if "properties" in mapping:
            # What is written has every field, also those that may be left out where it is made.
            mapping |= {"required": list(mapping["properties"]), "additionalProperties": False}
    return json.dumps({"$schema": _DIALECT, **schema, "title": "hubwright account"}, indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
