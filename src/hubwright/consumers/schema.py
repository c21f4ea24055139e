"""The chart's own schema of its values."""

from collections.abc import Iterator, Mapping
from typing import Any

from hubwright.errors import UsageError
from hubwright.words import shorten

_LONGEST = 300


def schema_problems(schema: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what Helm would refuse about the values, with the place of each.

    Raises UsageError where the schema is none, or refers to what is not in it: nothing is fetched.
    """
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415 - only who points to a chart needs it
    from jsonschema.validators import validator_for  # noqa: PLC0415 - the same
    from referencing import Registry  # noqa: PLC0415 - the same
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - the same

    kind: Any = validator_for(schema)
    try:
        kind.check_schema(schema)
        found = sorted(kind(schema, registry=Registry()).iter_errors(values), key=lambda each: each.json_path)
    except SchemaError as error:
        msg = f"the chart's schema of its values is no JSON Schema: {shorten(error.message, _LONGEST)}"
        raise UsageError(msg) from error
    except Unresolvable as error:
        msg = f"the chart's schema refers to what is not in it, and is checked without a network: {error}"
        raise UsageError(msg) from error
    for each in found:
        yield f"{each.json_path.removeprefix('$.')}: {shorten(each.message, _LONGEST)} (the chart's schema)"
