import os
import socket
import socketserver
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from hubwright.engines.asking import Answer, ask, listens


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


@pytest.mark.parametrize(
    "question, answer",
    [("/well", Answer.EXPECTED), ("/ill", Answer.OTHER), ("/garbage", Answer.OTHER)],
)
def test_only_what_is_expected_is_expected(server: Path, question: str, answer: Answer) -> None:
    assert ask(server, question, expected=HTTPStatus.OK, timeout_s=10) is answer


def test_nobody_is_another_answer(tmp_path: Path) -> None:
    assert ask(tmp_path / "none.sock", "/well", expected=HTTPStatus.OK, timeout_s=1) is Answer.OTHER


def test_somebody_who_says_nothing_is_told_from_one_who_is_not_there(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(tmp_path / "silent.sock"))
        server.listen()

        answer = ask(tmp_path / "silent.sock", "/well", expected=HTTPStatus.OK, timeout_s=0.05)

    assert answer is Answer.NOTHING_IN_TIME


def test_who_listens_is_found_out(server: Path, tmp_path: Path) -> None:
    assert listens(server, timeout_s=10)
    assert not listens(tmp_path / "none.sock", timeout_s=1)
    assert not listens(server / "below", timeout_s=1)
    (tmp_path / "file").touch()
    assert not listens(tmp_path / "file", timeout_s=1)
    assert os.path.lexists(server)
