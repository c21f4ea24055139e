"""uv, which comes with this program, and the environment in which it finds the host's indexes and certificates."""

import os
from pathlib import Path

from hubwright.locks.pip_configuration import configuration_files, uv_configuration_files, uv_environment

_ETC = Path("/etc")


def uv_of_host() -> tuple[str, dict[str, str]]:
    """Return uv's path and its environment; a user who configured only pip has configured uv as well."""
    from uv import find_uv_bin  # noqa: PLC0415 - only who installs or locks something needs it

    pip = [path.read_text(errors="replace") for path in configuration_files(os.environ, _ETC) if path.is_file()]
    has_own = any(path.is_file() for path in uv_configuration_files(os.environ, _ETC))
    return os.fsdecode(find_uv_bin()), uv_environment(os.environ, pip, has_own=has_own)
