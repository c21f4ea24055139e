"""What is asked of the hub, over its REST API."""

import json
from collections.abc import Mapping
from dataclasses import field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError

from hubwright.errors import HubError
from hubwright.frozen import dataclass

_ANSWER_S = 30.0


def _connections() -> urllib3.PoolManager:
    # No retries: the hub is on this machine, and what it does not answer now has to be seen.
    return urllib3.PoolManager(retries=False, timeout=_ANSWER_S, maxsize=16)


@dataclass(frozen=True, kw_only=True, slots=True)
class HubApi:
    """The hub as the rehearsal's service; `url` ends with a slash. Any number of threads may ask."""

    url: str
    token: str
    http: urllib3.PoolManager = field(default_factory=_connections, repr=False, compare=False)

    def version(self) -> str:
        return str(self._ask("GET", "")["version"])

    def create_user(self, user: str) -> None:
        self._ask("POST", f"users/{quote(user)}")

    def user_token(self, user: str) -> str:
        """Return a new token that opens this user's server, and nothing else."""
        asked = {"note": "rehearsal", "scopes": [f"access:servers!user={user}"]}
        return str(self._ask("POST", f"users/{quote(user)}/tokens", asked)["token"])

    def start_server(self, user: str, options: Mapping[str, Any]) -> None:
        """Return when the hub has begun to start it."""
        self._ask("POST", f"users/{quote(user)}/server", options)

    def server(self, user: str) -> Mapping[str, Any] | None:
        """Return what the hub knows about the user's server, None where it neither runs nor starts."""
        servers: Mapping[str, Mapping[str, Any]] = self._ask("GET", f"users/{quote(user)}").get("servers") or {}
        return servers.get("")

    def stop_server(self, user: str) -> None:
        """Return when the hub has stopped it or is about to; what is not running is no error."""
        self._ask("DELETE", f"users/{quote(user)}/server", allowed=(HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND))

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, allowed: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        address = f"{self.url}hub/api/{path}"
        headers = {"Authorization": f"token {self.token}"}
        try:
            answer = self.http.request(method, address, headers=headers, body=json.dumps(body) if body else None)
        except HTTPError as error:
            msg = f"the rehearsal's hub does not answer {method} {address}: {error}"
            raise HubError(msg) from error
        text = answer.data.decode("utf-8", "replace")
        if answer.status >= HTTPStatus.BAD_REQUEST and answer.status not in allowed:
            msg = f"the rehearsal's hub answered {method} {address} with {answer.status}: {text.strip()[:500]}"
            raise HubError(msg)
        try:
            decoded = json.loads(text or "{}")
        except ValueError as error:
            msg = f"the rehearsal's hub answered {method} {address} with what is no JSON: {text.strip()[:500]}"
            raise HubError(msg) from error
        return decoded if isinstance(decoded, dict) else {}
