import http.server
import threading
from collections.abc import Iterator

import pytest

from hubwright.model import AptRepository, Source
from hubwright.proxies import Proxies
from hubwright.sources import addresses, ask_source, is_public_key, secrets, stanza, unreachable

REPOSITORY = AptRepository(uri=None, suite="noble", components=("main", "extra"))
NEURON = Source(name="neuron", index="https://matrix.example", apt=REPOSITORY)
KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n"


def test_the_environment_s_address_wins_over_the_matrix_s() -> None:
    sources = [
        NEURON,
        Source(name="own-index", index=None),
        Source(name="none", index=None),
        Source(name="both", index=None, apt=AptRepository(uri="https://apt.example", suite="a", components=("b",))),
    ]
    environment = {
        "HUBWRIGHT_SOURCE_NEURON": "https://mirror.example",
        "HUBWRIGHT_SOURCE_NEURON_APT": "https://mirror.example/apt",
        "HUBWRIGHT_SOURCE_OWN_INDEX": "https://own",
        "HUBWRIGHT_SOURCE_NONE_APT": "https://the.matrix/names/none",
    }
    assert addresses(sources, environment) == {
        "neuron": "https://mirror.example",
        "neuron-apt": "https://mirror.example/apt",
        "own-index": "https://own",
        "both-apt": "https://apt.example",
    }


def test_a_build_is_told_the_address_of_the_index_and_the_whole_of_the_repository() -> None:
    known = {"neuron": "https://pip", "neuron-apt": "https://u:p@apt", "plain": "https://plain", "plain-apt": "x"}
    sources = [NEURON, Source(name="plain", index=None), Source(name="unknown", index=None, apt=REPOSITORY)]
    assert secrets(sources, known) == {
        "source-neuron": "https://pip",
        "source-neuron-apt": "Types: deb\nURIs: https://u:p@apt\nSuites: noble\nComponents: main extra\n",
        "source-plain": "https://plain",
    }


def test_a_key_is_written_into_the_stanza_as_apt_folds_it() -> None:
    assert stanza(REPOSITORY, "https://apt", KEY).splitlines()[4:] == [
        "Signed-By:",
        " -----BEGIN PGP PUBLIC KEY BLOCK-----",
        " .",
        " mQ==",
        " -----END PGP PUBLIC KEY BLOCK-----",
    ]


@pytest.mark.parametrize(
    "text, good",
    [(KEY, True), (f"\n{KEY}", True), ("<html>", False), ("", False), (KEY.replace("PUBLIC", "PRIVATE"), False)],
)
def test_a_key_is_told_from_a_page_that_says_no(text: str, good: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_public_key(text) is good


def test_each_source_that_cannot_be_had_has_its_reason() -> None:
    plain = [Source(name=name, index=None) for name in ("up", "down", "my-index", "odd", "words")]
    known = {
        "up": "https://up",
        "down": "https://down",
        "odd": "ftp://odd",
        "words": "https://up\nTrusted: yes",
        "neuron": "https://up",
    }
    reasons = unreachable([*plain, NEURON], known, {"https://up": None, "https://down": "answers 503"}.__getitem__)
    assert reasons == {
        "down": "it answers 503",
        "my-index": "it has no address; set HUBWRIGHT_SOURCE_MY_INDEX, or write `index:` under sources.my-index",
        "odd": "it has an address that is none; HUBWRIGHT_SOURCE_ODD has to be http:// or https:// and a host",
        "words": "it has an address that is none; HUBWRIGHT_SOURCE_WORDS has to be http:// or https:// and a host",
        "neuron": "its apt repository has no address; set HUBWRIGHT_SOURCE_NEURON_APT, or write `uri:` under "
        "sources.neuron.apt",
    }


def test_of_two_reasons_the_index_s_is_told() -> None:
    assert unreachable([NEURON], {"neuron": "https://a", "neuron-apt": "https://b"}, str.upper) == {
        "neuron": "it HTTPS://A"
    }
    answers = {"https://a": None, "https://b": "answers 500"}.__getitem__
    assert unreachable([NEURON], {"neuron": "https://a", "neuron-apt": "https://b"}, answers) == {
        "neuron": "its apt repository answers 500"
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
    "path, reason", [("200", None), ("404", None), ("401", None), ("503", "answers 503"), ("500", "answers 500")]
)
def test_any_answer_of_its_own_will_do(index: str, path: str, reason: str | None) -> None:
    assert ask_source(f"{index}/{path}", ca_file=None, proxies=Proxies()) == reason


def test_an_index_that_is_not_there_does_not_answer() -> None:
    assert str(ask_source("http://127.0.0.1:1", ca_file=None, proxies=Proxies())).startswith("does not answer: ")
