"""Writes docs/report.png: the first screen of a report, as a browser shows it.

    PYTHONPATH=tests python docs/report_picture.py docs/report.png

The browser is Debian's, unpacked into a folder that is deleted afterwards.
"""

import sys
import tempfile
from pathlib import Path

from helpers.browser import fetch_chromium, open_tab
from hubwright.report.page import page_html
from nights import night

_WIDTH, _HEIGHT = 1200, 990


def picture(folder: Path) -> bytes:
    """Return the picture, made with files in the folder only."""
    page = folder / "report.html"
    notebooks = {"rehearsals/pytorch-gpu/devices-nvidia.ipynb": "notebooks/pytorch-gpu/devices-nvidia.html"}
    page.write_text(page_html(night(), notebooks), encoding="utf-8")
    with open_tab(fetch_chromium(folder / "stock"), folder / "browser") as tab:
        return tab.look(_WIDTH, height=_HEIGHT).open(page).picture()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hubwright-picture-") as name:
        Path(sys.argv[1]).write_bytes(picture(Path(name)))
