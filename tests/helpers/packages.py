"""Debian's packages, as one test of a run has fetched them and all others use them."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path


def take_packages(stock: Path, folder: Path, *, take: Callable[[str, str], object] = os.link) -> None:
    """Put what is in the stock into a cache folder; what another worker is fetching into it at the moment stays out."""
    passing = shutil.ignore_patterns("hubwright-vanishing-*")
    shutil.copytree(stock / "debian", folder, symlinks=True, copy_function=take, ignore=passing)
