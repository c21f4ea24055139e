"""Writes docs/plan.svg and docs/live.svg: what is seen in a terminal of the shipped matrix, and of a run of it."""

import io
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from hubwright.pipeline import planning
from hubwright.planned import Plan
from hubwright.report.board import Paper, board
from hubwright.report.course import Course, begun, course_of, ended, moved
from hubwright.report.plan import plan_closing, plan_tables
from hubwright.report.table import show
from hubwright.report.tasks import Earlier, Kind, Outlook, whole_of
from hubwright.tree import DiskTree

_WIDTH = 104
# What is known of an earlier run, and where everybody stands when the picture is taken.
_TOOK = {
    "base": 41.0,
    "pyspark-spark4.1.1": 98.0,
    "cuda": 205.0,
    "profile jupyterlab": 44.0,
    "profile data-engineering": 71.0,
    "profile data-science": 62.0,
    "profile gpu-shared": 15.0,
}
_NOW = 94.0


def _plan(plan: Plan, console: Console) -> None:
    show(plan_tables(plan), plan_closing(plan), console)


def _live(plan: Plan, console: Console) -> None:
    for line in board(_under_way(plan), _NOW, Paper(height=40, width=_WIDTH)):
        console.print(line)


def _under_way(plan: Plan) -> Course:
    outlook = Outlook(
        tasks=whole_of(plan),
        places={Kind.IMAGE: 2, Kind.START: 3},
        earlier=Earlier(seconds=_TOOK, sources={"run": "2026-11-20", "proofs": "2026-11-20"}),
    )
    run = begun(course_of(outlook, 0.0), "base", "not there", 0.0)
    run = ended(run, "base", "built in 43 s, 143 MB, sha256:2ff90876bea9", 43.0, well=True)
    for name in ("pyspark-spark4.1.1", "cuda", "profile jupyterlab"):
        run = begun(run, name, "not there", 44.0)
    run = moved(run, "pyspark-spark4.1.1", "[stage-1 5/9] RUN install-packages", (4, 9), 60.0)
    run = moved(run, "cuda", "[stage-1 3/6] RUN uv pip sync requirements.lock", (2, 6), 70.0)
    return moved(run, "profile jupyterlab", "a start on a used home", (7, 9), 90.0)


_PICTURES: Mapping[str, tuple[str, Callable[[Plan, Console], None]]] = {
    "plan": ("hubwright plan", _plan),
    "live": ("hubwright build", _live),
}


def picture(name: str, root: Path) -> str:
    """Return the picture; its letters are the reader's own, none are fetched from anywhere."""
    title, draw = _PICTURES[name]
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    with DiskTree(root) as tree:
        draw(planning.plan(tree, "matrix.yaml", ()), console)
    svg = console.export_svg(title=title, unique_id=name)
    without_fonts = re.sub(r"\s*@font-face \{.*?\}|\s*<!-- Generated.*?-->", "", svg, flags=re.DOTALL)
    return without_fonts.replace("Fira Code", "ui-monospace")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for each in _PICTURES:
        (folder / f"{each}.svg").write_text(picture(each, Path(__file__).parents[1]), encoding="utf-8")
