"""What of an executed notebook is shown: its cells, and of each output the one form that is fit for a page.

A notebook is what some image has written, so nothing is taken for granted about it.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from hubwright.frozen import dataclass
from hubwright.report.page.html import cut, readable

# Everything together; a page of more opens slowly, and nobody reads it to its end.
_ROOM = 8_000_000
_MOST_TEXT = 30_000
_MOST_HTML = 200_000
_MOST_IMAGE = 3_000_000
_MOST_OUTPUTS = 200
_MOST_CELLS = 500
# More of these than any table has, and the stock parser takes its time with what is not closed.
_MOST_DECLARATIONS = 20
# From the richest to the plainest; every other form is only ever read by what is not here, such as a script.
_IMAGES = ("image/png", "image/jpeg", "image/svg+xml")
_TEXTS = ("text/markdown", "text/plain", "text/latex")
_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")
# Colours out of a palette of hundreds are told in several numbers; the plain ones are enough.
_PLAIN_COLOUR = re.compile(r"\x1b\[(?:(?:[01479]|3[0-79]|4[0-79]|22|24|27|9[0-7]|10[0-7])(?:;(?!m)|(?=m)))*m")
_NAME = re.compile(r"[A-Za-z0-9+#_.-]{1,40}")

# The tag of the cell that papermill puts in.
_PUT_IN = "injected-parameters"

# An output as nbconvert takes it.
Output = Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell; `kind` is `code`, `markdown` or `raw`.

    `number` counts all of them from 1, as in the notebook that was saved: what papermill has put in has None.
    """

    number: int | None
    kind: str
    source: str
    count: int | None
    outputs: tuple[Output, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebook:
    """What is shown; `lexer` names the language for its colours, `left_out` is how many cells are not here."""

    lexer: str
    cells: tuple[Cell, ...]
    left_out: int


def read_executed(content: bytes) -> Notebook:
    """Return what is shown of a notebook; raise ValueError for what is none."""
    try:
        document = json.loads(content)
    except RecursionError as error:
        msg = "its JSON is too deep"
        raise ValueError(msg) from error
    match document:
        case {"nbformat": 4, "cells": list(cells), "metadata": dict(metadata)}:
            shown = tuple(_cells(cells[:_MOST_CELLS]))
            return Notebook(lexer=_lexer(metadata), cells=shown, left_out=len(cells) - len(shown))
        case _:
            msg = "expected a notebook of format 4, with its cells and its metadata"
            raise ValueError(msg)


def as_text(output: Output) -> str:
    """Return an output as text, without colours."""
    match output:
        case {"output_type": "stream", "text": str(text)}:
            return readable(text)
        case {"output_type": "error", "traceback": [str(text)]}:
            return readable(text)
        case {"data": {"text/plain": str(text)}}:
            return readable(text)
        case _:
            return "[an output that is no text]"


def _lexer(metadata: Mapping[str, object]) -> str:
    match metadata:
        case {"language_info": {"pygments_lexer": str(name)}} | {"language_info": {"name": str(name)}}:
            return name if _NAME.fullmatch(name) else "text"
        case _:
            return "text"


def _cells(cells: Iterable[object]) -> Iterator[Cell]:
    room = _ROOM
    counted = itertools.count(1)
    for cell in cells:
        number = None if _is_put_in(cell) else next(counted)
        match cell:
            case {"cell_type": "code" | "markdown" | "raw" as kind, "source": str() | list() as source, **rest}:
                outputs = tuple(_outputs(rest.get("outputs"), room)) if kind == "code" else ()
                room -= sum(len(repr(output)) for output in outputs)
                count = rest.get("execution_count")
                yield Cell(
                    number=number,
                    kind=kind,
                    source=cut(readable(_joined(source)), _MOST_TEXT),
                    count=count if isinstance(count, int) else None,
                    outputs=outputs,
                )
            case _:
                yield Cell(number=number, kind="raw", source="[this is no cell]", count=None, outputs=())


def _is_put_in(cell: object) -> bool:
    match cell:
        case {"metadata": {"tags": list(tags)}}:
            return _PUT_IN in tags
        case _:
            return False


def _outputs(outputs: object, room: int) -> Iterator[Output]:
    every = outputs if isinstance(outputs, list) else []
    for place, output in enumerate(every):
        if place == _MOST_OUTPUTS or room <= 0:
            yield _stream(f"[{len(every) - place:,} more outputs are left out here]")
            return
        shown = _shown(output)
        room -= len(repr(shown))
        yield shown


def _shown(output: object) -> Output:
    match output:
        case {"output_type": "stream", "text": str() | list() as text, **rest}:
            return _stream(_coloured(_joined(text)), "stderr" if rest.get("name") == "stderr" else "stdout")
        case {"output_type": "error", "traceback": list(lines)}:
            text = _coloured("\n".join(_joined([line]) for line in lines))
            return {"output_type": "error", "ename": "", "evalue": "", "traceback": [text]}
        case {"output_type": "display_data" | "execute_result", "data": dict(data)}:
            return {"output_type": "display_data", "metadata": {}, "data": _richest(data)}
        case _:
            return _stream("[this is no output]")


def _stream(text: str, name: str = "stdout") -> Output:
    return {"output_type": "stream", "name": name, "text": text}


def _richest(data: Mapping[str, object]) -> Mapping[str, str]:
    told = {kind: _joined(value) for kind, value in data.items() if isinstance(value, str | list)}
    for kind in _IMAGES:
        if kind in told and len(told[kind]) <= _MOST_IMAGE:
            return {kind: told[kind]}
    html = told.get("text/html", "")
    if html and len(html) <= _MOST_HTML and html.count("<!") + html.count("<?") <= _MOST_DECLARATIONS:
        return {"text/html": html}
    for kind in _TEXTS:
        if kind in told:
            form = "text/markdown" if kind == "text/markdown" else "text/plain"
            return {form: _coloured(told[kind])}
    return {"text/plain": f"[nothing to show of {', '.join(sorted(data)) or 'an empty output'}]"[:_MOST_TEXT]}


def _coloured(text: str) -> str:
    """Return text with its plain colours, and without everything else that steers a terminal."""
    lines = cut(text, _MOST_TEXT).replace("\r\n", "\n").split("\n")
    # What a progress bar has written over is not seen in a terminal either.
    seen = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    parts = _COLOUR.split(seen)
    plain = (
        readable(part) if place % 2 == 0 else part * bool(_PLAIN_COLOUR.fullmatch(part))
        for place, part in enumerate(parts)
    )
    return "".join(plain)


def _joined(value: str | list[object]) -> str:
    return value if isinstance(value, str) else "".join(part for part in value if isinstance(part, str))
