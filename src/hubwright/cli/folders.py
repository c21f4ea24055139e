"""Where this program keeps what it can make again."""

from collections.abc import Mapping
from pathlib import Path


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's cache folder for this program, as the XDG rules have it: a relative path counts as unset."""
    named = Path(environment.get("XDG_CACHE_HOME", ""))
    base = named if named.is_absolute() else Path(environment.get("HOME") or Path.home(), ".cache")
    return base / "hubwright"
