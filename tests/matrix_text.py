"""Writes a JSON instance as YAML in block style, and remembers the line of everything in it."""

import json
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


@dataclass
class Written:
    """The text, and for each path the lines of its key and of its value, counted from 1."""

    lines: list[str] = field(default_factory=list)
    places: dict[Path, frozenset[int]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def put(self, before: str, value: Any, path: Path, indent: int) -> None:
        """Write the value after `before`, on the same line if it takes only one."""
        here = len(self.lines) + 1
        if value and isinstance(value, dict | list):
            if before:
                self.lines.append(before)
            self.places[path] = frozenset({here, len(self.lines) + 1})
            self._put_all(value, path, indent)
        else:
            self.places[path] = frozenset({here})
            self.lines.append(f"{before} {json.dumps(value, ensure_ascii=False)}".strip("\n"))

    def _put_all(self, value: dict[str, Any] | list[Any], path: Path, indent: int) -> None:
        blank = " " * indent
        if isinstance(value, dict):
            for key, inner in value.items():
                self.put(f"{blank}{json.dumps(key, ensure_ascii=False)}:", inner, (*path, key), indent + 2)
        else:
            for index, inner in enumerate(value):
                self.put(f"{blank}-", inner, (*path, index), indent + 2)


def write(instance: Any) -> Written:
    """Return the instance as text; strings are quoted, numbers, booleans and null are bare."""
    written = Written()
    written.put("", instance, (), 0)
    return written
