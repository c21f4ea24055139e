"""Silence is a failure even where every part of the judge has its say and finds nothing."""

from types import SimpleNamespace
from typing import cast

import nbformat
from papermill.iorw import load_notebook_node

from hubwright.declared import Declared
from hubwright.languages import LANGUAGES
from hubwright.rehearse.judge.examination import Examined
from hubwright.rehearse.judge.performance import Performance
from hubwright.rehearse.judge.trial import _Case, _perform
from judging.case import Case


def test_cells_that_nobody_saw_run_are_a_finding() -> None:
    notebook = load_notebook_node(nbformat.reads(Case(name="home", cells=("a", "b")).notebook(), as_version=4))
    idle = SimpleNamespace(begin=lambda _: None, perform=lambda *_: True, executed=1, findings=[])
    case = _Case(name="home", notebook=notebook, declared=Declared(), hardware=False)
    examined = Examined(language_name="python", language=LANGUAGES["python"], evidence=(), findings=())
    _perform(case, "python3", examined, cast("Performance", idle))
    (finding,) = idle.findings
    assert (finding.where, finding.expected, finding.seen) == ("home", "every code cell executed", "1 of 2")
