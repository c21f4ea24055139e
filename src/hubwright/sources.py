"""Package indexes outside the common ones: what their addresses are, and whether they answer."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from hubwright.model import Source
from hubwright.proxies import Proxies

_TIMEOUT_S = 10.0
_PROXY_LOGIN = 407
_SERVER_ERROR = 500


def variable(name: str) -> str:
    """Return the variable that names the address of a source."""
    return "HUBWRIGHT_SOURCE_" + name.upper().replace("-", "_")


def addresses(sources: Iterable[Source], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the address of each source that has one; the environment's wins, because mirrors differ by place."""
    found = {source.name: environment.get(variable(source.name)) or source.index for source in sources}
    return {name: address for name, address in found.items() if address}


def unreachable(names: Iterable[str], known: Mapping[str, str], answers: Callable[[str], str | None]) -> dict[str, str]:
    """Return for each source that cannot be had the reason; `answers` gives the one for an address, or None."""
    names = list(names)

    def one(name: str) -> str | None:
        if name not in known:
            return f"it has no address; set {variable(name)}, or write `index:` under sources.{name}"
        return answers(known[name])

    with ThreadPoolExecutor(max(len(names), 1)) as pool:
        reasons = dict(zip(names, pool.map(one, names), strict=True))
    return {name: reason for name, reason in reasons.items() if reason is not None}


def ask_source(address: str, *, ca_file: str | None, proxies: Proxies) -> str | None:
    """Ask the index for its front page; return why it cannot be had, or None. Any answer of its own will do."""
    # Only where a matrix names sources.
    import urllib3  # noqa: PLC0415

    from hubwright.registries.connection import Pools  # noqa: PLC0415

    pools = Pools(connections=1, ca_file=ca_file, proxies=proxies)
    try:
        answer = pools.to(address).request("GET", address, timeout=_TIMEOUT_S, preload_content=False)
    except urllib3.exceptions.HTTPError as error:
        return f"it does not answer: {error}"
    answer.close()
    if answer.status == _PROXY_LOGIN:
        return "the proxy wants another user or password"
    return f"it answers {answer.status}" if answer.status >= _SERVER_ERROR else None
