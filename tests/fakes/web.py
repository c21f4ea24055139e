"""A web server on loopback whose every answer, down to its bytes, a test decides."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What arrived; `path` has its query, and the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def encode(self, method: str) -> bytes:
        """Return the reply as it goes over the wire; one to a HEAD has a length and no body."""
        headers = {"Content-Length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + (b"" if method == "HEAD" else self.body)


@dataclass(frozen=True, kw_only=True, slots=True)
class Broken:
    """Bytes instead of a reply, after which the connection ends: at once, by a reset, or when the server does."""

    data: bytes = b""
    a_byte_each_s: float | None = None
    hang: bool = False
    reset: bool = False


Answer = Callable[[Request], Reply | Broken]


class WebServer(ThreadingHTTPServer):
    """Counts what it was asked; `requests` are in the order of their arrival."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, answer: Answer, port: int = 0, address: str = "127.0.0.1") -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.stopping = threading.Event()
        super().__init__((address, port), _Handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that give up are what these tests are about."""


@contextmanager
def serve(
    answer: Answer, *, tls: ssl.SSLContext | None = None, port: int = 0, address: str = "127.0.0.1"
) -> Iterator[WebServer]:
    """Serve until the block is left, whatever connections are open then."""
    server = WebServer(answer, port, address)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Answers are written in one piece, so waiting for more to send with them only costs time.
    disable_nagle_algorithm = True

    def _handle(self) -> None:
        server = cast("WebServer", self.server)
        request = Request(
            method=self.command,
            path=self.path,
            # docker sends one `Accept` for each type, in any order.
            headers={name.lower(): ", ".join(self.headers.get_all(name, ())) for name in self.headers},
            body=self.rfile.read(int(self.headers.get("Content-Length", "0"))),
        )
        server.requests.append(request)
        answer = server.answer(request)
        if isinstance(answer, Reply):
            self.wfile.write(answer.encode(self.command))
        else:
            self._break(answer, server.stopping)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - the names that http.server looks for

    def _break(self, broken: Broken, stopping: threading.Event) -> None:
        self.close_connection = True
        if broken.a_byte_each_s is None:
            self.wfile.write(broken.data)
        else:
            for byte in broken.data:
                self.wfile.write(bytes([byte]))
                if stopping.wait(broken.a_byte_each_s):
                    return
        if broken.hang:
            stopping.wait()
        if broken.reset:
            # Closing with a linger time of nothing sends a reset instead of an end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # The files on the connection would keep it open.
            self.wfile.close()
            self.rfile.close()
            self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""
