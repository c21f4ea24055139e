"""Calls to a registry: one deadline for each, and what may be tried again is tried again.

Faults of the transport are tried again, with pauses that grow and differ. Verdicts never are: what is not there, a
credential that is refused twice, content that does not match its digest.
"""

import re
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

from hubwright.errors import RegistryRefusedError, RegistryUnavailableError
from hubwright.registries.auth import Authority, read_challenge
from hubwright.registries.documents import read_errors
from hubwright.registries.timing import Timing
from hubwright.registries.transport import ANSWER_LIMIT, Answer, Fault, Transport
from hubwright.words import shorten

_T = TypeVar("_T")

_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0

_PORTS = {"https": ":443", "http": ":80"}
_EXPIRED = re.compile(r"\btoken has expired\b", re.IGNORECASE)
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3


class Caller:
    """Makes calls to one registry; usable from many threads."""

    def __init__(
        self,
        *,
        base: str,
        transport: Transport,
        authority: Authority,
        timing: Timing,
        deadline_s: float,
        request_s: float,
    ) -> None:
        self.base = base
        self.transport = transport
        self.authority = authority
        self.timing = timing
        self.request_s = request_s
        self._deadline_s = deadline_s

    def call(self, what: str, action: "Callable[[Call], _T]") -> _T:
        """Return what the action returns; it runs again from its start after each Fault, until the deadline."""
        call = Call(self, what=what, expires=self.timing.clock() + self._deadline_s)
        while True:
            call.attempt += 1
            try:
                return action(call)
            except Fault as fault:
                pause = self._pause(call.attempt, fault)
                if pause >= call.left_s:
                    msg = (
                        f"cannot {what}: {fault}. Tried {call.attempt} times, for at most {self._deadline_s:g} s; "
                        "this says nothing about what the registry holds. Try again when it answers"
                    )
                    raise RegistryUnavailableError(msg) from fault
                self.timing.sleep(pause)

    def _pause(self, attempt: int, fault: Fault) -> float:
        longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** (attempt - 1))
        # Half of it by chance: many that were turned away together should not come back together.
        return max(fault.retry_after_s, longest * (0.5 + self.timing.chance() / 2))


class Call:
    """One call: its deadline, the number of its attempt from 1, and whether it has refreshed its credentials."""

    def __init__(self, caller: Caller, *, what: str, expires: float) -> None:
        self._caller = caller
        self._expires = expires
        self._refreshed = False
        self.what = what
        self.attempt = 0

    @property
    def left_s(self) -> float:
        return self._expires - self._caller.timing.clock()

    def send(
        self,
        method: str,
        address: str,
        *,
        scope: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = ANSWER_LIMIT,
    ) -> Answer:
        """Return the answer, whoever gives it in the end: credentials are renewed, redirects of a read followed.

        `address` is a path or a whole address; credentials go to the registry's own origin only.
        """
        url = self._joined(self._caller.base, address)
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._authorised(method, url, scope=scope, headers=headers or {}, body=body, limit=limit)
            if answer.status not in _REDIRECTS or method not in {"GET", "HEAD"}:
                return answer
            url = self.follow(answer, answer.headers.get("location", ""))
        msg = f"cannot {self.what}: redirected more than {_MOST_REDIRECTS} times; check the registry's address"
        raise RegistryUnavailableError(msg)

    def follow(self, answer: Answer, address: str) -> str:
        """Return the whole of an address that an answer refers to."""
        return self._joined(answer.url, address)

    def _joined(self, base: str, address: str) -> str:
        """Return where the address leads from the base, if that is as safe a place as the registry itself."""
        try:
            url = urljoin(base, address)
            scheme = urlsplit(url).scheme
        except ValueError as error:
            msg = f"cannot {self.what}: sent to an address that cannot be read; is this the address of a registry?"
            raise RegistryUnavailableError(msg) from error
        if scheme not in {"https", urlsplit(self._caller.base).scheme}:
            msg = f"cannot {self.what}: sent to a place that is not protected by TLS, which was not asked"
            raise RegistryUnavailableError(msg)
        return url

    def _authorised(
        self, method: str, url: str, *, scope: str, headers: Mapping[str, str], body: bytes | None, limit: int
    ) -> Answer:
        own = _origin(url) == _origin(self._caller.base)
        while True:
            header = self._caller.authority.header(scope) if own else None
            login = {"Authorization": header} if header else {}
            answer = self._exchange(method, url, headers={**headers, **login}, body=body, limit=limit)
            if not _refuses_login(answer, header) or not own or self._refreshed:
                return answer
            self._refreshed = header is not None
            self._caller.authority.renew(
                scope,
                refused=header,
                challenge=read_challenge(answer.headers.get("www-authenticate", "")),
                ask_token=self._ask_token,
            )

    def _ask_token(self, url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = self._exchange("GET", url, headers=headers, body=None, limit=ANSWER_LIMIT)
        return answer.status, answer.body

    def _exchange(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, limit: int) -> Answer:
        timeout_s = min(self.left_s, self._caller.request_s)
        if timeout_s <= 0:
            msg = "the time for it is used up"
            raise Fault(msg)
        return self._caller.transport.exchange(
            method, url, headers=headers, body=body, limit=limit, timeout_s=timeout_s, what=self.what
        )

    def refuse(self, answer: Answer, *, holds: str | None = None) -> NoReturn:
        """Raise what an answer means that is neither a success nor an absence."""
        reasons = read_errors(answer.body)
        said = "; ".join(reasons) or "without a reason"
        advice = {
            _UNAUTHORIZED: "Check the user name and password, or whether the token has expired",
            _FORBIDDEN: "Check what these credentials are allowed to do",
        }.get(answer.status, "Check the address of the registry, and whether it allows this")
        if any(_EXPIRED.search(reason) for reason in reasons):
            advice = "The token that replaced it was refused as well: log in anew, or look at the clock of this machine"
        msg = f"cannot {self.what}: refused with {answer.status}, {shorten(said, 300).rstrip('.')}. {advice}"
        raise RegistryRefusedError(msg, holds=holds)


def _refuses_login(answer: Answer, header: str | None) -> bool:
    """Return whether it is who we are that is refused, and not what we ask for."""
    if answer.status == _FORBIDDEN and header:
        # ECR calls a token that has ended forbidden, not unauthorized, and only its words tell one from the other.
        return any(_EXPIRED.search(said) for said in read_errors(answer.body))
    return answer.status == _UNAUTHORIZED


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    # Registries behind a load balancer spell the port out that everybody takes for granted.
    return parts.scheme, parts.netloc.lower().removesuffix(_PORTS.get(parts.scheme, ""))
