"""What a variant is made of, and what a verdict about it depends on, each as one hash.

F says whether an image has to be built: everything that goes into it, and nothing of when, where or by whom.
S says whether a proof still speaks about today: everything that could change the verdict.
Both are SHA-256 over canonical JSON. A number at the front of the parts changes when their meaning does.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hubwright import __version__
from hubwright.canonical import Canonical, canonical_sha256
from hubwright.languages import judge_parts
from hubwright.limits import LIMITS, Limits
from hubwright.model import Foundation, Shape, Span, Variant
from hubwright.planned import Fingerprint, Recipe, SmokeNotebook
from hubwright.roots import Roots, root_parts, why_not_locked

_BUILD_SCHEMA = 1
_SMOKE_SCHEMA = 1
# The builder as far as it shapes an image: how variants are handed to BuildKit. The version of the engine is
# left out, or two machines would never agree.
_BUILDER: Canonical = {"name": "hubwright-buildkit", "version": 1}
_POLICY = 1


def foundation_parts(foundation: Foundation, platform: str, roots: Roots) -> Canonical:
    """Return what identifies a foundation on a platform: its locked root.

    Where that is not locked, it is what the matrix says. Such a fingerprint serves to show a plan; nothing may be
    built under it, because what the matrix names is something else tomorrow.
    """
    if why_not_locked(foundation, platform, roots) is None:
        return root_parts(roots[foundation.name, platform])
    return {"pull": foundation.pull, "suite": foundation.suite}


def fingerprint(variant: Variant, recipe: Recipe, base: Canonical) -> Fingerprint:
    """Return F of the variant; `base` is its parent's fingerprint, or the parts of its foundation."""
    parts: dict[str, Canonical] = {
        "schema": _BUILD_SCHEMA,
        "builder": _BUILDER,
        "image": variant.image,
        "platform": variant.platform,
        "base": base,
        "dockerfile": recipe.dockerfile_sha256,
        "target": variant.target,
        "args": variant.args,
        "secrets": variant.secrets,
        "sources": variant.sources,
        "context": [entry.canonical() for entry in recipe.context],
    }
    return Fingerprint(hex=canonical_sha256(parts), parts=parts)


def fingerprints(
    variants: Iterable[Variant],
    recipes: Mapping[str, Recipe],
    foundations: Mapping[str, Foundation],
    roots: Roots = MappingProxyType({}),
) -> dict[str, Fingerprint]:
    """Return F of every variant by name; parents come first."""
    made: dict[str, Fingerprint] = {}
    for variant in variants:
        foundation = foundations[variant.foundation]
        base = made[variant.parent].hex if variant.parent else foundation_parts(foundation, variant.platform, roots)
        made[variant.name] = fingerprint(variant, recipes[variant.name], base)
    return made


def smoke_set(
    shape: Shape,
    notebooks: Iterable[SmokeNotebook],
    chart_version: str,
    contract: Mapping[str, str] = MappingProxyType({}),
    limits: Limits = LIMITS,
) -> Fingerprint:
    """Return S: the notebooks, the limits, the shape, the hub and the judge that a verdict depends on.

    `contract` is the hash of every file that the contract checks are made of.
    """
    parts: dict[str, Canonical] = {
        "schema": _SMOKE_SCHEMA,
        "policy": _POLICY,
        "judge": {"name": "hubwright", "version": __version__, "parts": judge_parts()},
        "chart": chart_version,
        "limits": limits.canonical(),
        "notebooks": {notebook.name: [notebook.sha256, notebook.kernel] for notebook in notebooks},
        "contract": contract,
        "shape": _shape_parts(shape),
    }
    return Fingerprint(hex=canonical_sha256(parts), parts=parts)


def shape_fingerprint(shape: Shape) -> Fingerprint:
    """Return what of a smoke set is its shape alone; a last good is looked for by it."""
    parts = {"schema": _SMOKE_SCHEMA, "shape": _shape_parts(shape)}
    return Fingerprint(hex=canonical_sha256(parts), parts=parts)


def _shape_parts(shape: Shape) -> Canonical:
    return {
        "uid": shape.uid,
        "gid": shape.gid,
        "fs_gid": shape.fs_gid,
        "home": {"path": shape.home, "volume": "empty root:fs_gid 2775"},
        "cpu_thousandths": _span_parts(shape.cpu),
        "memory_bytes": _span_parts(shape.memory),
        "resources": shape.resources,
        "node_selector": shape.node_selector,
        "tolerations": [
            {"key": t.key, "operator": t.operator, "value": t.value, "effect": t.effect} for t in shape.tolerations
        ],
        "environment": shape.environment,
        "shared": [{"path": s.path, "read_only": s.read_only} for s in shape.shared],
    }


def _span_parts(span: Span | None) -> Canonical:
    return [span.guarantee, span.limit] if span else None
