"""Writes docs/plan.svg: what `hubwright plan` shows of the shipped matrix in a terminal."""

import io
import re
import sys
from pathlib import Path

from rich.console import Console

from hubwright.pipeline import planning
from hubwright.report.plan import plan_closing, plan_tables
from hubwright.report.table import show
from hubwright.tree import DiskTree


def picture(root: Path) -> str:
    """Return the picture; its letters are the reader's own, none are fetched from anywhere."""
    console = Console(record=True, width=104, file=io.StringIO(), force_terminal=True, highlight=False)
    with DiskTree(root) as tree:
        made = planning.plan(tree, "matrix.yaml", ())
    show(plan_tables(made), plan_closing(made), console)
    svg = console.export_svg(title="hubwright plan", unique_id="plan")
    without_fonts = re.sub(r"\s*@font-face \{.*?\}|\s*<!-- Generated.*?-->", "", svg, flags=re.DOTALL)
    return without_fonts.replace("Fira Code", "ui-monospace")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture(Path(__file__).parents[1]), encoding="utf-8")
