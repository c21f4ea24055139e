"""What a call survives, what it gives up on, and when."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
import urllib3.exceptions

from fakes.timing import FakeTime
from fakes.web import Answer, Broken, Reply, Request, WebServer, serve
from hubwright.engines.waiting import until
from hubwright.errors import ContentCorruptError, HubwrightError, RegistryRefusedError, RegistryUnavailableError
from hubwright.proxies import Proxies, read_proxies
from hubwright.registries import transport
from hubwright.registries.auth import Authority
from hubwright.registries.calls import Caller
from hubwright.registries.interface import OCI_MANIFEST, Credential, sha256_digest
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.transport import Fault, Transport, fault_from

BODY = b'{"schemaVersion": 2}'
FOUND = Reply(headers={"Content-Type": OCI_MANIFEST}, body=BODY)
ABSENT = Reply(status=404, body=b'{"errors": [{"code": "MANIFEST_UNKNOWN"}]}')
DIGEST = sha256_digest(BODY)


def script(*answers: Reply | Broken) -> Answer:
    """Return what gives these answers in turn, and the last one from then on."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def client(
    answer: Answer, *, deadline_s: float = 10, request_s: float = 30
) -> Iterator[tuple[OciRegistry, WebServer, FakeTime]]:
    time = FakeTime()
    with serve(answer) as server:
        endpoint = Endpoint(host=server.host, deadline_s=deadline_s, request_s=request_s)
        yield OciRegistry(endpoint, timing=time.timing()), server, time


@pytest.mark.parametrize("status", [408, 429, 500, 501, 502, 503, 504, 507, 599])
def test_what_may_pass_is_tried_again(status: int) -> None:
    with client(script(Reply(status=status), Reply(status=status), FOUND)) as (registry, server, time):
        found = registry.resolve("a", "b")

    assert found is not None
    assert len(server.requests) == 3
    assert time.pauses == [0.2, 0.4]


@pytest.mark.parametrize(
    "message, asked",
    [
        # As Amazon ECR puts it; a 403 that says anything else is a verdict.
        ("Your authorization token has expired. Reauthenticate and try again.", 3),
        ("Your Authorization Token has expired. Please run 'aws ecr get-login' to fetch a new one.", 3),
        ("User is not authorized to perform ecr:BatchGetImage", 2),
    ],
)
def test_a_token_that_ended_is_renewed_also_where_that_is_called_forbidden(message: str, asked: int) -> None:
    ended = Reply(status=403, body=json.dumps({"errors": [{"code": "DENIED", "message": message}]}).encode())
    answers = script(Reply(status=401, headers={"WWW-Authenticate": "Basic"}), ended, FOUND)
    refusals: list[bool] = []

    def credentials(*, refused: bool) -> Credential:
        refusals.append(refused)
        return Credential(username="AWS", password=f"t{sum(refusals)}")

    with serve(answers) as server:
        registry = OciRegistry(Endpoint(host=server.host, credentials=credentials))
        if asked == 3:
            assert registry.resolve("a", "b") is not None
        else:
            with pytest.raises(RegistryRefusedError, match="refused with 403"):
                registry.resolve("a", "b")

    assert len(server.requests) == asked
    assert sum(refusals) == asked - 2


def test_a_token_that_is_refused_as_the_one_before_it_says_so() -> None:
    said = {"code": "DENIED", "message": "Your authorization token has expired. Reauthenticate and try again."}
    ended = Reply(status=403, body=json.dumps({"errors": [said]}).encode())
    answers = script(Reply(status=401, headers={"WWW-Authenticate": "Basic"}), ended)

    def credentials(*, refused: bool) -> Credential:
        del refused
        return Credential(username="AWS", password="t")

    with serve(answers) as server:
        registry = OciRegistry(Endpoint(host=server.host, credentials=credentials))
        with pytest.raises(RegistryRefusedError) as caught:
            registry.resolve("a", "b")

    assert str(caught.value).endswith(
        "Reauthenticate and try again. The token that replaced it was refused as well: log in anew, or look at the "
        "clock of this machine"
    )


@pytest.mark.parametrize("status", [400, 402, 403, 405, 409, 410, 413, 422])
def test_a_verdict_is_not(status: int) -> None:
    refusal = Reply(status=status, body=b'{"errors": [{"code": "DENIED", "message": "not you"}]}')
    with client(script(refusal)) as (registry, server, time), pytest.raises(RegistryRefusedError) as caught:
        registry.resolve("a", "b")

    assert len(server.requests) == 1
    assert time.pauses == []
    assert f"cannot resolve a:b at {server.host}: refused with {status}, DENIED: not you. Check" in str(caught.value)


def test_absence_is_not_tried_again() -> None:
    with client(script(ABSENT)) as (registry, server, _):
        assert registry.resolve("a", "b") is None

    assert len(server.requests) == 1


