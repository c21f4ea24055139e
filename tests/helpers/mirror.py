"""A mirror of this machine's packages on loopback that hands on what the real one has, changed on the way."""

import base64
import re
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Takes the path that was asked for, and what is really there.
Tamper = Callable[[str, bytes], bytes]

_FETCH_S = 120


def host_mirror() -> str:
    """Return the address that this machine has its packages from."""
    paths = [*Path("/etc/apt").glob("sources.list"), *sorted(Path("/etc/apt/sources.list.d").iterdir())]
    found = re.search(r"https?://\S+/(?:debian|ubuntu)/?(?=\s)", "\n".join(path.read_text("utf-8") for path in paths))
    assert found, "this machine names no mirror of its packages"
    return found[0].rstrip("/")


def host_release() -> str:
    found = re.search(r"^VERSION_CODENAME=(\w+)$", Path("/etc/os-release").read_text("utf-8"), re.MULTILINE)
    assert found, "this machine names no release"
    return found[1]


@contextmanager
def tampering_mirror(
    etc: Path, tamper: Tamper, *, address: str = "127.0.0.1", login: tuple[str, str] | None = None
) -> Iterator[None]:
    """Fill `etc` so that apt asks the mirror, with the keys that the machine trusts and the login it may need."""
    with ThreadingHTTPServer((address, 0), _handler(tamper, login)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        (etc / "apt").mkdir(parents=True)
        shutil.copy2("/etc/os-release", etc / "os-release")
        keyrings = sorted(str(path) for path in Path("/usr/share/keyrings").glob("*-archive-keyring.gpg"))
        source = f"deb [signed-by={keyrings[0]}] http://{address}:{server.server_port} {host_release()} main\n"
        (etc / "apt/sources.list").write_text(source, encoding="utf-8")
        if login:
            words = f"machine http://{address}:{server.server_port} login {login[0]} password {login[1]}\n"
            (etc / "apt/auth.conf").write_text(words, encoding="utf-8")
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _handler(tamper: Tamper, login: tuple[str, str] | None) -> type[BaseHTTPRequestHandler]:
    wanted = f"Basic {base64.b64encode(':'.join(login).encode()).decode()}" if login else None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("Authorization") != wanted:
                self.send_error(HTTPStatus.UNAUTHORIZED)
                return
            try:
                with urllib.request.urlopen(host_mirror() + self.path, timeout=_FETCH_S) as answer:  # noqa: S310
                    body = tamper(self.path, answer.read())
            except urllib.error.HTTPError as error:
                self.send_error(error.code)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    return Handler
