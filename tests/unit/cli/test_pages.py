import json
from pathlib import Path

import pytest

from accounts import account, failed_start, failed_trial, start, trial
from hubwright.cli.pages import REPORT_PAGE, notebooks_of, pages_of, with_excerpts
from hubwright.redaction import redaction

HOME = "rehearsals/lab/home.ipynb"
CELLS = ["first = 1", "raise OSError('no home')", "print('s3cr3t')"]


def executed() -> bytes:
    cells = [
        {"cell_type": "code", "id": f"c{number}", "source": source, "metadata": {}, "execution_count": 1, "outputs": []}
        for number, source in enumerate(CELLS)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / HOME).parent.mkdir(parents=True)
    (tmp_path / HOME).write_bytes(executed())
    return tmp_path


def test_what_failed_is_quoted_from_the_notebook_and_leads_to_its_page(out: Path) -> None:
    run = account(starts=(failed_start(trials=(failed_trial("home", notebook=HOME), trial("server"))),))

    notebooks = notebooks_of(run, out, redaction(["s3cr3t"]))
    told = with_excerpts(run, notebooks)
    pages = pages_of(told, notebooks)

    ((quoted,), ()) = (each.excerpts for each in told.starts[0].trials)
    assert (quoted.cell, quoted.source) == (2, CELLS[1])
    assert set(pages) == {REPORT_PAGE, "rehearsals/lab/home.html"}
    assert b'href="./rehearsals/lab/home.html#cell-2"' in pages[REPORT_PAGE]
    assert b'id="cell-2"' in pages["rehearsals/lab/home.html"]
    assert not any(b"s3cr3t" in page for page in pages.values())


def test_a_finding_that_names_no_cell_quotes_none(out: Path) -> None:
    run = account(starts=(start(trials=(trial("home", notebook=HOME),)), failed_start()))

    notebooks = notebooks_of(run, out, str)

    assert with_excerpts(run, notebooks) == run
    assert list(notebooks.contents) == [HOME]


def test_a_notebook_that_is_gone_has_no_page(tmp_path: Path) -> None:
    run = account(starts=(failed_start(trials=(failed_trial("home", notebook=HOME),)),))

    notebooks = notebooks_of(run, tmp_path, str)

    assert (notebooks.contents, notebooks.unread) == ({}, ())
    assert with_excerpts(run, notebooks) == run
    assert set(pages_of(run, notebooks)) == {REPORT_PAGE}


@pytest.mark.parametrize("path", ["../outside.ipynb", "/etc/hostname", "linked.ipynb", "rehearsals"])
def test_nothing_is_read_that_is_no_file_of_the_folder(out: Path, path: str) -> None:
    (out.parent / "outside.ipynb").write_bytes(executed())
    (out / "linked.ipynb").symlink_to(out.parent / "outside.ipynb")
    run = account(starts=(start(trials=(trial("home", notebook=path),)),))

    notebooks = notebooks_of(run, out, str)

    assert notebooks.contents == {}
    assert with_excerpts(run, notebooks).unread == (*run.unread, *notebooks.unread)
    assert set(pages_of(run, notebooks)) == {REPORT_PAGE}
