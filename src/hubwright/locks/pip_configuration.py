"""The host's configuration of pip, as far as uv has a word for it.

uv does not read pip's. A machine that reaches its index through pip's configuration alone must be able to lock.
Where else pip looks (`extra-index-url`, `find-links`) is not taken over: it would lock whatever stands in any of these
places under a name, files of one machine among it. uv's own configuration says in which order indexes count.
"""

import configparser
from collections.abc import Iterable, Mapping
from pathlib import Path

# pip's key, and the variable by which uv is told the same.
_SAME = {
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}
# Where uv itself is configured, it is not overruled from pip's side.
_OWN = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_CONFIG_FILE")


def configuration_files(environment: Mapping[str, str], etc: Path) -> list[Path]:
    """Return where pip looks for its configuration, the weakest first."""
    if named := environment.get("PIP_CONFIG_FILE"):
        return [Path(named)]
    return pip_places(environment, etc)


def pip_places(environment: Mapping[str, str], etc: Path) -> list[Path]:
    """Return where pip looks if the environment names no file, the weakest first."""
    home = Path(environment.get("HOME", "/nonexistent"))
    configured = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return [etc / "pip.conf", home / ".pip" / "pip.conf", configured / "pip" / "pip.conf"]


def uv_configuration_files(environment: Mapping[str, str], etc: Path) -> list[Path]:
    """Return where uv looks for the configuration of the machine and of the user."""
    home = Path(environment.get("HOME", "/nonexistent"))
    return [etc / "uv" / "uv.toml", Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "uv" / "uv.toml"]


def uv_environment(
    environment: Mapping[str, str], pip_configurations: Iterable[str], *, has_own: bool
) -> dict[str, str]:
    """Return the environment for uv; `has_own` says that uv has a configuration file of its own."""
    settings: dict[str, str] = {}
    for text in pip_configurations:
        settings |= _read(text)
    for key in _SAME:
        if value := environment.get(f"PIP_{key.upper().replace('-', '_')}"):
            settings[key] = value
    # The host's certificates count, as they do for apt and for pip.
    told = {"UV_SYSTEM_CERTS": "true"}
    configured = has_own or any(environment.get(name) for name in _OWN)
    for key, variable in _SAME.items():
        if key in settings and not (configured and variable in _OWN):
            told[variable] = " ".join(settings[key].split())
    return {**told, **environment, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}


def _read(text: str) -> dict[str, str]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        # pip says what is wrong with it to whoever uses pip.
        return {}
    settings: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            # pip takes `index_url` for the same word.
            spelled = {key.replace("_", "-"): value for key, value in parser.items(section)}
            settings |= {key: value for key, value in spelled.items() if key in _SAME and value.strip()}
    return settings
