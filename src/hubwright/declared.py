"""What a smoke notebook says of itself in its metadata, under `hubwright`.

"hubwright": {"checks": ["HOME is set"], "hardware_checks": ["the GPU computes"], "needs": ["spark-cluster"]}
"""

from collections.abc import Mapping
from dataclasses import fields

from hubwright.frozen import dataclass

NEEDS = frozenset({"spark-cluster"})
# The tag of the cell that says what a notebook asks: what papermill gives goes behind the first one.
PARAMETERS = "parameters"


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """The checks that a notebook promises to show, those that need real devices, and what it runs beside."""

    checks: tuple[str, ...] = ()
    hardware_checks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def read_declared(metadata: Mapping[str, object]) -> Declared:
    """Return what a notebook's metadata declare; ValueError says what is wrong with them."""
    given = metadata.get("hubwright", {})
    known = [field.name for field in fields(Declared)]
    if not isinstance(given, dict):
        msg = "its metadata `hubwright` are no object"
        raise ValueError(msg)  # noqa: TRY004 - it is the file that is wrong
    if unknown := sorted(set(given) - set(known)):
        msg = f"its metadata `hubwright` hold {unknown[0]!r}, which is none of {', '.join(known)}"
        raise ValueError(msg)
    declared = Declared(**{name: _names(name, given.get(name, [])) for name in known})
    if both := sorted(set(declared.checks) & set(declared.hardware_checks)):
        msg = f"it declares {both[0]!r} with hardware and without"
        raise ValueError(msg)
    if strange := sorted(set(declared.needs) - NEEDS):
        msg = f"it needs {strange[0]!r}, which is none of {', '.join(sorted(NEEDS))}"
        raise ValueError(msg)
    return declared


def language_of(metadata: Mapping[str, object]) -> str:
    """Return the language that a notebook was saved with, in small letters; empty where it was with none."""
    match metadata:
        case {"kernelspec": {"language": str(language)}} | {"language_info": {"name": str(language)}}:
            return language.lower()
        case _:
            return ""


def _names(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        msg = f"its metadata `hubwright.{key}` are no list of names"
        raise ValueError(msg)
    if twice := next((name for name in value if value.count(name) > 1), None):
        msg = f"its metadata `hubwright.{key}` name {twice!r} twice"
        raise ValueError(msg)
    return tuple(value)