def test_the_404_of_something_that_is_no_registry_is_no_absence() -> None:
    with client(script(Reply(status=404, body=b"<h1>Not Found</h1>"))) as (registry, _, _time):
        with pytest.raises(RegistryUnavailableError, match="the 404 that came is not one of a registry"):
            registry.resolve("a", "b")
        with pytest.raises(RegistryUnavailableError, match="the 404 that came is not one of a registry"):
            registry.blob("a", DIGEST, limit=10)


def test_pauses_grow_up_to_a_limit_and_end_with_the_deadline() -> None:
    answer = script(Reply(status=500, body=b"disk full\x1b[2J"))
    unavailable = pytest.raises(RegistryUnavailableError)
    with client(answer, deadline_s=20) as (registry, server, time), unavailable as caught:
        registry.resolve("a", "b")

    assert time.pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert str(caught.value) == (
        f"cannot resolve a:b at {server.host}: it answered 500: disk full\\x1b[2J. Tried 8 times, for at most 20 s; "
        "this says nothing about what the registry holds. Try again when it answers"
    )


@pytest.mark.parametrize(
    "headers, pause",
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:09 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 9.0),
        ({"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 0.2),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:09 GMT"}, 0.2),
        ({"Retry-After": "soon", "Date": "now"}, 0.2),
        ({"Retry-After": "Sat, 21 Nov 99999999999 10:00:09 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 0.2),
        ({"Retry-After": "-5"}, 0.2),
    ],
)
def test_the_registry_may_say_how_long_to_wait(headers: dict[str, str], pause: float) -> None:
    with client(script(Reply(status=503, headers=headers), FOUND)) as (registry, _, time):
        registry.resolve("a", "b")

    assert time.pauses == [pause]


@pytest.mark.parametrize("proxies", [Proxies(), read_proxies({"HTTPS_PROXY": "http://proxy.example"})])
@pytest.mark.parametrize("place", ["https://elsewhere.example:99999/", "https://elsewhere.example:x/"])
def test_an_address_that_cannot_be_read_is_told(place: str, proxies: Proxies) -> None:
    with serve(script(Reply(status=307, headers={"Location": place}))) as server:
        registry = OciRegistry(Endpoint(host=server.host, proxies=proxies), timing=FakeTime().timing())
        with pytest.raises(RegistryUnavailableError, match="the address of the registry cannot be read"):
            registry.resolve("a", "b")


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    answer = script(Reply(status=429, headers={"Retry-After": "11"}), FOUND)
    unavailable = pytest.raises(RegistryUnavailableError, match="answered 429")
    with client(answer) as (registry, _, time), unavailable:
        registry.resolve("a", "b")

    assert time.pauses == []


