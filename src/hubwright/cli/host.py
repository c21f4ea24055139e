"""What a build takes over from the host it runs on: certificates, package configuration, proxies."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from hubwright.build import HostSettings
from hubwright.locks.pip_configuration import pip_places, uv_configuration_files
from hubwright.redaction import secrets_of_configuration, secrets_of_environment

_ETC = Path("/etc")
_CERTIFICATES = "ca-bundle"

# Where distributions keep the certificates that a company's own have been added to.
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")


def host_settings(environment: Mapping[str, str], home: Path, values: Mapping[str, str]) -> HostSettings:
    """Return the host's settings: for each secret the first file there is, in the order its tool looks for it.

    `values` are secrets that are in no file.
    """
    here = {**environment, "HOME": str(home)}
    candidates: dict[str, list[str | Path | None]] = {
        _CERTIFICATES: [*(environment.get(name) for name in _BUNDLE_VARIABLES), *_BUNDLES],
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


def known_secrets(environment: Mapping[str, str], host: HostSettings) -> Iterator[str]:
    """Yield what must not be read in the log of a build: secrets of the environment, and of the files it may mount."""
    yield from secrets_of_environment({**environment, **host.values})
    for name, path in host.files.items():
        # Certificates are public.
        if name != _CERTIFICATES:
            with suppress(OSError):
                yield from secrets_of_configuration(path.read_text(encoding="utf-8", errors="replace"))


def _first(candidates: list[str | Path | None]) -> Path | None:
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    return None
