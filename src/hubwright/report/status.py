"""What a registry holds for a matrix, for people and for programs."""

import json
from collections.abc import Mapping

from hubwright.planned import Plan, Published
from hubwright.report.table import Table
from hubwright.words import sized

_SCHEMA = 1
_SHORT = 12
_STYLES = {"yes": "green", "no": "yellow"}


def status_table(plan: Plan, held: Mapping[str, Published], host: str, prefix: str) -> Table:
    """Return a row for every variant: whether the registry has what the repository says today, and as what."""
    rows = []
    for node in plan.nodes:
        variant, published = node.variant, held.get(node.variant.name)
        size = sized(published.size) if published else ""
        image = f"{host}/{prefix}/{variant.image}@{published.digest}" if published else ""
        rows.append((variant.name, node.fingerprint.hex[:_SHORT], "yes" if published else "no", size, image))
    return Table(headings=("variant", "fingerprint", "there", "size", "image"), rows=tuple(rows), styles=_STYLES)


def status_closing(plan: Plan, held: Mapping[str, Published]) -> str:
    """Return the one line that sums it up."""
    missing = len(plan.nodes) - len(held)
    return f"{len(held)} of {len(plan.nodes)} are there" + ("; `hubwright build` builds the rest" if missing else "")


def status_json(plan: Plan, held: Mapping[str, Published], host: str, prefix: str) -> str:
    """Return one object with a stable order; what is not there has null for its digest and size."""
    variants = [
        {
            "variant": node.variant.name,
            "tag": node.fingerprint.tag,
            "repository": f"{host}/{prefix}/{node.variant.image}",
            "digest": held[node.variant.name].digest if node.variant.name in held else None,
            "size": held[node.variant.name].size if node.variant.name in held else None,
        }
        for node in plan.nodes
    ]
    return json.dumps({"schema": _SCHEMA, "variants": variants}, indent=2, ensure_ascii=False) + "\n"
