"""One notebook of the corpus, and what the judge has to say about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hubwright.limits import Limits

# Long enough for a machine that does ten other things; who has to wait for an end says how long.
LIMITS = Limits(start_s=120, settle_s=20, cell_s=120, notebook_s=240)
# For a cell that is not to end by itself.
SHORT = replace(LIMITS, cell_s=2)
SUCCEEDS = "a cell that succeeds"
ADDS = ("a = 1",)
SHOW = """\
def show(check, expected, seen):
    evidence = {"check": check, "expected": expected, "seen": seen}
    display({"application/vnd.hubwright.check+json": evidence, "text/plain": f"{check}: {seen!r}"}, raw=True)
    if seen != expected:
        raise AssertionError(f"{check}: expected {expected!r}, saw {seen!r}")
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A notebook of code cells; `where`, `expected` and `seen` are parts of the first finding, empty for a healthy one.

    A cell is its source, or its source and its metadata; text that begins with `#!` is a cell that holds text.
    """

    name: str
    cells: tuple[str | tuple[str, Mapping[str, Any]], ...]
    kernel: str = "python3"
    checks: tuple[str, ...] = ()
    hardware_checks: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    hardware: bool = False
    limits: Limits = LIMITS
    content: bytes | None = None
    where: str = ""
    expected: str = ""
    seen: str = ""

    @property
    def healthy(self) -> bool:
        return not self.where

    def notebook(self) -> bytes:
        if self.content is not None:
            return self.content
        declared = {"checks": list(self.checks), "hardware_checks": list(self.hardware_checks)}
        metadata = {"kernelspec": {"name": self.kernel, "display_name": self.kernel}, "hubwright": declared}
        made = {
            "cells": [_cell(number, cell) for number, cell in enumerate(self.cells)],
            "metadata": {**metadata, **self.metadata},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        return json.dumps(made).encode()


def _cell(number: int, cell: str | tuple[str, Mapping[str, Any]]) -> dict[str, Any]:
    source, metadata = (cell, {}) if isinstance(cell, str) else cell
    kind = "markdown" if source.startswith("#!") else "code"
    of_code: dict[str, Any] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {
        "cell_type": kind,
        "id": f"cell-{number}",
        "metadata": metadata,
        "source": source.removeprefix("#!"),
        **of_code,
    }
