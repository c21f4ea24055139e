"""What became of every variant of a plan."""

from collections.abc import Mapping
from typing import Any, assert_never

from hubwright.account import Became, ImageAccount, ImageChange, PackageSize
from hubwright.planned import Action, Layer, Made, Node, Plan
from hubwright.schedule import Aborted, Done, Failed, Result


def images_of(
    plan: Plan,
    results: Mapping[str, Result[Made]],
    *,
    prefix: str,
    layers: Mapping[str, tuple[Layer, ...]],
    packages: Mapping[str, tuple[PackageSize, ...]],
    sizes: Mapping[str, int],
    changes: Mapping[str, ImageChange],
) -> tuple[ImageAccount, ...]:
    """Return every variant in the order of the plan; what nobody worked on is as the plan found it."""
    made = []
    for node in plan.nodes:
        variant = node.variant
        fields: dict[str, Any] = {"size": sizes.get(variant.name), "digest": node.digest, "reason": node.reason}
        result = results.get(variant.name)
        fields |= _planned(node) if result is None else _came_of(result)
        made.append(
            ImageAccount(
                variant=variant.name,
                image=variant.image,
                parent=variant.parent,
                platform=variant.platform,
                fingerprint=node.fingerprint.hex,
                repository=f"{prefix}/{variant.image}",
                layers=layers.get(variant.name, ()),
                packages=packages.get(variant.name, ()),
                change=changes.get(variant.name),
                **fields,
            )
        )
    return tuple(made)


def _came_of(result: Result[Made]) -> dict[str, Any]:
    match result:
        case Done(value=made):
            became = Became.BUILT if made.built else Became.REUSED
            return {"became": became, "digest": made.published.digest, "size": made.published.size}
        case Failed(error=error):
            told = str(error)
            return {"became": Became.FAILED, "reason": told.partition("\n")[0], "error": told}
        case Aborted(because_of=name):
            return {"became": Became.NOT_BEGUN, "reason": f"it stands on {name}, which did not build"}
        case never:
            assert_never(never)


def _planned(node: Node) -> dict[str, Any]:
    became = {
        Action.BUILD: Became.NOT_BEGUN,
        Action.REUSE: Became.REUSED,
        Action.WITHHELD: Became.WITHHELD,
        Action.BLOCKED: Became.BLOCKED,
    }
    return {"became": became[node.action]}
