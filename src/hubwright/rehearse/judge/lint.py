"""What is wrong with a notebook before it runs, and with what it printed: pure rules over text."""

import re
from collections.abc import Iterator

from nbformat.notebooknode import NotebookNode

from hubwright.declared import PARAMETERS
from hubwright.verdicts import Finding
from hubwright.words import shorten

# With these, one runner or another leaves a cell out, forgives its error, or drops what it showed.
_EXCUSING_TAGS = frozenset(
    {
        "raises-exception",
        "skip-execution",
        "remove-cell",
        "remove-output",
        "nbval-skip",
        "nbval-raises-exception",
        "nbval-ignore-output",
        "injected-parameters",
        "papermill-error-cell-tag",
    }
)
# The same, in the metadata that runners read settings from.
_EXCUSING_SETTINGS = frozenset(
    {"allow_errors", "allow_error_names", "force_raise_errors", "skip_cells_with_tag", "error_on_timeout"}
)
_RUNNERS = ("nbclient", "papermill", "execution", "nbconvert")
_EXCUSING_OPTION = "--no-raise-error"
# Nobody waits for a script in the background, so it may fail at any time, and nobody hears of it.
_OPTIONS_OF_SCRIPTS = (_EXCUSING_OPTION, "--bg")
_SHORTEST_OPTION = len("--b")

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# The last is all that IPython has to say of a cell that is a script for a program that is not there.
_CONFESSION = re.compile(
    r"^(?:(?:FAILED|ERROR)(?=[\s:(]|$)|Traceback \(most recent call last\)|\*\*\*Test Failed\*\*\*|"
    r"Couldn't find program: ).*",
    re.MULTILINE,
)


def place(name: str, number: int) -> str:
    """Return where a cell is, as a person counts: from 1, with the cells that hold text."""
    return f"{name}, cell {number}"


def lint_source(notebook: NotebookNode, name: str) -> Iterator[Finding]:
    """Yield what is wrong with a notebook as it was saved."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not any(cell.source.strip() for cell in code):
        yield Finding(where=name, expected="a code cell that does something", seen="none")
    yield from _settings(notebook.metadata, name)
    yield from _parameters(notebook, name)
    for number, cell in enumerate(notebook.cells, start=1):
        where = place(name, number)
        if tags := sorted(set(map(str, cell.metadata.get("tags", []))) & _EXCUSING_TAGS):
            advice = "Remove the tag; a cell that may fail proves nothing."
            yield Finding(where=where, expected="no tag that excuses a cell", seen=", ".join(tags), advice=advice)
        yield from _settings(cell.metadata, where)
        if cell.cell_type == "code":
            yield from _code(cell, where)


def _parameters(notebook: NotebookNode, name: str) -> Iterator[Finding]:
    tagged = [
        (number, cell) for number, cell in enumerate(notebook.cells, 1) if PARAMETERS in cell.metadata.get("tags", [])
    ]
    for before, (number, cell) in enumerate(tagged):
        if before or cell.cell_type != "code":
            expected, seen = f"the tag {PARAMETERS!r} on one cell, of code", "one more" if before else "one of text"
            advice = "Remove the tag: what is given goes behind the first such cell, and later ones would take it back."
            yield Finding(where=place(name, number), expected=expected, seen=seen, advice=advice)


def _settings(metadata: NotebookNode, where: str) -> Iterator[Finding]:
    groups = [metadata, *(metadata.get(runner) for runner in _RUNNERS)]
    found = {key for group in groups if isinstance(group, dict) for key in group} & _EXCUSING_SETTINGS
    if found:
        yield Finding(where=where, expected="no metadata that excuse errors", seen=", ".join(sorted(found)))


def _code(cell: NotebookNode, where: str) -> Iterator[Finding]:
    if cell.get("outputs") or cell.get("execution_count") is not None:
        advice = "Clear its outputs before it is saved: they would pass for what was seen."
        yield Finding(where=where, expected="a cell without outputs", seen="outputs of an earlier run", advice=advice)
    if excuse := _excuse_of_script(cell.source):
        advice = (
            "Let the cell wait for the script; what has to run beside it is for `subprocess.Popen`, and its end too."
        )
        yield Finding(where=where, expected="a script whose failure counts", seen=excuse, advice=advice)


def _excuse_of_script(source: str) -> str | None:
    if _EXCUSING_OPTION in source:
        return _EXCUSING_OPTION
    # Where a cell is a script, IPython takes any beginning of an option for all of it.
    words = (word for line in source.splitlines() if line.lstrip().startswith("%%") for word in line.split())
    return next((word for word in words if len(word) >= _SHORTEST_OPTION and _begins_an_option(word)), None)


def _begins_an_option(word: str) -> bool:
    return any(option.startswith(word) for option in _OPTIONS_OF_SCRIPTS)


def lint_text(text: str, where: str) -> Iterator[Finding]:
    """Yield a finding for the first line that admits a failure, although the cell did not fail."""
    plain = _COLOUR.sub("", text).replace("\r", "\n")
    if confession := _CONFESSION.search(plain):
        advice = "A failure has to fail the cell: raise it, or do not print it."
        yield Finding(where=where, expected="no word of a failure", seen=shorten(confession[0], 200), advice=advice)
