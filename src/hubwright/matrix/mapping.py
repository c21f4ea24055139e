"""What all mappings of `matrix.yaml` have in common, and the lists in them."""

from pydantic import ConfigDict, Field

from hubwright.matrix.scalars import refuse

MAPPING = ConfigDict(extra="forbid", frozen=True, defer_build=True)
UNIQUE = Field(json_schema_extra={"uniqueItems": True})


def distinct(items: tuple[str, ...]) -> tuple[str, ...]:
    """Return the items of a list in which none stands twice."""
    seen: set[str] = set()
    for item in items:
        if item in seen:
            refuse("{item} stands in this list twice", item=item)
        seen.add(item)
    return items
