"""The token that Amazon ECR wants as a password: fetched when it is needed, renewed before it ends, never shown."""

import base64
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from hubwright.errors import AwsUnavailableError
from hubwright.frozen import dataclass
from hubwright.registries.interface import Credential

# A token that was refused this soon was not refused for its age, and another one would not help. It is also how many
# threads that meet the same refusal get by with one renewal.
SETTLE_S = 30.0
# However short AWS says that a token lives, it is not asked for more often than this.
LEAST_S = 60.0

_ODD = "AWS answered the question for a token of ECR in a way that is not understood: {reason}. Is a proxy in between?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """A registry's `host`, who we are there, and for how long, counted by the clock of AWS."""

    host: str
    credential: Credential
    lifetime_s: float


class EcrCredentials:
    """`interface.Credentials` for one registry of ECR; usable from many threads.

    Renewed at half its life, and when it is refused. While AWS cannot be asked, a token that still lives is given.
    """

    def __init__(self, ask: Callable[[], Login], *, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._login: Login | None = None
        self._asked_at = 0.0
        self._renew_at = 0.0

    def __call__(self, *, refused: bool) -> Credential:
        return self.login(refused=refused).credential

    @property
    def host(self) -> str:
        """The name of the registry's host, as AWS gives it."""
        return self.login(refused=False).host

    def login(self, *, refused: bool) -> Login:
        with self._lock:
            now = self._clock()
            login = self._login
            if login is None:
                return self._renew(now)
            if refused:
                settle_s = min(SETTLE_S, login.lifetime_s / 2)
                return login if now - self._asked_at < settle_s else self._renew(now)
            if now < self._renew_at:
                return login
            try:
                return self._renew(now)
            except AwsUnavailableError:
                if now >= self._asked_at + login.lifetime_s:
                    raise
                self._renew_at = now + LEAST_S
                return login

    def _renew(self, now: float) -> Login:
        self._login = login = self._ask()
        # Counted from before it was asked for: AWS's own count began later.
        self._asked_at = now
        self._renew_at = now + max(login.lifetime_s / 2, LEAST_S)
        return login


def read_login(answer: Mapping[str, Any]) -> Login:
    """Return what GetAuthorizationToken answered."""
    try:
        given = answer["authorizationData"][0]
        username, _, password = base64.b64decode(given["authorizationToken"], validate=True).decode().partition(":")
        host, expires = _host(given["proxyEndpoint"]), given["expiresAt"]
    except (LookupError, TypeError, ValueError):
        # Not chained: the exception may hold the token.
        raise AwsUnavailableError(_ODD.format(reason="a part of it is missing or cannot be read")) from None
    if not username or not password or not isinstance(expires, datetime):
        raise AwsUnavailableError(_ODD.format(reason="a part of it is empty"))
    credential = Credential(username=username, password=password)
    return Login(host=host, credential=credential, lifetime_s=_lifetime(expires, answer))


def _host(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.netloc or parts.path.strip("/"):
        raise ValueError
    return parts.netloc


def _lifetime(expires: datetime, answer: Mapping[str, Any]) -> float:
    """Return how long the token lives, by the clock of AWS alone: ours may be off by any amount."""
    try:
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return max(0.0, (expires - now).total_seconds())
    except (LookupError, TypeError, ValueError):
        return 0.0
