"""Single requests to a registry, and what each can end in: an answer, or a fault that says nothing."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import field
from email.utils import parsedate_to_datetime

import urllib3
import urllib3.exceptions

from hubwright.errors import ContentCorruptError, RegistryUnavailableError
from hubwright.frozen import dataclass
from hubwright.proxies import Proxies
from hubwright.registries.connection import Pools
from hubwright.words import shorten

# More than any registry writes into an error or a token; the rest of some proxy's login page is not read.
ANSWER_LIMIT = 64 * 2**10

_LISTS = frozenset({"link", "www-authenticate"})

_OK = 200
_PROXY_LOGIN = 407
_REQUEST_TIMEOUT = 408
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500

# What a proxy says to a request for a way through it; http.client has the number in its words only.
_TUNNEL = re.compile(r"Tunnel connection failed: (?P<said>40[37])\b")
_PROXY_REFUSED = (
    "cannot {what}: the proxy answered {said}, so the registry was not asked. Check the user and the password in "
    "HTTPS_PROXY or HTTP_PROXY and whether the proxy allows this host, or name the host in NO_PROXY"
)
_UNREADABLE = "cannot {what}: the address of the registry cannot be read"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back; `url` is who gave it, after redirects. The names of headers are in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Fault(Exception):  # noqa: N818 - not an error of ours: it is tried again, and never leaves this package
    """A fault of the way to the registry, which says nothing about what the registry holds."""

    def __init__(self, reason: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Transport:
    """Sends requests over kept connections; usable from many threads."""

    def __init__(self, *, connections: int, ca_file: str | None, proxies: Proxies) -> None:
        self._pools = Pools(connections=connections, ca_file=ca_file, proxies=proxies)

    def exchange(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        limit: int,
        timeout_s: float,
        what: str,
    ) -> Answer:
        """Return the answer, with a body of at most `limit` bytes, after `timeout_s` at the most.

        A fault of the connection, a 429 and every 5xx are a Fault; a longer body of a 200 is corrupt content.
        `what` says in messages what it is for.
        """
        try:
            pool = self._pools.to(url)
        except ValueError as error:
            raise RegistryUnavailableError(_UNREADABLE.format(what=what)) from error
        try:
            response = pool.urlopen(
                method,
                url,
                headers={"Accept-Encoding": "identity", "User-Agent": "hubwright", **headers},
                body=body,
                redirect=False,
                preload_content=False,
                decode_content=False,
                timeout=urllib3.Timeout(total=timeout_s),
            )
            received = _read(response, method, limit if response.status == _OK else ANSWER_LIMIT)
        except urllib3.exceptions.HTTPError as error:
            raise fault_from(error, what=what) from error
        headers = {name.lower(): value for name, value in response.headers.items()}
        # Of what is sent more than once the last counts, but not of these, which are lists.
        headers |= {name: response.headers[name] for name in _LISTS & headers.keys()}
        _check_status(response.status, headers, received, what=what)
        if response.status == _OK and len(received) > limit:
            msg = f"cannot {what}: more than the {limit} bytes came that were expected at most"
            raise ContentCorruptError(msg)
        return Answer(status=response.status, url=url, headers=headers, body=received)


def _read(response: urllib3.BaseHTTPResponse, method: str, limit: int) -> bytes:
    if method == "GET" and not {"content-length", "transfer-encoding"} & {name.lower() for name in response.headers}:
        # Its headers may have been cut off, and then so was everything after them.
        response.close()
        msg = "the answer does not say how long it is"
        raise Fault(msg)
    received = b""
    # Until nothing comes: only then does urllib3 notice that too little has come.
    while len(received) <= limit and (part := response.read(limit + 1 - len(received))):
        received += part
    if len(received) > limit:
        # What is still on its way would be taken for the next answer.
        response.close()
    return received


def _check_status(status: int, headers: Mapping[str, str], body: bytes, *, what: str) -> None:
    if status == _PROXY_LOGIN:
        raise RegistryUnavailableError(_PROXY_REFUSED.format(what=what, said=status))
    if status in {_REQUEST_TIMEOUT, _TOO_MANY_REQUESTS} or status >= _SERVER_ERRORS:
        said = shorten(body[:200].decode("utf-8", "replace").strip(), 120)
        reason = f"it answered {status}{': ' if said else ''}{said}"
        raise Fault(reason, retry_after_s=_retry_after(headers))


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds that `Retry-After` asks for. A date there is compared with the registry's own `Date`."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until, now = parsedate_to_datetime(text), parsedate_to_datetime(headers["date"])
        return max(0.0, (until - now).total_seconds())
    except (KeyError, OverflowError, TypeError, ValueError):
        return 0.0


def fault_from(error: urllib3.exceptions.HTTPError, *, what: str) -> Fault | RegistryUnavailableError:
    """Return what a failure of the connection means: a fault to try again, or nothing that time would heal."""
    reason = error.args[0] if error.args and isinstance(error.args[0], BaseException) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        msg = (
            f"cannot {what}: the registry's certificate is not trusted ({reason.verify_message}), so it was not asked. "
            "If your company has its own certificate authority, give its certificate in a CA file"
        )
        return RegistryUnavailableError(msg)
    if isinstance(error, urllib3.exceptions.ProxyError) and (refused := _TUNNEL.search(str(error))):
        return RegistryUnavailableError(_PROXY_REFUSED.format(what=what, said=refused["said"]))
    if isinstance(error, urllib3.exceptions.LocationValueError):
        return RegistryUnavailableError(_UNREADABLE.format(what=what))
    return Fault(shorten(f"{type(error).__name__}: {reason}", 200))
