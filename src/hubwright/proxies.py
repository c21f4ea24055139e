"""Which proxy a request goes through, read from the variables that docker's own programs read, by the same rules."""

import ipaddress
from collections.abc import Mapping
from dataclasses import field
from urllib.parse import unquote, urlsplit

from hubwright.errors import UsageError
from hubwright.frozen import dataclass

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """Where a proxy is, without who we are to it; `login` is `user:password`, and never shown."""

    address: str
    login: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxies:
    """The proxy for each kind of address, and the hosts that are asked without one."""

    by_scheme: Mapping[str, Proxy] = field(default_factory=dict)
    direct: tuple[str, ...] = ()

    def to(self, url: str) -> Proxy | None:
        """Return the proxy that a request to this address goes through; this machine is always asked directly."""
        parts = urlsplit(url)
        proxy = self.by_scheme.get(parts.scheme)
        if proxy is None:
            return None
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
        direct = _is_this_machine(host) or any(_covers(pattern, host, port) for pattern in self.direct)
        return None if direct else proxy


def read_proxies(environment: Mapping[str, str]) -> Proxies:
    """Return what HTTP_PROXY, HTTPS_PROXY and NO_PROXY say, in capitals or without."""
    named = {scheme: _value(environment, f"{scheme}_proxy") for scheme in _DEFAULT_PORTS}
    listed = (part.strip().lower() for part in _value(environment, "no_proxy").split(","))
    return Proxies(
        by_scheme={scheme: _read(scheme, value) for scheme, value in named.items() if value},
        direct=tuple(part for part in listed if part),
    )


def _value(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name.upper()) or environment.get(name) or ""


def _read(scheme: str, value: str) -> Proxy:
    try:
        return _proxy(value if "://" in value else f"http://{value}")
    except (KeyError, ValueError):
        # Neither the value nor the error, which quotes it: there may be a password in it.
        msg = f"{scheme.upper()}_PROXY is not understood; expected `http://[user:password@]host[:port]`, or https"
        raise UsageError(msg) from None


def _proxy(url: str) -> Proxy:
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    if not parts.hostname or parts.scheme not in _DEFAULT_PORTS:
        raise ValueError
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    login = f"{unquote(parts.username)}:{unquote(parts.password or '')}" if parts.username else None
    return Proxy(address=f"{parts.scheme}://{name}:{port}", login=login)


def _is_this_machine(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _covers(pattern: str, host: str, port: int) -> bool:
    """Return whether NO_PROXY means this host by the pattern: a name and what is below it, an address, a network."""
    if pattern == "*":
        return True
    name, _, wanted = pattern.rpartition(":")
    if name and wanted.isdecimal() and _address(pattern) is None:
        if int(wanted) != port:
            return False
        pattern = name
    address = _address(host)
    if address is not None:
        return address in _network(pattern)
    return host == pattern or host.endswith(f".{pattern.removeprefix('*').removeprefix('.')}")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _network(pattern: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | tuple[()]:
    try:
        return ipaddress.ip_network(pattern.strip("[]"), strict=False)
    except ValueError:
        return ()
