"""A run that really happened, as its reader's browser shows it: one notebook fails, and shows what would do harm."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from helpers.browser import Tab, obstacles
from helpers.command import Command
from helpers.images import BaseImage
from helpers.written import HOSTILE
from hubwright.report.accounts.document import read_account

_MEAN = f"""\
from IPython.display import HTML, display
display(HTML({json.dumps(HOSTILE)}))
print("\\x1b[31mred\\x1b[0m \\x1b[2J" + "0123456789" * 40_000)
raise RuntimeError("asked to")
"""
_LINKS = "[...document.querySelectorAll('a[href]')].map(each => each.href)"
_IS_THERE = "document.getElementById({!r}) !== null"


@pytest.fixture
def run(base_image: BaseImage, tmp_path: Path) -> Command:
    """Give a repository of the base image of which one notebook has another cell, and its runs."""
    root = tmp_path / "base/repository"
    shutil.copytree(base_image.root, root, symlinks=True)
    (root.parent / "cache").symlink_to(base_image.cache.parent)
    path = root / "notebooks/smoke/kernels.ipynb"
    smoke = nbformat.read(path, as_version=4)
    smoke.cells.append(nbformat.v4.new_code_cell(_MEAN, id="mean"))
    nbformat.write(smoke, path)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return Command(replace(base_image, root=root), tmp_path / "out", temporary)


def test_its_page_reads_and_every_link_resolves_and_what_a_notebook_shows_does_no_harm(
    run: Command, tab: Tab, axe: str
) -> None:
    verified = run("verify", "--select=base")
    assert verified.returncode == 13, verified.stderr
    reported = run("report")
    assert reported.returncode == 0, reported.stderr

    _assert_weighed(run.out)
    report = run.out / "report.html"
    for width, dark in ((1440, False), (390, True)):
        tab.look(width, dark=dark).open(report)
        assert "JupyterLab failed in kernels" in tab.ask("document.querySelector('#verdict').innerText")
        assert "asked to" in tab.ask("document.querySelector('#verdict').parentElement.textContent")
        _assert_harmless(tab, report, axe, width)
        assert tab.picture(whole=True).startswith(b"\x89PNG")
    for page, fragments in _pages(tab.ask(_LINKS)).items():
        tab.look(390).open(page)
        _assert_harmless(tab, page, axe, 390)
        assert [each for each in fragments if not tab.ask(_IS_THERE.format(each))] == []


def _assert_weighed(out: Path) -> None:
    (base,) = (each for each in read_account((out / "report.json").read_bytes(), "report.json").images if each.size)
    taken = {(each.kind, each.name): each.size for each in base.packages}
    assert taken["python", "jupyterlab"] > 10_000_000
    assert taken["debian", "libc6"] > 1_000_000
    # What is not compressed is larger, and what nobody accounts for is not much.
    assert sum(taken.values()) > (base.size or 0)
    assert sum(size for (kind, _), size in taken.items() if kind == "other") < sum(taken.values()) / 4


def _pages(links: list[str]) -> dict[Path, set[str]]:
    """Return the pages that are linked, each with the places in it; they are all files beside each other."""
    found: dict[Path, set[str]] = {}
    for link in links:
        parts = urlsplit(link)
        assert parts.scheme == "file", link
        found.setdefault(Path(unquote(parts.path)), set()).update({unquote(parts.fragment)} - {""})
    assert {path.name for path in found} > {"report.html", "kernels.html"}
    return found


def _assert_harmless(tab: Tab, path: Path, axe: str, width: int) -> None:
    assert tab.ask("document.title") != "owned"
    assert [url for url in tab.requests if not url.startswith("data:image/")] == [path.as_uri()]
    assert tab.complaints == []
    assert tab.ask("document.documentElement.scrollWidth") <= width
    assert obstacles(tab, axe) == []
