"""One HTTP exchange that ends in time, whatever the other side does.

The timeout of a socket starts anew with every byte that arrives, so a peer that sends one byte a second holds a
caller for as long as it likes. Here the timeout is a budget: set once for each phase, it only runs down.
"""

import io
import logging
import socket
import time
from typing import Any, cast

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from hubwright.proxies import Proxies, Proxy


class BudgetSocket:
    """A connected socket whose `settimeout` limits everything until the next `settimeout`, not each call."""

    def __init__(self, inner: socket.socket, *, expires: float | None) -> None:
        self._inner = inner
        self._expires = expires

    def settimeout(self, seconds: float | None) -> None:
        self._expires = None if seconds is None else time.monotonic() + seconds

    def arm(self) -> None:
        """Give the next call on the socket what is left; TimeoutError where nothing is."""
        left = None if self._expires is None else self._expires - time.monotonic()
        if left is not None and left <= 0:
            msg = "the time for this exchange is used up"
            raise TimeoutError(msg)
        self._inner.settimeout(left)

    def sendall(self, data: bytes) -> None:
        self.arm()
        self._inner.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what http.client reads answers from; `mode` is always `rb`."""
        raw = cast("socket.SocketIO", self._inner.makefile(cast("Any", mode), buffering=0))
        return io.BufferedReader(_BudgetReader(self, raw))

    def fileno(self) -> int:
        return self._inner.fileno()

    def close(self) -> None:
        self._inner.close()


class _BudgetReader(io.RawIOBase):
    def __init__(self, owner: BudgetSocket, raw: socket.SocketIO) -> None:
        self._owner = owner
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._owner.arm()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _PlainConnection(HTTPConnection):
    def connect(self) -> None:
        begun = time.monotonic()
        super().connect()
        _limit(self, begun)


class _TlsConnection(HTTPSConnection):
    def connect(self) -> None:
        begun = time.monotonic()
        super().connect()
        _limit(self, begun)

    def _tunnel(self) -> None:
        """Ask the proxy for a way through, and let it take no longer to answer than anybody else."""
        plain = self.sock
        _limit(self, time.monotonic())
        super()._tunnel()
        # TLS is laid over the socket itself.
        self.sock = plain


def _limit(connection: HTTPConnection, begun: float) -> None:
    """Let what is sent next have only what connecting has left over."""
    expires = None if connection.timeout is None else begun + connection.timeout
    connection.sock = cast("socket.socket", BudgetSocket(connection.sock, expires=expires))


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection  # type: ignore[mutable-override] # urllib3's own way to do this


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection  # type: ignore[mutable-override] # the same


class Pools:
    """Kept connections to any host, each by the way that leads there; usable from many threads.

    Certificates are always verified, those of proxies as well.
    """

    def __init__(self, *, connections: int, ca_file: str | None, proxies: Proxies) -> None:
        # It warns of headers that are cut off, with the whole address: that may hold a token, and we notice ourselves.
        logging.getLogger("urllib3.connection").setLevel(logging.ERROR)
        self._proxies = proxies
        self._managers = {
            proxy: _manager(proxy, connections=connections, ca_file=ca_file)
            for proxy in (None, *proxies.by_scheme.values())
        }

    def to(self, url: str) -> urllib3.PoolManager:
        return self._managers[self._proxies.to(url)]


def _manager(proxy: Proxy | None, *, connections: int, ca_file: str | None) -> urllib3.PoolManager:
    options: dict[str, Any] = {
        "maxsize": connections,
        "retries": False,
        "cert_reqs": "CERT_REQUIRED",
        "ca_certs": ca_file,
    }
    if proxy is None:
        manager = urllib3.PoolManager(**options)
    else:
        login = urllib3.make_headers(proxy_basic_auth=proxy.login) if proxy.login else {}
        manager = urllib3.ProxyManager(proxy.address, proxy_headers=login, **options)
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
    return manager
