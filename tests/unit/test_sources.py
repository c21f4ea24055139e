import http.server
import threading
from collections.abc import Iterator

import pytest

from hubwright.model import Source
from hubwright.proxies import Proxies
from hubwright.sources import addresses, ask_source, unreachable


def test_the_environment_s_address_wins_over_the_matrix_s() -> None:
    sources = [
        Source(name="neuron", index="https://matrix.example"),
        Source(name="own-index", index=None),
        Source(name="none", index=None),
    ]
    environment = {"HUBWRIGHT_SOURCE_NEURON": "https://mirror.example", "HUBWRIGHT_SOURCE_OWN_INDEX": "https://own"}
    assert addresses(sources, environment) == {"neuron": "https://mirror.example", "own-index": "https://own"}


def test_each_source_that_cannot_be_had_has_its_reason() -> None:
    reasons = unreachable(
        ["up", "down", "my-index"],
        {"up": "https://up", "down": "https://down"},
        {"https://up": None, "https://down": "it answers 503"}.__getitem__,
    )
    assert reasons == {
        "down": "it answers 503",
        "my-index": "it has no address; set HUBWRIGHT_SOURCE_MY_INDEX, or write `index:` under sources.my-index",
    }


def test_no_source_is_never_asked() -> None:
    assert unreachable([], {}, lambda _: "asked") == {}


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the tests' output is for failures."""


@pytest.fixture
def index() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "path, reason", [("200", None), ("404", None), ("401", None), ("503", "it answers 503"), ("500", "it answers 500")]
)
def test_any_answer_of_its_own_will_do(index: str, path: str, reason: str | None) -> None:
    assert ask_source(f"{index}/{path}", ca_file=None, proxies=Proxies()) == reason


def test_an_index_that_is_not_there_does_not_answer() -> None:
    assert str(ask_source("http://127.0.0.1:1", ca_file=None, proxies=Proxies())).startswith("it does not answer: ")
