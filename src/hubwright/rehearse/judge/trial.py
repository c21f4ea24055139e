"""From a notebook and a server to a trial: what was seen, and what was wrong with it."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillException
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from hubwright.declared import Declared, read_declared
from hubwright.errors import RehearsalBrokenError
from hubwright.files import write_atomically
from hubwright.limits import LIMITS, Limits
from hubwright.rehearse.interface import Condition, Server
from hubwright.rehearse.judge.evidence import compare_with_declared
from hubwright.rehearse.judge.examination import Examinations, Examined, examine
from hubwright.rehearse.judge.findings import FoundError, Watch, found
from hubwright.rehearse.judge.jupyter import Jupyter
from hubwright.rehearse.judge.kernel import Deadline, open_kernel
from hubwright.rehearse.judge.lint import lint_source
from hubwright.rehearse.judge.parameters import check_parameters, parameter_names, places
from hubwright.rehearse.judge.performance import Performance
from hubwright.verdicts import Evidence, Finding, Trial
from hubwright.words import shorten

_ENGINE = "hubwright"
_HARDWARE = "hardware"
# Papermill takes the names of languages to the letter; others than these it writes in small ones.
_OF_PAPERMILL = {"r": "R"}


@dataclass(kw_only=True)
class _Case:
    """What is being found out about one notebook."""

    name: str
    notebook: NotebookNode
    declared: Declared
    hardware: bool
    evidence: list[Evidence] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bench:
    """What notebooks are tried on: the kernels of one server, and what they are held to."""

    jupyter: Jupyter
    watch: Watch
    examinations: Examinations
    limits: Limits
    ends: float


def judge_notebook(
    server: Server,
    notebook: bytes,
    name: str,
    *,
    state: Callable[[], Condition],
    output: Path,
    examinations: Examinations,
    parameters: Mapping[str, object],
    hardware: bool,
    limits: Limits = LIMITS,
    ends: float = math.inf,
) -> Trial:
    """Run a notebook in a kernel of the server, and return what was seen.

    What is wrong with the notebook, the kernel or the server is a finding. RehearsalBrokenError, and whatever `state`
    raises, say that nothing could be found out. `parameters` are given to the notebook's parameters cell, and so is
    `hardware`, where it declares checks that need some. `ends` is when the rehearsal as a whole has to be over, on the
    monotonic clock. The notebook as far as it ran stands at `output` afterwards.
    """
    begun = time.monotonic()
    bench = _Bench(jupyter=Jupyter(server), watch=Watch(state), examinations=examinations, limits=limits, ends=ends)
    try:
        case = _read(notebook, name, hardware=hardware)
    except FoundError as error:
        return Trial(name=name, evidence=(), findings=(error.finding,), seconds=time.monotonic() - begun)
    try:
        _try(case, bench, parameters)
    finally:
        write_atomically(output, nbformat.writes(case.notebook).encode("utf-8", "replace"))
    return Trial(
        name=name,
        evidence=tuple(case.evidence),
        findings=tuple(case.findings),
        seconds=time.monotonic() - begun,
        hardware=hardware and bool(case.declared.hardware_checks),
        executed=output,
    )


def _read(content: bytes, name: str, *, hardware: bool) -> _Case:
    try:
        notebook = load_notebook_node(nbformat.reads(content.decode(), as_version=4))
        declared = read_declared(notebook.metadata)
    except (ValueError, RecursionError, AttributeError, KeyError, nbformat.ValidationError) as error:
        raise found(name, "a notebook", shorten(str(error), 300)) from error
    return _Case(name=name, notebook=notebook, declared=declared, hardware=hardware)


def _try(case: _Case, bench: _Bench, parameters: Mapping[str, object]) -> None:
    case.findings += lint_source(case.notebook, case.name)
    if case.findings:
        return
    try:
        _run(case, bench, parameters)
        bench.watch.look_now(case.name)
    except FoundError as error:
        # A cell may have ended for the same reason.
        if error.finding.seen not in {finding.seen for finding in case.findings}:
            case.findings.append(error.finding)
    except RehearsalBrokenError as error:
        try:
            bench.watch.explain(case.name, error)
        except FoundError as explained:
            case.findings.append(explained.finding)
        else:
            raise


def _run(case: _Case, bench: _Bench, parameters: Mapping[str, object]) -> None:
    kernel, limits = _kernel_name(case), bench.limits
    examined = bench.examinations.get(kernel, lambda: examine(bench.jupyter, kernel, watch=bench.watch, limits=limits))
    case.findings += examined.findings
    case.evidence += examined.evidence
    _give_parameters(case, kernel, examined, parameters)
    if case.findings:
        return
    deadlines = (
        Deadline(at=time.monotonic() + limits.notebook_s, what=f"a notebook that ends within {limits.notebook_s} s"),
        Deadline(at=bench.ends, what=f"a rehearsal that ends within {limits.rehearsal_s} s"),
    )
    with open_kernel(bench.jupyter, kernel, watch=bench.watch, limits=limits) as opened:
        performance = Performance(
            opened, case.name, places(case.notebook, case.name), limits=limits, deadlines=deadlines
        )
        try:
            _perform(case, kernel, examined, performance)
        finally:
            case.findings += performance.findings
            case.evidence += (*performance.evidence, *performance.shown)


def _perform(case: _Case, kernel: str, examined: Examined, performance: Performance) -> None:
    """Let papermill go through the cells, then ask for the rest, unless a cell has failed."""
    performance.begin(examined.language)
    case.notebook = papermill_engines.execute_notebook_with_engine(
        _ENGINE, case.notebook, kernel, progress_bar=False, perform=performance.perform
    )
    expected = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in case.notebook.cells)
    if performance.executed < expected:
        if not performance.findings:
            seen = f"{performance.executed} of {expected}"
            performance.findings.append(Finding(where=case.name, expected="every code cell executed", seen=seen))
        return
    performance.evidence.append(
        Evidence(check="code cells executed", expected=expected, seen=performance.executed, where=case.name)
    )
    declared = case.declared
    performance.end(examined.language, shows=bool(declared.checks or declared.hardware_checks))
    performance.findings += compare_with_declared(performance.shown, declared, case.name, hardware=case.hardware)


def _kernel_name(case: _Case) -> str:
    match case.notebook.metadata:
        case {"kernelspec": {"name": str(kernel)}}:
            return kernel
        case _:
            raise found(case.name, "a notebook that names its kernel", "none", "Save it with a kernel.")


def _give_parameters(case: _Case, kernel: str, examined: Examined, parameters: Mapping[str, object]) -> None:
    known = parameter_names(case.notebook, examined.language)
    given = dict(parameters)
    if case.declared.hardware_checks:
        if _HARDWARE not in known:
            expected = f"a parameter {_HARDWARE!r} in a notebook that declares hardware_checks"
            raise found(case.name, expected, "none", "Without hardware it has to show its other checks.")
        given[_HARDWARE] = case.hardware
    check_parameters(case.name, known, given)
    if given:
        language = _OF_PAPERMILL.get(examined.language_name, examined.language_name)
        try:
            case.notebook = parameterize_notebook(case.notebook, given, kernel_name=kernel, language=language)
        # What a language has no words for is not implemented there.
        except (PapermillException, NotImplementedError) as error:
            msg = f"{case.name}: papermill cannot give parameters to a notebook in {language}: {error}"
            raise RehearsalBrokenError(msg) from error
