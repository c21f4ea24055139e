"""Runs cells of the smoke notebooks without a kernel."""

import json
from pathlib import Path
from typing import Any

SMOKE = Path(__file__).parents[1] / "notebooks" / "smoke"
CHECK = "application/vnd.hubwright.check+json"


class Bench:
    """Runs chosen cells of a notebook, and keeps the evidence that they show."""

    def __init__(self, name: str, **replaced: tuple[str, str]) -> None:
        self.shown: list[dict[str, Any]] = []
        self.names: dict[str, Any] = {"display": self._display}
        cells = json.loads((SMOKE / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        self._source = {cell["id"]: "".join(cell["source"]) for cell in cells}
        for cell, (old, new) in replaced.items():
            assert old in self._source[cell]
            self._source[cell] = self._source[cell].replace(old, new)

    def run(self, *cells: str, **parameters: object) -> None:
        for cell in cells:
            exec(compile(self._source[cell], cell, "exec"), self.names)  # noqa: S102 - that is what a notebook is
            if cell == "parameters":
                self.names |= parameters

    def _display(self, bundle: dict[str, Any], *, raw: bool) -> None:
        assert raw
        self.shown.append(bundle[CHECK])
