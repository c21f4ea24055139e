"""What a build takes over from the host it runs on: certificates, package configuration, proxies."""

from collections.abc import Mapping
from pathlib import Path

from hubwright.build import HostSettings
from hubwright.locks.pip_configuration import pip_places, uv_configuration_files

_ETC = Path("/etc")

# Where distributions keep the certificates that a company's own have been added to.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
SETTINGS_VARIABLES = ("PIP_CONFIG_FILE", "UV_CONFIG_FILE", "APT_CONFIG")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")


def host_settings(environment: Mapping[str, str], home: Path, values: Mapping[str, str]) -> HostSettings:
    """Return the host's settings: for each secret the first file there is, in the order its tool looks for it.

    `values` are secrets that are in no file.
    """
    here = {**environment, "HOME": str(home)}
    candidates: dict[str, list[str | Path | None]] = {
        "ca-bundle": [*(environment.get(name) for name in BUNDLE_VARIABLES), *_BUNDLES],
        "pip-config": [environment.get("PIP_CONFIG_FILE"), *reversed(pip_places(here, _ETC))],
        "uv-config": [environment.get("UV_CONFIG_FILE"), *reversed(uv_configuration_files(here, _ETC))],
        "apt-config": [environment.get("APT_CONFIG")],
    }
    found = {name: _first(paths) for name, paths in candidates.items()}
    proxies = {spelled for name in _PROXIES for spelled in (name, name.lower()) if environment.get(spelled)}
    return HostSettings(
        files={name: path for name, path in found.items() if path is not None},
        values=values,
        proxies=tuple(sorted(proxies)),
    )


def _first(candidates: list[str | Path | None]) -> Path | None:
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    return None
