"""The engine that papermill knows as `hubwright`: it goes through the cells, and somebody else runs each of them.

Imported by papermill alone, through the entry point: papermill looks for engines while it is itself being imported.
"""

from collections.abc import Callable
from typing import Any

from nbformat.notebooknode import NotebookNode
from papermill.engines import Engine


class RehearsalEngine(Engine):  # type: ignore[misc] # papermill has no types
    """Runs cells through the `perform` that it is given."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, perform: Callable[[int, NotebookNode], bool], **_: object
    ) -> None:
        """Give every cell to `perform`, by its index, until one comes back as false."""
        del kernel_name
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            well = False
            try:
                well = perform(index, cell)
            finally:
                if not well:
                    nb_man.cell_exception(cell, cell_index=index)
                nb_man.cell_complete(cell, cell_index=index)
            if not well:
                return
