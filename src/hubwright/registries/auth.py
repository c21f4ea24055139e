"""Who we are to a registry: Basic, or a Bearer token fetched from where the registry says.

Nothing here ends up in a message: a header goes from here into a request, and nowhere else.
"""

import base64
import json
import re
import threading
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from hubwright.errors import RegistryRefusedError
from hubwright.frozen import dataclass
from hubwright.registries.interface import Credential, Credentials

# A parameter, or the scheme that those behind it belong to.
_PART = re.compile(r'([a-zA-Z]+)=(?:"([^"]*)"|([^\s,"]+))|([a-zA-Z]+)(?=[\s,]|$)')
# The one that anybody may have an answer to comes first.
_SCHEMES = ("bearer", "basic")

# Asks for a token: the address and headers of the request, to the status and the body of the answer.
AskToken = Callable[[str, Mapping[str, str]], tuple[int, bytes]]

_OK = 200
_UNAUTHORIZED = 401


@dataclass(frozen=True, kw_only=True, slots=True)
class Challenge:
    """What a registry asks for in a 401."""

    scheme: str
    parameters: Mapping[str, str]


def read_challenge(header: str) -> Challenge | None:
    """Return what `WWW-Authenticate` asks for, None where it is nothing that is understood.

    A registry may leave the choice; where it sends several headers, they arrive as one.
    """
    asked: dict[str, dict[str, str]] = {}
    parameters: dict[str, str] = {}
    for name, quoted, bare, scheme in _PART.findall(header):
        if scheme:
            parameters = asked.setdefault(scheme.lower(), {})
        else:
            parameters.setdefault(name.lower(), quoted or bare)
    known = next((scheme for scheme in _SCHEMES if scheme in asked), None)
    return Challenge(scheme=known, parameters=asked[known]) if known else None


class Authority:
    """Knows one header for each scope (a repository, to read or to write), and renews it when it is refused.

    A Bearer token is kept. Credentials are asked for anew each time: they may end, and their owner renews them in time.
    """

    def __init__(self, *, host: str, plain_http: bool, credentials: Credentials | None) -> None:
        self._host = host
        self._plain_http = plain_http
        self._credentials = credentials
        self._headers: dict[str, str] = {}
        self._basic: set[str] = set()
        self._lock = threading.Lock()

    def header(self, scope: str) -> str | None:
        if scope in self._basic:
            return _basic(self._credential(refused=False))
        return self._headers.get(scope)

    def renew(self, scope: str, *, refused: str | None, challenge: Challenge | None, ask_token: AskToken) -> None:
        """Find a header that may be accepted, after `refused` (None: none was sent) was not.

        Where many threads meet the same refusal, one renews and the others take what it found.
        """
        with self._lock:
            if self.header(scope) != refused:
                return
            if challenge is None and scope not in self._basic:
                msg = f"{self._host} asks for a way to log in that is not known here; expected Basic or Bearer"
                raise RegistryRefusedError(msg)
            if challenge is not None and challenge.scheme == "bearer":
                self._headers[scope] = f"Bearer {self._token(challenge, ask_token)}"
            else:
                self._credential(refused=refused is not None)
                self._basic.add(scope)

    def _credential(self, *, refused: bool) -> Credential:
        credential = self._credentials(refused=refused) if self._credentials else None
        if credential is None:
            msg = f"{self._host} wants a user name and a password, and none are known for it"
            raise RegistryRefusedError(msg)
        return credential

    def _token(self, challenge: Challenge, ask_token: AskToken) -> str:
        realm = challenge.parameters.get("realm", "")
        if _scheme(realm) not in ({"https", "http"} if self._plain_http else {"https"}):
            msg = f"{self._host} sends to a place for tokens that is not protected by TLS; nothing was sent there"
            raise RegistryRefusedError(msg)
        query = urlencode(
            {key: challenge.parameters[key] for key in ("service", "scope") if key in challenge.parameters}
        )
        address = f"{realm}{'&' if urlsplit(realm).query else '?'}{query}"
        # A token is short-lived by design, so its end says nothing about the credentials; a 401 from its issuer does.
        # Public repositories give tokens to anybody.
        login = {"Authorization": _basic(self._credential(refused=False))} if self._credentials else {}
        status, body = ask_token(address, login)
        if status == _UNAUTHORIZED and self._credentials:
            status, body = ask_token(address, {"Authorization": _basic(self._credential(refused=True))})
        if status != _OK:
            msg = f"the place where {self._host} has its tokens issued refused with {status}; check the credentials"
            raise RegistryRefusedError(msg)
        return _read_token(body, self._host)


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _basic(credential: Credential) -> str:
    pair = f"{credential.username}:{credential.password}".encode()
    return f"Basic {base64.b64encode(pair).decode()}"


def _read_token(body: bytes, host: str) -> str:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    match document:
        case {"token": str(token)} | {"access_token": str(token)} if re.fullmatch(r"[\x21-\x7e]+", token):
            return token
        case _:
            msg = f"the place where {host} has its tokens issued answered without a token"
            raise RegistryRefusedError(msg)
