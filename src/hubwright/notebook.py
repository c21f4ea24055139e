"""A smoke notebook as far as planning has to know it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from hubwright.declared import PARAMETERS, language_of, read_declared
from hubwright.errors import TreeError
from hubwright.languages import KERNEL_NAME
from hubwright.planned import SmokeNotebook
from hubwright.verdicts import expected_trials
from hubwright.words import UNSAFE, escape, shorten

MAX_NOTEBOOK = 4 << 20


def notebook_path(name: str) -> str:
    return f"notebooks/smoke/{name}.ipynb"


def read_notebook(name: str, content: bytes) -> SmokeNotebook:
    """Return what a fingerprint needs; raise TreeError for what is no notebook or was saved with outputs."""
    if name in expected_trials(()):
        # What is seen of either would stand for both.
        msg = f"{notebook_path(name)}: every rehearsal has a part that is called {name}; give the notebook another name"
        raise TreeError(msg)
    try:
        # No other encoding, and no mark of one: who plays it reads no other either.
        notebook = json.loads(content.decode())
        kernel = _kernel(notebook)
        declared = read_declared(notebook["metadata"])
        _check_names(*declared.checks, *declared.hardware_checks)
    except (ValueError, RecursionError) as error:
        msg = f"{notebook_path(name)}: {error}; expected a notebook of format 4 that names its kernel, without outputs"
        raise TreeError(msg) from error
    return SmokeNotebook(name=name, sha256=hashlib.sha256(content).hexdigest(), kernel=kernel, declared=declared)


def _kernel(notebook: object) -> str:
    match notebook:
        case {"metadata": {"widgets": _}}:
            msg = "it holds the state of widgets"
            raise ValueError(msg)
        case {
            "nbformat": 4,
            "cells": list(cells),
            "metadata": {"kernelspec": {"name": str(kernel)}} as metadata,
            **rest,
        } if isinstance(rest.get("nbformat_minor", 0), int):
            for number, cell in enumerate(cells, start=1):
                _check_cell(number, cell)
            if not KERNEL_NAME.fullmatch(kernel):
                msg = f"{shorten(repr(kernel))} is the name of no kernel, which has letters, digits, dots, dashes and _"
                raise ValueError(msg)
            _check_language(metadata, cells)
            return kernel
        case _:
            msg = "this is no such notebook"
            raise ValueError(msg)


def _check_language(metadata: Mapping[str, object], cells: Iterable[Mapping[str, Any]]) -> None:
    """Raise ValueError where nobody could tell what the notebook asks."""
    if not language_of(metadata) and any(PARAMETERS in cell["metadata"].get("tags", []) for cell in cells):
        msg = "it has parameters and does not say in which language: save it with a kernel"
        raise ValueError(msg)


def _check_names(*names: str) -> None:
    for name in names:
        if found := UNSAFE.search(name):
            msg = f"the character {escape(found[0])} is not allowed in the name {shorten(name)}"
            raise ValueError(msg)


def _check_cell(number: int, cell: object) -> None:
    match cell:
        case {"outputs": [_, *_]}:
            msg = f"cell {number} has outputs"
            raise ValueError(msg)
        case {"cell_type": str(), "metadata": dict(metadata), "source": source, **rest}:
            whole = (
                _is_text(source)
                and isinstance(metadata.get("tags", []), list)
                and isinstance(rest.get("id", ""), str)
                and rest.get("outputs", []) == []
            )
        case _:
            whole = False
    if not whole:
        msg = f"cell {number} is no cell"
        raise ValueError(msg)


def _is_text(source: object) -> bool:
    return isinstance(source, str) or (isinstance(source, list) and all(isinstance(line, str) for line in source))
