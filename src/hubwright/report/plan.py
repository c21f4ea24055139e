"""A plan for people, as tables, and for programs, as JSON whose keys and order are stable."""

import json
from collections import Counter
from collections.abc import Callable

from hubwright.model import Shape, Span
from hubwright.planned import Action, Node, Plan, PlannedOffer
from hubwright.report.table import Table

_SCHEMA = 1
_SHORT = 12
_STYLES = {
    Action.BUILD.value: "yellow",
    Action.REUSE.value: "green",
    Action.WITHHELD.value: "magenta",
    Action.BLOCKED.value: "red",
}
_UNITS = (("T", 1024**4), ("G", 1024**3), ("M", 1024**2), ("K", 1024))


def plan_tables(plan: Plan) -> tuple[Table, Table]:
    """Return what happens to each variant, and what a user could start of it."""
    variants = Table(
        headings=("variant", "stands on", "fingerprint", "action", "reason"),
        rows=tuple(
            (
                node.variant.name,
                node.variant.parent or node.variant.foundation,
                node.fingerprint.hex[:_SHORT],
                node.action.value,
                node.reason,
            )
            for node in plan.nodes
        ),
        styles=_STYLES,
    )
    offers = Table(
        headings=("profile", "variant", "smoke set", "shape"),
        rows=tuple(
            (
                planned.offer.name,
                planned.offer.variant,
                planned.smoke_set.hex[:_SHORT],
                shape_in_words(planned.offer.shape),
            )
            for planned in plan.offers
        ),
        styles={},
    )
    return variants, offers


def plan_closing(plan: Plan) -> str:
    """Return the one line that sums the plan up."""
    counts = Counter(node.action.value for node in plan.nodes)
    actions = ", ".join(f"{counts[action.value]} {_VERBS[action]}" for action in Action if counts[action.value])
    starts = f"{len(plan.offers)} start{'s' * (len(plan.offers) != 1)} to prove"
    return (
        f"{actions}; {starts} under chart {plan.chart.version} (jupyterhub {plan.chart.jupyterhub}, "
        f"kubespawner {plan.chart.kubespawner})"
    )


_VERBS = {
    Action.BUILD: "to build",
    Action.REUSE: "to reuse",
    Action.WITHHELD: "withheld",
    Action.BLOCKED: "blocked",
}


def plan_json(plan: Plan) -> str:
    """Return the form that jobs are derived from: one object, keys and lists in a stable order."""
    document = {
        "schema": _SCHEMA,
        "chart": {
            "version": plan.chart.version,
            "jupyterhub": plan.chart.jupyterhub,
            "kubespawner": plan.chart.kubespawner,
        },
        "nodes": [_node(node) for node in plan.nodes],
        "offers": [_offer(planned) for planned in plan.offers],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _node(node: Node) -> dict[str, object]:
    variant = node.variant
    return {
        "variant": variant.name,
        "image": variant.image,
        "platform": variant.platform,
        "axes": dict(sorted(variant.axes.items())),
        "parent": variant.parent,
        "level": variant.level,
        "foundation": variant.foundation,
        "accelerator": variant.accelerator,
        "runs_on": list(variant.runs_on),
        "sources": list(variant.sources),
        "smoke": list(variant.smoke),
        "fingerprint": node.fingerprint.hex,
        "tag": node.fingerprint.tag,
        "action": node.action.value,
        "reason": node.reason,
        "digest": node.digest,
    }


def _offer(planned: PlannedOffer) -> dict[str, object]:
    return {
        "offer": planned.offer.name,
        "profile": planned.offer.profile,
        "choices": dict(planned.offer.choices),
        "variant": planned.offer.variant,
        "smoke_set": planned.smoke_set.hex,
    }


def shape_in_words(shape: Shape) -> str:
    """Return what the pod gets, as short as a table needs it."""
    words = []
    if shape.cpu:
        words.append(f"{_ends(shape.cpu, _cpu)} cpu")
    if shape.memory:
        words.append(_ends(shape.memory, _memory))
    words += [f"{count} {resource}" for resource, count in sorted(shape.resources.items())]
    return ", ".join(words) or "no limits"


def _ends(span: Span, spell: Callable[[int], str]) -> str:
    low, high = spell(span.guarantee), spell(span.limit)
    return low if low == high else f"{low}-{high}"


def _cpu(thousandths: int) -> str:
    return f"{thousandths / 1000:g}"


def _memory(size: int) -> str:
    return next(f"{size // unit}{name}" for name, unit in _UNITS if size % unit == 0)
