"""Evidence that cells show, compared by the judge itself, and held against what the notebook declares."""

import json
from collections.abc import Iterable, Iterator

from hubwright.canonical import Canonical
from hubwright.declared import Declared
from hubwright.verdicts import Evidence, Finding
from hubwright.words import shorten


def read_evidence(shown: object, where: str) -> Evidence:
    """Return what a cell showed; ValueError where that is no evidence."""
    match shown:
        case {"check": str(check), "expected": expected, "seen": seen, **rest} if check and not rest:
            return Evidence(check=check, expected=_whole(expected), seen=_whole(seen), where=where)
        case _:
            msg = f"evidence that is not check, expected and seen: {shorten(str(shown), 200)}"
            raise ValueError(msg)


def differs(evidence: Evidence) -> Finding | None:
    """Return what is wrong if another thing was seen than expected; the kernel's own comparison counts for nothing."""
    expected, seen = (json.dumps(value, sort_keys=True) for value in (evidence.expected, evidence.seen))
    if expected == seen:
        return None
    return Finding(
        where=evidence.where, expected=f"{evidence.check}: {shorten(expected, 300)}", seen=shorten(seen, 300)
    )


def compare_with_declared(
    evidence: Iterable[Evidence], declared: Declared, name: str, *, hardware: bool
) -> Iterator[Finding]:
    """Yield what was promised and not shown, and what was shown and not promised."""
    shown = {entry.check: entry.where for entry in evidence}
    demanded = declared.checks + (declared.hardware_checks if hardware else ())
    for check in demanded:
        if check not in shown:
            advice = "Every check of `hubwright.checks` in the notebook's metadata has to be shown at least once."
            yield Finding(where=name, expected=f"evidence of {check!r}", seen="none", advice=advice)
    for check, where in shown.items():
        if check in declared.hardware_checks and not hardware:
            yield Finding(where=where, expected=f"nothing of {check!r} without hardware", seen="evidence of it")
        elif check not in demanded:
            advice = "Add it to `hubwright.checks` in the notebook's metadata."
            yield Finding(where=where, expected="declared checks only", seen=f"evidence of {check!r}", advice=advice)


def _whole(value: object) -> Canonical:
    """Return the value without fractions, which have no canonical form: whole ones as integers, others as text."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case float():
            return repr(value)
        case list():
            return [_whole(item) for item in value]
        case dict():
            return {str(key): _whole(item) for key, item in value.items()}
        case str() | int() | None:
            return value
        case _:
            msg = f"evidence that holds {value!r}"
            raise ValueError(msg)