def test_no_request_is_made_after_the_deadline() -> None:
    time = FakeTime()

    def slow(_: Request) -> Reply:
        time.now += 11
        return Reply(status=404, body=b"404 page not found")

    with serve(slow) as server:
        registry = OciRegistry(Endpoint(host=server.host, deadline_s=10), timing=time.timing())
        with pytest.raises(RegistryUnavailableError, match="the time for it is used up"):
            registry.referrers("a", DIGEST)

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "broken",
    [
        Broken(),
        Broken(reset=True),
        Broken(data=b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}"),
        Broken(data=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        Broken(data=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno length"),
        Broken(data=b"HTTP/1.1 200 OK\r\nContent-Type: text/pl"),
        Broken(data=b"HTTP/1.1 200 OK\r\n\r\n{}"),
        Broken(data=b"SSH-2.0-OpenSSH_9.2\r\n"),
        Broken(data=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000),
        Broken(data=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
    ],
)
def test_an_answer_that_is_none_is_a_fault_of_the_way(broken: Broken) -> None:
    with client(script(broken, FOUND)) as (registry, server, _):
        assert registry.resolve("a", "b") is not None

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "broken",
    [
        Broken(hang=True),
        Broken(data=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", hang=True),
        Broken(data=FOUND.encode("GET"), a_byte_each_s=0.05),
    ],
)
def test_no_peer_is_waited_for_beyond_the_time_of_a_request(broken: Broken) -> None:
    unavailable = pytest.raises(RegistryUnavailableError)
    with client(script(broken), deadline_s=0.5, request_s=0.2) as (registry, server, _):
        with unavailable:
            registry.resolve("a", "b")
        # A request may be given up before the server came to read it, which it still does.
        assert until(lambda: len(server.requests) >= 2, timeout_s=30)

    assert len(server.requests) == 2


def test_a_peer_that_reads_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        endpoint = Endpoint(host=f"127.0.0.1:{deaf.getsockname()[1]}", deadline_s=0.3, request_s=0.2)
        with pytest.raises(RegistryUnavailableError):
            OciRegistry(endpoint, timing=FakeTime().timing()).put_manifest(
                "a", "b", b'{"schemaVersion": 2, "filler": "' + b"x" * 8_000_000 + b'"}', OCI_MANIFEST
            )


def test_a_body_longer_than_allowed_is_not_read_to_its_end() -> None:
    with client(script(Reply(body=b"12345"), FOUND)) as (registry, _, _time):
        with pytest.raises(ContentCorruptError, match="more than the 4 bytes came"):
            registry.blob("a", DIGEST, limit=4)
        # The connection it came over is not used again.
        assert registry.resolve("a", "b") is not None


def test_a_long_error_is_cut() -> None:
    with client(script(Reply(status=500, body=b"x" * 10_000_000), FOUND)) as (registry, _, _time):
        assert registry.resolve("a", "b") is not None


def test_the_kinds_that_are_understood_are_asked_for() -> None:
    with client(script(FOUND)) as (registry, server, _):
        registry.resolve("a", "b")

    assert server.requests[0].path == "/v2/a/manifests/b"
    assert OCI_MANIFEST in server.requests[0].headers["accept"]
    assert server.requests[0].headers["accept-encoding"] == "identity"


def always_the_same(*, refused: bool) -> Credential:
    return Credential(username="u", password=f"refused: {refused}")


def redirect(location: str, status: int = 307) -> Reply:
    return Reply(status=status, headers={"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_read_is_followed_to_where_the_bytes_are_without_credentials(status: int) -> None:
    with serve(script(Reply(body=BODY))) as storage:

        def answer(request: Request) -> Reply:
            if "authorization" not in request.headers:
                return Reply(status=401, headers={"WWW-Authenticate": "Basic"})
            return redirect(f"http://{storage.host}/bucket?signed=1", status)

        with serve(answer) as server:
            endpoint = Endpoint(host=server.host, credentials=always_the_same)
            assert OciRegistry(endpoint).blob("a", DIGEST, limit=100) == BODY

    assert storage.requests[0].path == "/bucket?signed=1"
    assert "authorization" not in storage.requests[0].headers


@pytest.mark.parametrize(
    "location, error, message",
    [
        ("/v2/a/manifests/b", RegistryUnavailableError, "redirected more than 3 times"),
        ("ftp://storage.example/x", RegistryUnavailableError, "not protected by TLS"),
        ("http://[::1", RegistryUnavailableError, "an address that cannot be read"),
        ("http://./x", RegistryUnavailableError, "the address of the registry cannot be read"),
    ],
)
def test_a_redirect_that_leads_nowhere_ends_the_call(location: str, error: type[HubwrightError], message: str) -> None:
    with client(script(redirect(location))) as (registry, _, time), pytest.raises(error, match=message):
        registry.resolve("a", "b")

    assert time.pauses == []


def test_a_401_from_where_a_redirect_leads_is_a_refusal() -> None:
    with serve(script(Reply(status=401, headers={"WWW-Authenticate": "Basic"}))) as storage:
        refused = pytest.raises(RegistryRefusedError, match="refused with 401, without a reason")
        with client(script(redirect(f"http://{storage.host}/x"))) as (registry, _, _time), refused:
            registry.resolve("a", "b")


def _wants_a_token(challenge: Callable[[str], Mapping[str, str]]) -> Callable[[Request], Reply]:
    """Return a registry that hands tokens out itself; `challenge` are the headers with which it asks for one."""

    def answer(request: Request) -> Reply:
        if request.path.startswith("/token"):
            return Reply(body=b'{"token": "t0"}')
        if request.headers.get("authorization") == "Bearer t0":
            return FOUND
        return Reply(status=401, headers=challenge(f'Bearer realm="http://{request.headers["host"]}/token"'))

    return answer


def test_a_token_is_fetched_and_kept() -> None:
    answer = _wants_a_token(lambda bearer: {"WWW-Authenticate": f'{bearer},scope="repository:a:pull"'})
    with client(answer) as (registry, server, _):
        assert registry.resolve("a", "b") is not None
        assert registry.resolve("a", "c") is not None

    assert [request.path for request in server.requests] == [
        "/v2/a/manifests/b",
        "/token?scope=repository%3Aa%3Apull",
        "/v2/a/manifests/b",
        "/v2/a/manifests/c",
    ]


def test_what_a_registry_leaves_the_choice_of_in_headers_of_their_own_is_all_read() -> None:
    answer = _wants_a_token(
        lambda bearer: {"WWW-Authenticate": bearer, "Www-Authenticate": 'Basic realm="Git"'},
    )
    with client(answer) as (registry, _, _time):
        assert registry.resolve("a", "b") is not None


class Wire(Transport):
    """Answers what a registry of TLS at its usual port would, to whoever is logged in, and sends everybody on once."""

    def __init__(self, place: str) -> None:
        super().__init__(connections=1, ca_file=None, proxies=Proxies())
        self.place = place

    def exchange(self, method: str, url: str, *, headers: Mapping[str, str], **_: Any) -> transport.Answer:
        del method
        if "Authorization" not in headers:
            return transport.Answer(status=401, url=url, headers={"www-authenticate": "Basic"}, body=b"")
        if url != self.place:
            return transport.Answer(status=307, url=url, headers={"location": self.place}, body=b"")
        return transport.Answer(status=200, url=url, headers={}, body=b"")


@pytest.mark.parametrize(
    "place, status",
    [
        ("https://registry.example:443/x", 200),
        ("https://REGISTRY.example/x", 200),
        ("https://registry.example:8443/x", 401),
        ("https://registry.example.evil/x", 401),
    ],
)
def test_the_registry_is_known_by_its_usual_port_and_nobody_else_gets_a_password(place: str, status: int) -> None:
    authority = Authority(
        host="registry.example", plain_http=False, credentials=lambda **_: Credential(username="u", password="p")
    )
    caller = Caller(
        base="https://registry.example/v2/",
        transport=Wire(place),
        authority=authority,
        timing=FakeTime().timing(),
        deadline_s=10,
        request_s=10,
    )
    assert caller.call("ask", lambda call: call.send("GET", "a", scope="a:pull")).status == status


@contextmanager
def tls_server() -> Iterator[tuple[WebServer, trustme.CA]]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with serve(script(FOUND), tls=context) as server:
        yield server, authority


def test_a_registry_whose_certificate_is_trusted_is_asked(tmp_path: Path) -> None:
    with tls_server() as (server, authority):
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        endpoint = Endpoint(host=server.host, plain_http=False, ca_file=tmp_path / "ca.pem")

        assert OciRegistry(endpoint).resolve("a", "b") is not None


def test_a_registry_whose_certificate_is_not_trusted_is_not_asked() -> None:
    time = FakeTime()
    with tls_server() as (server, _):
        registry = OciRegistry(Endpoint(host=server.host, plain_http=False), timing=time.timing())
        with pytest.raises(RegistryUnavailableError, match=r"certificate is not trusted.*CA file"):
            registry.resolve("a", "b")

    assert (server.requests, time.pauses) == ([], [])


def test_a_plain_registry_is_not_asked_over_tls_or_the_other_way_round() -> None:
    with serve(script(FOUND)) as server:
        registry = OciRegistry(Endpoint(host=server.host, plain_http=False, deadline_s=1), timing=FakeTime().timing())
        with pytest.raises(RegistryUnavailableError):
            registry.resolve("a", "b")

    assert server.requests == []


@pytest.mark.parametrize(
    "host, plain",
    [
        ("127.0.0.1:5000", True),
        ("127.8.9.1", True),
        ("localhost:5000", True),
        ("localhost", True),
        ("[::1]:5000", True),
        ("[::1]", True),
        ("localhost.example.com:5000", False),
        ("10.0.0.1:5000", False),
        ("registry.example", False),
        ("127.0.0.1.example:5000", False),
    ],
)
def test_only_loopback_is_talked_to_without_tls(host: str, plain: bool) -> None:  # noqa: FBT001 - a column of a table
    assert Endpoint(host=host).plain is plain
    assert Endpoint(host=host, plain_http=not plain).plain is not plain


def descendants(
    kind: type[urllib3.exceptions.HTTPError],
) -> Iterator[type[urllib3.exceptions.HTTPError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


def test_every_failure_of_urllib3_has_a_meaning() -> None:
    """Whatever it raises is an HTTPError, and each of those is a fault or says that the address is wrong."""
    known = [kind for kind in vars(urllib3.exceptions).values() if isinstance(kind, type)]
    errors = [kind for kind in known if issubclass(kind, Exception) and not issubclass(kind, Warning)]
    # Raised for kinds of proxies that are refused when their address is read.
    foreign = {kind for kind in errors if kind.__module__ == "urllib3.exceptions"} - {
        urllib3.exceptions.ProxySchemeUnsupported
    }

    assert all(issubclass(kind, urllib3.exceptions.HTTPError) for kind in foreign)
    for kind in list(descendants(urllib3.exceptions.HTTPError)):
        # Some can only be made of a response; what they are is all that counts here.
        error = type(kind.__name__, (kind,), {"__init__": Exception.__init__, "__str__": lambda _: "text"})("x")
        expected = RegistryUnavailableError if issubclass(kind, urllib3.exceptions.LocationValueError) else Fault
        assert isinstance(fault_from(error, what="ask"), expected), kind
