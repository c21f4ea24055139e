"""A smoke notebook as a rehearsal has it in hand."""

import nbformat

from hubwright.declared import language_of, read_declared
from hubwright.frozen import dataclass
from hubwright.languages import LANGUAGES
from hubwright.rehearse.judge.parameters import parameter_names


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """The notebook's bytes; `asks` are its parameters, `needs` what it needs beside the server."""

    name: str
    content: bytes
    asks: frozenset[str]
    needs: frozenset[str]


def read_script(name: str, content: bytes) -> Script:
    """Return the script of a notebook that planning has accepted."""
    notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    language = LANGUAGES.get(language_of(notebook.metadata))
    # A language that the judge does not speak is a finding when the notebook is played.
    asks = frozenset(parameter_names(notebook, language)) if language else frozenset()
    return Script(name=name, content=content, asks=asks, needs=frozenset(read_declared(notebook.metadata).needs))
