"""Kernels behind a Jupyter server: its REST interface, and one web socket for each kernel.

jupyter_server's own client for this is configured once for a process, so that it speaks to one server only, and it
waits for ever for a kernel that is dead. This one blocks its thread, and nothing in it waits without a deadline.
"""

import json
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from socket import SO_SNDTIMEO, SOL_SOCKET
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from hubwright.errors import RehearsalBrokenError
from hubwright.proxies import Proxies
from hubwright.registries.connection import Pools
from hubwright.rehearse.interface import Server
from hubwright.rehearse.judge.connection import KernelConnection, never_ready
from hubwright.rehearse.judge.findings import found
from hubwright.rehearse.judge.wire import PROTOCOL
from hubwright.words import shorten

_ANSWER_CAP = 1 << 20
# Nobody waits for a kernel to end: its server goes on with that by itself, and is itself gone soon.
_FAREWELL_S = 1.0
_SEND_S = 5
# Two messages may wait here; the rest waits in the server, so that a flood fills its memory and not ours.
_QUEUE = 2
_EXCERPT = 300
_CREATED = 201
_REFUSALS_OF_KERNELS = frozenset({400, 404, 500})


class Jupyter:
    """The REST interface of one server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._pools = Pools(connections=2, ca_file=None, proxies=Proxies()).to(server.url)

    def kernelspecs(self, *, timeout_s: float) -> Mapping[str, Any]:
        """Return what the server says of its kernels, by name."""
        status, answer = self._ask("GET", "api/kernelspecs", timeout_s=timeout_s)
        match answer:
            case {"kernelspecs": dict(specs)} if status == 200:  # noqa: PLR2004 - the one good answer
                return specs
        msg = f"{self._server.url}api/kernelspecs: expected its kernels, got {status}: {_excerpt(answer)}"
        raise RehearsalBrokenError(msg)

    @contextmanager
    def kernel(self, name: str, *, timeout_s: float, cap: int) -> Iterator[KernelConnection]:
        """Start a kernel that is ready within the time, and no message of which may be bigger than the cap."""
        ends = time.monotonic() + timeout_s
        # With a path it begins where a user's kernel does; without one, wherever the server was started.
        status, answer = self._ask("POST", "api/kernels", timeout_s=timeout_s, body={"name": name, "path": ""})
        match answer:
            # It becomes a part of addresses, and JSON can hold what cannot.
            case {"id": str(kernel_id)} if status == _CREATED and kernel_id.isascii():
                pass
            case _ if status in _REFUSALS_OF_KERNELS:
                where = f"kernel {name}"
                raise found(where, "a kernel that starts", f"{status}: {_excerpt(answer)}")
            case _:
                msg = f"{self._server.url}api/kernels: expected a kernel, got {status}: {_excerpt(answer)}"
                raise RehearsalBrokenError(msg)
        try:
            with self._channels(name, kernel_id, ends=ends, cap=cap) as socket:
                connection = KernelConnection(socket)
                connection.get_ready(name, ends)
                yield connection
        finally:
            with suppress(RehearsalBrokenError):
                self._ask("DELETE", f"api/kernels/{kernel_id}", timeout_s=_FAREWELL_S)

    @contextmanager
    def _channels(self, name: str, kernel_id: str, *, ends: float, cap: int) -> Iterator[ClientConnection]:
        address = f"ws{self._server.url.removeprefix('http')}api/kernels/{kernel_id}/channels"
        try:
            socket = connect(
                address,
                additional_headers={"Authorization": f"token {self._server.token}"},
                subprotocols=[Subprotocol(PROTOCOL)],
                compression=None,
                proxy=None,
                open_timeout=max(ends - time.monotonic(), 0.1),
                ping_interval=None,
                close_timeout=_FAREWELL_S,
                max_size=cap,
                max_queue=_QUEUE,
            )
        except TimeoutError:
            raise never_ready(name) from None
        except InvalidStatus as error:
            status = error.response.status_code
            if status in _REFUSALS_OF_KERNELS:
                where = f"kernel {name}"
                raise found(where, "a kernel that answers", f"{status} from its server") from error
            msg = f"{address}: expected a web socket, got {status}"
            raise RehearsalBrokenError(msg) from error
        except (OSError, WebSocketException) as error:
            msg = f"{address}: no web socket: {error}"
            raise RehearsalBrokenError(msg) from error
        # Who never reads what it is sent must not hold its sender either; who has closed already holds nobody, and is
        # found out by who asks.
        with suppress(OSError):
            socket.socket.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack("@ll", _SEND_S, 0))
        with socket:
            if socket.subprotocol != PROTOCOL:
                where, advice = f"the server of kernel {name}", "Install jupyter_server 2 or newer."
                raise found(where, f"the protocol {PROTOCOL}", f"{socket.subprotocol}", advice)
            yield socket

    def _ask(
        self, method: str, path: str, *, timeout_s: float, body: Mapping[str, object] | None = None
    ) -> tuple[int, object]:
        try:
            response = self._pools.request(
                method,
                self._server.url + path,
                headers={"Authorization": f"token {self._server.token}"},
                json=body,
                timeout=urllib3.Timeout(connect=timeout_s, read=timeout_s),
                redirect=False,
                retries=False,
                preload_content=False,
            )
            content = response.read(_ANSWER_CAP)
            response.release_conn()
        except (HTTPError, OSError) as error:
            msg = f"{method} {self._server.url}{path} failed: {error}. Is the server up, and reachable from here?"
            raise RehearsalBrokenError(msg) from error
        try:
            return response.status, json.loads(content or b"null")
        except (ValueError, RecursionError):
            return response.status, content.decode("utf-8", "replace")


def _excerpt(answer: object) -> str:
    match answer:
        case {"message": str(message)}:
            return shorten(message, _EXCERPT)
        case _:
            return shorten(str(answer), _EXCERPT)
