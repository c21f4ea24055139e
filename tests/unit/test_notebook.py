import hashlib

import pytest

from hubwright.declared import Declared
from hubwright.errors import TreeError
from hubwright.notebook import read_notebook

_CELL = b'{"cell_type": "code", "metadata": {"tags": []}, "source": ["a\\n", "b"], "outputs": []}'
_GOOD = b'{"nbformat": 4, "metadata": {"kernelspec": {"name": "ir"}}, "cells": [%b]}' % _CELL


def test_a_notebook_tells_its_kernel_and_its_bytes() -> None:
    notebook = read_notebook("home", _GOOD)
    assert (notebook.name, notebook.kernel, notebook.sha256) == ("home", "ir", hashlib.sha256(_GOOD).hexdigest())


def test_a_notebook_tells_what_it_declares() -> None:
    content = _GOOD.replace(
        b'"metadata": {"k', b'"metadata": {"hubwright": {"checks": ["a"], "needs": ["spark-cluster"]}, "k'
    )
    assert read_notebook("home", _GOOD).declared == Declared()
    assert read_notebook("home", content).declared == Declared(checks=("a",), needs=("spark-cluster",))


@pytest.mark.parametrize(
    "content, why",
    [
        (b"", "Expecting value"),
        (b"\xff", "codec can't decode"),
        (b"[]", "this is no such notebook"),
        (_GOOD.replace(b"4", b"3", 1), "this is no such notebook"),
        (_GOOD.replace(b'"name": "ir"', b""), "this is no such notebook"),
        (_GOOD.replace(b'"ir"', b'"Python 3"'), "'Python 3' is the name of no kernel"),
        (_GOOD.replace(b'"ir"', b'""'), "'' is the name of no kernel"),
        (_GOOD.replace(b'"outputs": []', b'"outputs": [{}]'), "cell 1 has outputs"),
        (_GOOD.replace(b'"cells": [{', b'"cells": [5, {'), "cell 1 is no cell"),
        (_GOOD.replace(b'"metadata": {"k', b'"metadata": {"widgets": {}, "k'), "it holds the state of widgets"),
        (
            _GOOD.replace(b'"metadata": {"k', b'"metadata": {"hubwright": {"needs": ["a moon"]}, "k'),
            "it needs 'a moon'",
        ),
        (b"\xef\xbb\xbf" + _GOOD, "Unexpected UTF-8 BOM"),
        (_GOOD.decode().encode("utf-16"), "codec can't decode"),
        (_GOOD.replace(b'"nbformat"', b'"nbformat_minor": "5", "nbformat"'), "this is no such notebook"),
        (_GOOD.replace(_CELL, b"{}"), "cell 1 is no cell"),
        (_GOOD.replace(b'"code"', b"5"), "cell 1 is no cell"),
        (_GOOD.replace(b'{"tags": []}', b"null"), "cell 1 is no cell"),
        (_GOOD.replace(b'{"tags": []}', b'{"tags": null}'), "cell 1 is no cell"),
        (_GOOD.replace(b'["a\\n", "b"]', b"null"), "cell 1 is no cell"),
        (_GOOD.replace(b'["a\\n", "b"]', b'["a", 5]'), "cell 1 is no cell"),
        (_GOOD.replace(b'"outputs": []', b'"outputs": null'), "cell 1 is no cell"),
        (_GOOD.replace(b'"outputs": []', b'"id": [5]'), "cell 1 is no cell"),
        (_GOOD.replace(b'"ir"', rb'"i\ud800"'), r"'i\\ud800' is the name of no kernel"),
        (
            _GOOD.replace(b'"metadata": {"k', rb'"metadata": {"hubwright": {"checks": ["a\u001b[2J"]}, "k'),
            r"character \\x1b is",
        ),
        (b"[" * 200_000, "recursion"),
        (_GOOD.replace(b"[]", b'["parameters"]', 1), "it has parameters and does not say in which language"),
        (
            _GOOD.replace(b"[]", b'["parameters"]', 1).replace(b'"ir"', b'"ir", "language": ""'),
            "it has parameters and does not say in which language",
        ),
    ],
)
def test_what_is_no_clean_notebook_is_refused_by_name(content: bytes, why: str) -> None:
    with pytest.raises(TreeError, match=rf"(?s)notebooks/smoke/home.ipynb: .*{why}.*; expected a notebook of format 4"):
        read_notebook("home", content)


@pytest.mark.parametrize(
    "metadata",
    [
        b'"metadata": {"kernelspec": {"name": "ir", "language": "R"}}',
        b'"metadata": {"kernelspec": {"name": "ir"}, "language_info": {"name": "R"}}',
    ],
)
def test_a_notebook_with_parameters_says_its_language_in_either_place(metadata: bytes) -> None:
    content = _GOOD.replace(b"[]", b'["parameters"]', 1).replace(
        b'"metadata": {"kernelspec": {"name": "ir"}}', metadata
    )
    assert read_notebook("home", content).kernel == "ir"


@pytest.mark.parametrize("name", ["start", "server-outside", "contract"])
def test_a_notebook_is_not_called_like_another_part_of_a_rehearsal(name: str) -> None:
    with pytest.raises(TreeError, match=rf"notebooks/smoke/{name}.ipynb: .* give the notebook another name"):
        read_notebook(name, _GOOD)
