"""What a build takes over from the host it runs on: certificates, package configuration, proxies."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from hubwright.aptsources import carried_sources
from hubwright.buildx import HostSettings
from hubwright.debian import debian_release
from hubwright.locks.pip_configuration import pip_places, uv_configuration_files
from hubwright.model import Foundation
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
BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
SETTINGS_VARIABLES = ("PIP_CONFIG_FILE", "UV_CONFIG_FILE", "APT_CONFIG")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")


def host_settings(
    environment: Mapping[str, str],
    home: Path,
    values: Mapping[str, str],
    *,
    foundations: Iterable[Foundation] = (),
    etc: Path = _ETC,
) -> HostSettings:
    """Return the host's settings: for each secret the first file there is, in the order its tool looks for it.

    `values` are secrets that are in no file, `foundations` where images start.
    """
    here = {**environment, "HOME": str(home)}
    candidates: dict[str, list[str | Path | None]] = {
        _CERTIFICATES: _bundles(environment),
        "pip-config": _pip_configurations(here, etc),
        "uv-config": [environment.get("UV_CONFIG_FILE"), *reversed(uv_configuration_files(here, etc))],
        "apt-config": [environment.get("APT_CONFIG")],
    }
    found = {name: _first(paths) for name, paths in candidates.items()}
    proxies = {spelled for name in _PROXIES for spelled in (name, name.lower()) if environment.get(spelled)}
    return HostSettings(
        files={name: path for name, path in found.items() if path is not None},
        values={**values, **_apt_auth(etc)},
        proxies=tuple(sorted(proxies)),
        foundations={each.name: _apt_sources(etc, each.suite) for each in foundations if each.suite},
    )


def ca_file(environment: Mapping[str, str]) -> str | None:
    """Return the certificates that the host trusts, None where they are in no place that is known."""
    found = _first(_bundles(environment))
    return str(found) if found else None


def _bundles(environment: Mapping[str, str]) -> list[str | Path | None]:
    return [*(environment.get(name) for name in BUNDLE_VARIABLES), *_BUNDLES]


def _pip_configurations(here: Mapping[str, str], etc: Path) -> list[str | Path | None]:
    named = here.get("PIP_CONFIG_FILE")
    # With this, pip is told to read no configuration at all.
    return [] if named == os.devnull else [named, *reversed(pip_places(here, etc))]


def _apt_sources(etc: Path, suite: str) -> dict[str, str]:
    """Return the secret with the host's own mirrors of Debian, translated to the suite as locks and roots have it.

    There is none on a host of another distribution: its mirrors do not have the suite.
    """
    release = debian_release(etc)
    sources = carried_sources(etc, release=release, suite=suite) if release else None
    return {"apt-sources": sources} if sources else {}


def _apt_auth(etc: Path) -> dict[str, str]:
    """Return the secret with which the host's apt logs in to its mirrors, as far as this user may read it."""
    paths = [etc / "apt/auth.conf", *sorted((etc / "apt/auth.conf.d").glob("*.conf"))]
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths if os.access(path, os.R_OK)]
    return {"apt-auth": "\n".join(texts)} if any(text.strip() for text in texts) else {}


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
