"""A company's proxy on loopback: plain requests in their absolute form, and CONNECT, each with a login or without."""

import http.client
import selectors
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import urlsplit

_PIECE = 1 << 16


@dataclass(frozen=True, kw_only=True)
class CompanyProxy:
    """`routes` is where the names it knows lead (`host:port` to `host:port`); `asked` are its requests."""

    routes: Mapping[str, str]
    login: str | None = None
    # What a CONNECT gets instead of a way through, for a proxy that does not answer as it should.
    reply: bytes | None = None
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Give the proxy's `host:port`, until the block is left."""
        server = _Server(self)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, proxy: CompanyProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that give up are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_CONNECT(self) -> None:
        proxy = self._entered()
        if proxy is None:
            return
        if proxy.reply is not None:
            self.wfile.write(proxy.reply)
            self.connection.recv(1)
            return
        host, _, port = proxy.routes[self.path].partition(":")
        with socket.create_connection((host, int(port))) as upstream:
            self.send_response_only(200)
            self.end_headers()
            _relay(self.connection, upstream)
        self.close_connection = True

    def _plain(self) -> None:
        proxy = self._entered()
        if proxy is None:
            return
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        upstream = http.client.HTTPConnection(proxy.routes[parts.netloc], timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "proxy-authorization"}
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        upstream.request(self.command, path, body=body, headers=headers)
        answer = upstream.getresponse()
        received = answer.read()
        upstream.close()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(received)))
        self.end_headers()
        self.wfile.write(received)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _plain  # noqa: N815 - the names that http.server looks for

    def _entered(self) -> CompanyProxy | None:
        """Return the proxy; None where the login is not the right one, and was answered."""
        proxy = cast("_Server", self.server).proxy
        proxy.asked.append(f"{self.command} {self.path}")
        wanted = proxy.login and f"Basic {b64encode(proxy.login.encode()).decode()}"
        if wanted and self.headers.get("Proxy-Authorization") != wanted:
            self.send_response_only(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        return proxy

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


def _relay(one: socket.socket, other: socket.socket) -> None:
    with selectors.DefaultSelector() as selector:
        for here, there in ((one, other), (other, one)):
            selector.register(here, selectors.EVENT_READ, there)
        while True:
            for key, _ in selector.select():
                piece = cast("socket.socket", key.fileobj).recv(_PIECE)
                if not piece:
                    return
                key.data.sendall(piece)
