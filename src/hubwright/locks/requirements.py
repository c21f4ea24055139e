"""The text that Python's packages are asked for in, and the text that they are locked in."""

import re
from collections.abc import Iterable, Mapping, Sequence

from hubwright.errors import LockFileError, Position, Problem

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z0-9_]+)\}")


def fill_in(text: str, file: str, values: Mapping[str, str]) -> str:
    """Return the requirements with `${AXIS}` replaced, or raise LockFileError for every line that cannot be locked."""
    problems = []
    for number, line in enumerate(text.split("\n"), start=1):
        if message := _refusal(line.partition("#")[0].strip(), values):
            position = Position(file=file, line=number, column=1)
            problems.append(Problem(position=position, subject="", message=message, excerpt=line))
    if problems:
        raise LockFileError(problems)
    return _VARIABLE.sub(lambda match: values.get(match["name"], match[0]), text)


def _refusal(line: str, values: Mapping[str, str]) -> str | None:
    if line.startswith("-"):
        return (
            "an option; an index belongs into the host's configuration of pip or uv, or into `sources:` of the matrix, "
            "and other files are not followed"
        )
    if "://" in line:
        return (
            "a requirement by its address; where packages come from is for the host to say, so name it by its version"
        )
    for match in _VARIABLE.finditer(line):
        if match["name"] not in values:
            known = ", ".join(f"${{{name}}}" for name in values) or "nothing"
            return f"{match[0]} stands for nothing here; a file that is named after an axis may use its value ({known})"
    return None


def pins(lock: str) -> dict[str, str]:
    """Return the version of each package that the lock has in one version."""
    found: dict[str, set[str]] = {}
    for match in _PIN.finditer(lock):
        found.setdefault(normal_name(match["name"]), set()).add(match["version"])
    return {name: next(iter(versions)) for name, versions in sorted(found.items()) if len(versions) == 1}


def normal_name(name: str) -> str:
    """Return the one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def constraints_text(locks: Iterable[str], agreeing: Iterable[Sequence[str]]) -> str:
    """Return constraints that keep a lock from contradicting the ones it stands on.

    Of locks that are made for each value of an axis only one will be there; what they all say holds anyway.
    """
    held: dict[str, str] = {}
    for lock in locks:
        held |= pins(lock)
    for group in agreeing:
        first, *others = (pins(lock) for lock in group)
        held |= {name: version for name, version in first.items() if all(o.get(name) == version for o in others)}
    return "".join(f"{name}=={version}\n" for name, version in sorted(held.items()))
