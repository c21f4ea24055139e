"""The client of registries behind a company's proxy, which is a real one on loopback."""

import logging
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from fakes.content import push_image
from fakes.proxy import CompanyProxy
from fakes.registry import FakeRegistry
from fakes.registry_server import RegistryServer
from fakes.timing import FakeTime
from fakes.web import serve
from hubwright.errors import RegistryUnavailableError
from hubwright.proxies import Proxies, read_proxies
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.sources import ask_source

HOST = "registry.example"
LOGIN = "someone:hunter2"


@pytest.fixture
def plain() -> Iterator[str]:
    with RegistryServer(FakeRegistry()).serve() as server:
        yield server.host


@pytest.fixture
def behind_tls(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(tls)
    with serve(RegistryServer(FakeRegistry()).answer, tls=tls) as server:
        yield server.host, tmp_path / "ca.pem"


def _registry(proxies: Proxies, *, ca_file: Path | None = None, deadline_s: float = 30.0) -> OciRegistry:
    endpoint = Endpoint(
        host=HOST,
        plain_http=ca_file is None,
        ca_file=ca_file,
        proxies=proxies,
        deadline_s=deadline_s,
        request_s=deadline_s / 3,
    )
    return OciRegistry(endpoint)


def _login_at(address: str, login: str = LOGIN) -> Proxies:
    return read_proxies({"HTTP_PROXY": f"http://{login}@{address}", "HTTPS_PROXY": f"http://{login}@{address}"})


def test_a_registry_without_tls_is_asked_through_the_proxy(plain: str) -> None:
    proxy = CompanyProxy(routes={HOST: plain}, login=LOGIN)
    with proxy.serve() as address:
        registry = _registry(_login_at(address))
        image = push_image(registry, "tests/base", "1")
        assert registry.resolve("tests/base", "1") == image
    assert f"GET http://{HOST}/v2/tests/base/manifests/1" in proxy.asked


def test_a_registry_with_tls_is_asked_through_a_tunnel(behind_tls: tuple[str, Path]) -> None:
    upstream, ca_file = behind_tls
    proxy = CompanyProxy(routes={f"{HOST}:443": upstream}, login=LOGIN)
    with proxy.serve() as address:
        registry = _registry(_login_at(address), ca_file=ca_file)
        image = push_image(registry, "tests/base", "1")
        assert registry.resolve("tests/base", "1") == image
    # Through it the proxy sees nothing more, and one is kept for all requests.
    assert proxy.asked == [f"CONNECT {HOST}:443"]


@pytest.mark.parametrize("with_tls", [False, True])
def test_a_proxy_that_wants_another_login_is_told_at_once(
    behind_tls: tuple[str, Path],
    with_tls: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    proxy = CompanyProxy(routes={}, login=LOGIN)
    with proxy.serve() as address:
        registry = _registry(_login_at(address, "someone:wrong"), ca_file=behind_tls[1] if with_tls else None)
        with pytest.raises(RegistryUnavailableError, match=r"the proxy answered 407.*Check the user and the password"):
            registry.resolve("tests/base", "1")
    assert len(proxy.asked) == 1


def test_a_proxy_that_forbids_the_host_is_told_at_once(behind_tls: tuple[str, Path]) -> None:
    proxy = CompanyProxy(routes={}, reply=b"HTTP/1.1 403 Forbidden\r\n\r\n")
    with proxy.serve() as address, pytest.raises(RegistryUnavailableError, match="the proxy answered 403"):
        _registry(_login_at(address), ca_file=behind_tls[1]).resolve("tests/base", "1")


def test_a_proxy_that_goes_silent_ends_by_the_deadline(behind_tls: tuple[str, Path]) -> None:
    proxy = CompanyProxy(routes={}, reply=b"HTTP/1.1 200 ")
    with proxy.serve() as address, pytest.raises(RegistryUnavailableError, match=r"says nothing about what"):
        _registry(_login_at(address), ca_file=behind_tls[1], deadline_s=0.5).resolve("tests/base", "1")


def test_a_proxy_that_is_not_there_is_an_outage_and_not_an_absence() -> None:
    time = FakeTime()
    proxies = read_proxies({"HTTP_PROXY": "http://127.0.0.1:1"})
    registry = OciRegistry(Endpoint(host=HOST, plain_http=True, proxies=proxies, deadline_s=5), timing=time.timing())
    with pytest.raises(RegistryUnavailableError, match="cannot resolve tests/base:1"):
        registry.resolve("tests/base", "1")


def test_the_login_of_a_proxy_is_in_no_log_and_no_message(plain: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    proxy = CompanyProxy(routes={HOST: plain}, login="someone:other")
    with proxy.serve() as address, pytest.raises(RegistryUnavailableError) as refused:
        _registry(_login_at(address)).resolve("tests/base", "1")
    assert "hunter2" not in f"{caplog.text} {refused.value}"
    assert "c29tZW9uZTpodW50ZXIy" not in f"{caplog.text} {refused.value}"


def test_a_source_is_asked_through_the_proxy(plain: str) -> None:
    proxy = CompanyProxy(routes={"index.example": plain}, login=LOGIN)
    with proxy.serve() as address:
        assert ask_source("http://index.example/simple/", ca_file=None, proxies=_login_at(address)) is None
        refused = ask_source("http://index.example/", ca_file=None, proxies=_login_at(address, "a:b"))
    assert refused == "is behind a proxy that wants another user or password"
