import pytest

from hubwright.errors import UsageError
from hubwright.proxies import Proxy, read_proxies

PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    "value, proxy",
    [
        ("http://proxy.example:3128", Proxy(address=PROXY)),
        ("proxy.example:3128", Proxy(address=PROXY)),
        ("http://proxy.example", Proxy(address="http://proxy.example:80")),
        ("https://proxy.example/", Proxy(address="https://proxy.example:443")),
        ("http://u%40x:p%3aw@proxy.example:3128", Proxy(address=PROXY, login="u@x:p:w")),
        ("http://user@proxy.example:3128", Proxy(address=PROXY, login="user:")),
        ("http://[::2]:3128", Proxy(address="http://[::2]:3128")),
    ],
)
def test_a_proxy_is_read_as_it_is_written_everywhere(value: str, proxy: Proxy) -> None:
    assert read_proxies({"HTTPS_PROXY": value}).to("https://registry.example/v2/") == proxy


@pytest.mark.parametrize("value", ["socks5://user:hunter2@p:1", "http://:3128", "http://p:hunter2", "http://[p"])
def test_a_proxy_that_is_not_understood_is_told_without_its_password(value: str) -> None:
    with pytest.raises(UsageError, match="HTTP_PROXY is not understood") as refused:
        read_proxies({"http_proxy": value})
    assert "hunter2" not in str(refused.value)


def test_each_kind_of_address_has_its_own_proxy() -> None:
    proxies = read_proxies({"HTTP_PROXY": "one", "https_proxy": "two"})
    assert proxies.to("http://registry.example") == Proxy(address="http://one:80")
    assert proxies.to("https://registry.example") == Proxy(address="http://two:80")
    assert read_proxies({"HTTPS_PROXY": ""}).to("https://registry.example") is None


def test_capitals_win_as_they_do_for_docker() -> None:
    both = {"HTTPS_PROXY": "capitals", "https_proxy": "small"}
    assert read_proxies(both).to("https://x.example") == Proxy(address="http://capitals:80")


@pytest.mark.parametrize(
    "no_proxy, url, direct",
    [
        ("", "https://registry.example", False),
        ("*", "https://registry.example", True),
        ("registry.example", "https://registry.example/v2/", True),
        ("registry.example", "https://below.registry.example", True),
        ("registry.example", "https://otherregistry.example", False),
        (".example", "https://registry.example", True),
        ("*.example", "https://registry.example", True),
        ("a, REGISTRY.example ,b", "https://registry.example", True),
        ("registry.example:443", "https://registry.example", True),
        ("registry.example:5000", "https://registry.example", False),
        ("registry.example:5000", "https://registry.example:5000", True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.1.2.3", "https://10.1.2.3:5000", True),
        ("registry.example", "https://10.1.2.3", False),
        ("fd00::/8", "https://[fd00::1]:5000", True),
        ("::2", "https://[::2]", True),
        ("", "https://localhost:5000", True),
        ("", "https://127.0.0.9:5000", True),
        ("", "https://[::1]", True),
    ],
)
def test_who_is_asked_without_a_proxy(no_proxy: str, url: str, direct: bool) -> None:  # noqa: FBT001 - a column of a table
    found = read_proxies({"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}).to(url)
    assert (found is None) == direct


def test_a_password_is_never_shown() -> None:
    assert "hunter2" not in repr(read_proxies({"HTTP_PROXY": "http://user:hunter2@proxy.example"}))
