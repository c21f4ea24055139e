"""The pages that people read: the report, and beside each notebook that it leads to a page of that."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from hubwright.account import Account, Excerpt, StartAccount, TrialAccount
from hubwright.errors import TreeError
from hubwright.frozen import dataclass
from hubwright.redaction import Redact
from hubwright.report.page import page_html
from hubwright.report.rendering import excerpt, notebook_html
from hubwright.tree import DiskTree

REPORT_PAGE = "report.html"

_CELL = re.compile(r"\bcell (\d+)\b")
# A judge keeps the outputs of a notebook far below that.
_NOTEBOOK_LIMIT = 64 * 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Notebooks:
    """The notebooks of an account that are there as they ran, by their path in it."""

    contents: dict[str, bytes]
    unread: tuple[str, ...]


def notebooks_of(account: Account, out: Path, redact: Redact) -> Notebooks:
    """Read them; one that is gone is left out, and one that cannot be read is told."""
    contents: dict[str, bytes] = {}
    unread: list[str] = []
    paths = sorted({trial.notebook for trial in _trials(account) if trial.notebook})
    if paths:
        with DiskTree(out) as tree:
            for path in paths:
                try:
                    if tree.holds(path):
                        text = tree.read(path, _NOTEBOOK_LIMIT).decode("utf-8", "replace")
                        contents[path] = redact(text).encode()
                except TreeError as error:
                    unread.append(f"a notebook as it ran: {error}")
    return Notebooks(contents=contents, unread=tuple(unread))


def with_excerpts(account: Account, notebooks: Notebooks) -> Account:
    """Return the account with the cells in which something was found to be wrong, as they ran."""
    starts = tuple(_start_with_excerpts(start, notebooks) for start in account.starts)
    return replace(account, starts=starts, unread=(*account.unread, *notebooks.unread))


def pages_of(account: Account, notebooks: Notebooks) -> dict[str, bytes]:
    """Return the page of the report and those of its notebooks, by where they go."""
    links = {path: str(PurePosixPath(path).with_suffix(".html")) for path in notebooks.contents}
    pages = {
        links[path]: notebook_html(PurePosixPath(path).stem, content).encode()
        for path, content in notebooks.contents.items()
    }
    return {**pages, REPORT_PAGE: page_html(account, links).encode()}


def _trials(account: Account) -> Iterator[TrialAccount]:
    for start in account.starts:
        yield from start.trials


def _start_with_excerpts(start: StartAccount, notebooks: Notebooks) -> StartAccount:
    trials = tuple(
        replace(trial, excerpts=_excerpts(trial, notebooks.contents[trial.notebook]))
        if trial.findings and trial.notebook in notebooks.contents
        else trial
        for trial in start.trials
    )
    return replace(start, trials=trials)


def _excerpts(trial: TrialAccount, content: bytes) -> tuple[Excerpt, ...]:
    numbers = dict.fromkeys(int(match[1]) for wrong in trial.findings if (match := _CELL.search(wrong.where)))
    return tuple(found for number in numbers if (found := excerpt(content, number)))
