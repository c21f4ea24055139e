from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from helpers.browser import Tab, fetch_chromium, open_tab


@pytest.fixture(scope="module")
def tab(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """Give a tab of a real browser."""
    with open_tab(fetch_chromium(shared / "stock"), tmp_path_factory.mktemp("browser")) as tab:
        yield tab


@pytest.fixture(scope="session")
def axe() -> str:
    """Give the script that finds what keeps people from reading a page."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
