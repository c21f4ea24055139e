"""The environment that the hub runs in: made once for each set of versions, from a lock, and kept in the cache."""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hubwright.errors import HubInstallError, ProcessError
from hubwright.files import sync_folder
from hubwright.frozen import dataclass
from hubwright.locking import locked
from hubwright.model import Chart
from hubwright.process import run

LOCKS = Path(__file__).parent / "locks"
_UNFINISHED = ".unfinished-"
_MAKE_S = 60
_INSTALL_S = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Installer:
    """uv, and the environment in which it finds the host's indexes and certificates."""

    program: str
    environment: Mapping[str, str]


def hub_python(chart: Chart, *, cache: Path, installer: Installer) -> Path:
    """Return the Python that has the chart's JupyterHub, and install it first where the cache does not have it."""
    lock = LOCKS / f"{chart.jupyterhub}.txt"
    if not lock.is_file():
        msg = (
            f"JupyterHub {chart.jupyterhub} of chart {chart.version} has no lock in {LOCKS}; `nox -s deps` writes one "
            "for every chart that is supported"
        )
        raise HubInstallError(msg)
    folders = cache / "hubs"
    place = folders / f"{chart.jupyterhub}-{_content_hash(lock)}"
    python = place / "bin" / "python"
    if not place.exists():
        with locked(folders / "lock"):
            if not place.exists():
                _make(place, lock, installer)
    return python


def _content_hash(lock: Path) -> str:
    """Return what changes with everything that goes into the environment."""
    parts = (sys.version.encode(), sys.base_prefix.encode(), lock.read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _make(place: Path, lock: Path, installer: Installer) -> None:
    """Install beside the place and move there what is whole; only called by who holds the lock."""
    for left in place.parent.glob(f"{_UNFINISHED}*"):
        # Whoever made it died: it would hold the lock.
        shutil.rmtree(left, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place.parent))
    try:
        _install(unfinished / "environment", lock, installer)
        (unfinished / "environment").rename(place)
        sync_folder(place.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _install(folder: Path, lock: Path, installer: Installer) -> None:
    make = (installer.program, "venv", "--quiet", "--relocatable", f"--python={sys.executable}", str(folder))
    install = (
        *(installer.program, "pip", "install", "--quiet", f"--python={folder}"),
        *("--require-hashes", "--no-deps", "--compile-bytecode", f"--requirements={lock}"),
    )
    try:
        run(make, environment=installer.environment, timeout_s=_MAKE_S)
        run(install, environment=installer.environment, timeout_s=_INSTALL_S)
    except ProcessError as error:
        msg = (
            f"JupyterHub, which rehearses how users start, could not be installed from {lock.name}. Does "
            f"`uv pip install` work on this machine? {error}"
        )
        raise HubInstallError(msg) from error
