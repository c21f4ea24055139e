import os
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from hubwright.engines.asking import answers, listens


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/garbage":
            self.wfile.write(b"\x00\x01\x02\r\n\r\n")
            return
        self.send_response(200 if self.path == "/well" else 500)
        self.end_headers()

    def address_string(self) -> str:
        return "unix"

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "http.sock"
    with socketserver.ThreadingUnixStreamServer(str(path), _Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield path
        running.shutdown()
        thread.join()


def test_only_yes_is_yes(server: Path) -> None:
    assert answers(server, "/well", timeout_s=10)
    assert not answers(server, "/ill", timeout_s=10)
    assert not answers(server, "/garbage", timeout_s=10)


def test_nobody_is_no_answer(tmp_path: Path) -> None:
    assert not answers(tmp_path / "none.sock", "/well", timeout_s=1)


def test_who_listens_is_found_out(server: Path, tmp_path: Path) -> None:
    assert listens(server, timeout_s=10)
    assert not listens(tmp_path / "none.sock", timeout_s=1)
    assert not listens(server / "below", timeout_s=1)
    (tmp_path / "file").touch()
    assert not listens(tmp_path / "file", timeout_s=1)
    assert os.path.lexists(server)
