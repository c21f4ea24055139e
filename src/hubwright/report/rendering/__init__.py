"""An executed notebook as a page that only shows: it runs nothing, loads nothing, and opens whatever was written."""

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from hubwright.account import Excerpt
from hubwright.report.page.document import quiet_document
from hubwright.report.page.html import Html, cut, join, tag
from hubwright.report.rendering.notebook import Cell, as_text, read_executed
from hubwright.report.rendering.sanitizer import harmless

if TYPE_CHECKING:
    from nbconvert.exporters import HTMLExporter

_MOST_OF_EXCERPT = 4000
_MOST_REMEMBERED = 512
# Longer ones are rarely alike, and would fill the memory.
_SHORT = 20_000


def notebook_html(name: str, content: bytes) -> str:
    """Return the page of an executed notebook, or one that says why it cannot be shown. Cell 3 is at `#cell-3`."""
    try:
        notebook = read_executed(content)
    except ValueError as error:
        return quiet_document(name, main=join(tag("h1", name), tag("p", f"It cannot be shown: {error}.")))
    cells = [_section(cell, _rendered(cell, notebook.lexer)) for cell in notebook.cells]
    left = f"{notebook.left_out:,} more cells are left out here." if notebook.left_out else None
    return quiet_document(name, main=join(tag("h1", name), cells, tag("p", left) if left else None))


def excerpt(content: bytes, number: int) -> Excerpt | None:
    """Return a cell of an executed notebook as text, None where there is no such cell."""
    try:
        cells = read_executed(content).cells
    except ValueError:
        return None
    for cell in cells:
        if cell.number == number:
            written = cut("\n".join(as_text(output) for output in cell.outputs), _MOST_OF_EXCERPT)
            return Excerpt(cell=number, source=cut(cell.source, _MOST_OF_EXCERPT), output=written)
    return None


def _section(cell: Cell, rendered: Html) -> Html:
    if cell.number is None:
        return tag("section", tag("span", "given parameters", class_="place"), rendered)
    return tag("section", tag("span", f"cell {cell.number}", class_="place"), rendered, id=f"cell-{cell.number}")


def _rendered(cell: Cell, lexer: str) -> Html:
    """Return one cell by itself, so that whatever it leaves open ends with it."""
    one: dict[str, object] = {"cell_type": cell.kind, "id": "cell", "source": cell.source, "metadata": {}}
    if cell.kind == "code":
        one |= {"execution_count": cell.count, "outputs": cell.outputs}
    if cell.kind == "raw":
        return tag("pre", cell.source)
    metadata = {"language_info": {"name": lexer, "pygments_lexer": lexer}}
    document = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [one]})
    show = _shown_again if len(document) < _SHORT else _shown
    try:
        return show(document)
    except Exception as error:  # noqa: BLE001 - whatever a cell makes it stumble over, the others are shown
        return tag("pre", f"[this cell cannot be shown as a notebook shows it: {type(error).__name__}]\n", cell.source)


def _shown(document: str) -> Html:
    from nbformat import from_dict  # noqa: PLC0415 - see below

    html, _ = _exporter().from_notebook_node(from_dict(json.loads(document)))
    return harmless(html)


# Every start of an image plays the same notebooks, and most of their cells come to the same.
_shown_again = lru_cache(_MOST_REMEMBERED)(_shown)


@cache
def _exporter() -> "HTMLExporter":
    """Return what renders a cell; its templates are compiled once."""
    # As heavy as the rest of a command together, and only needed here.
    from nbconvert.exporters import HTMLExporter  # noqa: PLC0415

    return HTMLExporter(template_name="basic", exclude_anchor_links=True)  # type: ignore[no-untyped-call] # it has none
