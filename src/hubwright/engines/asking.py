"""One question to an engine's socket on this machine, without any client program."""

import socket
from enum import Enum, auto
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

_LISTENS_S = 5.0


class _SocketConnection(HTTPConnection):
    """HTTP over a Unix socket; the host name is for the header only."""

    def __init__(self, path: Path, *, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def listens(path: Path, *, timeout_s: float) -> bool:
    """Return whether anything accepts connections there; PermissionError and TimeoutError mean it is not known."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(timeout_s)
        try:
            client.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return False
    return True


def is_gone(address: str) -> bool:
    """Return whether nothing listens any more at what DOCKER_HOST would be; far away nobody can tell."""
    scheme, _, path = address.partition("://")
    try:
        return scheme == "unix" and not listens(Path(path), timeout_s=_LISTENS_S)
    except OSError:
        return False


class Answer(Enum):
    """What became of a question. Nothing in time may mean only that the machine has much to do."""

    EXPECTED = auto()
    OTHER = auto()
    NOTHING_IN_TIME = auto()


def ask(path: Path, question: str, *, expected: HTTPStatus, timeout_s: float) -> Answer:
    """Ask the engine behind the socket; nobody there, and anything but the status expected, is another answer."""
    connection = _SocketConnection(path, timeout_s=timeout_s)
    try:
        connection.request("GET", question)
        return Answer.EXPECTED if connection.getresponse().status == expected else Answer.OTHER
    except TimeoutError:
        return Answer.NOTHING_IN_TIME
    except (OSError, HTTPException):
        return Answer.OTHER
    finally:
        connection.close()
