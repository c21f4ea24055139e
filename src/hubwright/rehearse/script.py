"""A smoke notebook as a rehearsal has it in hand."""

from dataclasses import dataclass

import nbformat
from nbformat.notebooknode import NotebookNode

from hubwright.declared import read_declared
from hubwright.errors import TreeError
from hubwright.languages import LANGUAGES
from hubwright.rehearse.judge.lint import TAG
from hubwright.rehearse.judge.parameters import parameter_names


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """The notebook's bytes; `asks` are its parameters, `needs` what it needs beside the server."""

    name: str
    content: bytes
    asks: frozenset[str]
    needs: frozenset[str]


def read_script(name: str, content: bytes) -> Script:
    """Return the script of a notebook that planning has accepted; TreeError where nobody knows what it asks."""
    notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    spoken = _language(notebook.metadata)
    if not spoken and any(TAG in cell.metadata.get("tags", []) for cell in notebook.cells):
        msg = f"the notebook {name} has parameters and does not say in which language: save it with a kernel"
        raise TreeError(msg)
    language = LANGUAGES.get(spoken)
    # A language that the judge does not speak is a finding when the notebook is played.
    asks = frozenset(parameter_names(notebook, language)) if language else frozenset()
    return Script(name=name, content=content, asks=asks, needs=frozenset(read_declared(notebook.metadata).needs))


def _language(metadata: NotebookNode) -> str:
    """Return the language that a notebook was saved with, empty where it was with none."""
    match metadata:
        case {"kernelspec": {"language": str(language)}} | {"language_info": {"name": str(language)}}:
            return language.lower()
        case _:
            return ""
