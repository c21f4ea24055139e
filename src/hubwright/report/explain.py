"""An explanation of a fingerprint, for people and for programs."""

import json
from collections.abc import Mapping

from hubwright.canonical import Canonical
from hubwright.explain import Explained, spelled

_SCHEMA = 1
_PARTS_FIRST = ("image", "platform", "base", "dockerfile", "target", "args", "secrets", "sources", "builder", "schema")


def explain_text(explained: Explained) -> str:
    """Return the parts of the fingerprint, then the files of the context, then what moved."""
    variant, parts = explained.variant, explained.fingerprint.parts
    lines = [f"{variant.name}  {explained.fingerprint.tag}", ""]
    for part in _PARTS_FIRST:
        value = spelled(parts[part]) or "-"
        if part == "base":
            value = f"{variant.parent or variant.foundation}  {_base(parts[part])}"
        if part == "dockerfile":
            value = f"{variant.folder}/{variant.dockerfile}  {value}"
        lines.append(f"  {part:<11} {value}")
    context = parts["context"]
    assert isinstance(context, list)  # noqa: S101 - what fingerprint() puts there
    lines.append(f"  {'context':<11} {variant.folder}, {len(context)} entries")
    lines += [f"    {entry[0]}  {spelled(entry[1:])}" for entry in context]
    return "\n".join([*lines, *_moved(explained)]) + "\n"


def _base(base: Canonical) -> str | None:
    """Return a base in a few words; of a root's packages, how many there are."""
    if isinstance(base, Mapping) and isinstance(packages := base.get("packages"), Mapping):
        return f"suite={base['suite']}, {len(packages)} packages"
    return spelled(base)


def _moved(explained: Explained) -> list[str]:
    if explained.before is None:
        return []
    if explained.before.hex == explained.fingerprint.hex:
        return ["", f"The same as at {explained.revision}."]
    lines = ["", f"Moved since {explained.revision}, where it was {explained.before.tag}:"]
    for move in explained.moves:
        match move.before, move.after:
            case None, after:
                lines.append(f"  {move.part}: new, {after}")
            case before, None:
                lines.append(f"  {move.part}: gone, was {before}")
            case before, after:
                lines.append(f"  {move.part}: {before} -> {after}")
    return lines


def explain_json(explained: Explained) -> str:
    """Return the parts and the moves as one JSON object with a stable order."""
    document: dict[str, object] = {
        "schema": _SCHEMA,
        "variant": explained.variant.name,
        "fingerprint": explained.fingerprint.hex,
        "parts": explained.fingerprint.parts,
    }
    if explained.before is not None:
        document["against"] = {
            "revision": explained.revision,
            "fingerprint": explained.before.hex,
            "moves": [{"part": m.part, "before": m.before, "after": m.after} for m in explained.moves],
        }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
