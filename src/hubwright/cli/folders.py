"""Where this program keeps what it can make again."""

import tempfile
from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's cache folder for this program, as the XDG rules have it: a relative path counts as unset."""
    named = Path(environment.get("XDG_CACHE_HOME", ""))
    base = named if named.is_absolute() else Path(environment.get("HOME") or Path.home(), ".cache")
    return base / "hubwright"


def disks(environment: Mapping[str, str]) -> dict[str, Path]:
    """Return the places that this program, its engine and its registry write to, by what is in them."""
    cache = cache_folder(environment)
    return {
        "the embedded engine": cache / "engine" / "data",
        "the registry of this machine": cache / "registry",
        "what can be made again": cache,
        "temporary files": Path(tempfile.gettempdir()),
    }
