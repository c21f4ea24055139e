"""The names that a notebook's parameters cell sets, and the values that a rehearsal gives them."""

import re
from collections.abc import Mapping

from nbformat.notebooknode import NotebookNode

from hubwright.declared import PARAMETERS
from hubwright.errors import RehearsalBrokenError
from hubwright.languages import Language
from hubwright.rehearse.judge.lint import place
from hubwright.words import did_you_mean, listed

# What papermill calls the cell that it puts in.
INJECTED = "injected-parameters"


def parameter_names(notebook: NotebookNode, language: Language) -> tuple[str, ...]:
    """Return the names that can be given, in the order of the cell; none where the notebook has no such cell."""
    cells = [
        cell for cell in notebook.cells if cell.cell_type == "code" and PARAMETERS in cell.metadata.get("tags", [])
    ]
    found = re.finditer(language.parameter, cells[0].source, re.MULTILINE) if cells else ()
    return tuple(dict.fromkeys(match[1] for match in found))


def check_parameters(name: str, known: tuple[str, ...], given: Mapping[str, object]) -> None:
    """Raise RehearsalBrokenError for a value that the notebook would not notice."""
    for parameter in given:
        if parameter not in known:
            has = listed(known, conjunction="and") or "none"
            near = did_you_mean(parameter, known)
            msg = f"{name} has no parameter {parameter!r}: its parameters cell sets {has}.{near}"
            raise RehearsalBrokenError(msg)


def places(notebook: NotebookNode, name: str) -> Mapping[int, str]:
    """Return where each cell stands in the notebook as it was saved, by its index now that a cell was put in."""
    made: dict[int, str] = {}
    number = 0
    for index, cell in enumerate(notebook.cells):
        if INJECTED in cell.metadata.get("tags", []):
            made[index] = f"{name}, its given parameters"
        else:
            number += 1
            made[index] = place(name, number)
    return made
