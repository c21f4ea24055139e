"""A vendor's own packages: what the addresses are, whether they answer, and how a build is told.

A source has a package index and perhaps an apt repository. Each is an endpoint that goes by one name in the
variable of its address and in the secret of a build: `neuron`, and `neuron-apt`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from hubwright.aptsources import folded
from hubwright.model import AptRepository, Source
from hubwright.proxies import Proxies
from hubwright.variables import source_variable

_TIMEOUT_S = 10.0
_PROXY_LOGIN = 407
_SERVER_ERROR = 500
# The address becomes a line of apt's sources and a word of a variable that holds several.
_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\x7f]+")
_KEY_HEAD = "-----BEGIN PGP PUBLIC KEY BLOCK-----"


def addresses(sources: Iterable[Source], environment: Mapping[str, str]) -> dict[str, str]:
    """Return the address of each endpoint that has one; the environment's wins, because mirrors differ by place."""
    found = {
        endpoint: environment.get(source_variable(endpoint)) or written
        for source in sources
        for endpoint, written in _endpoints(source).items()
    }
    return {endpoint: address for endpoint, address in found.items() if address}


def _endpoints(source: Source) -> dict[str, str | None]:
    """Return the endpoints of the source, each with its address in the matrix."""
    repository = {apt_endpoint(source.name): source.apt.uri} if source.apt else {}
    return {source.name: source.index, **repository}


def apt_endpoint(source: str) -> str:
    return f"{source}-apt"


def secrets(sources: Iterable[Source], known: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets that tell a build of the sources, by their ids."""
    told: dict[str, str] = {}
    for source in sources:
        if source.name in known:
            told[f"source-{source.name}"] = known[source.name]
        endpoint = apt_endpoint(source.name)
        if source.apt and endpoint in known:
            told[f"source-{endpoint}"] = stanza(source.apt, known[endpoint])
    return told


def stanza(repository: AptRepository, address: str, key: str | None = None) -> str:
    """Return the repository as apt reads it; without a key, its reader says by which one it is signed."""
    signed_by = f"Signed-By:\n{folded(key)}\n" if key is not None else ""
    components = " ".join(repository.components)
    return f"Types: deb\nURIs: {address}\nSuites: {repository.suite}\nComponents: {components}\n{signed_by}"


def is_public_key(text: str) -> bool:
    """Say whether the text is what a vendor publishes as the key of its packages."""
    return text.lstrip().startswith(_KEY_HEAD)


def unreachable(
    sources: Iterable[Source], known: Mapping[str, str], answers: Callable[[str], str | None]
) -> dict[str, str]:
    """Return for each source that cannot be had the reason; `answers` gives the one for an address, or None."""
    asked = [(source.name, endpoint) for source in sources for endpoint in _endpoints(source)]

    def one(pair: tuple[str, str]) -> str | None:
        name, endpoint = pair
        if name == endpoint:
            subject, key, where = "it", "index", f"sources.{name}"
        else:
            subject, key, where = "its apt repository", "uri", f"sources.{name}.apt"
        if endpoint not in known:
            return f"{subject} has no address; set {source_variable(endpoint)}, or write `{key}:` under {where}"
        if not _ADDRESS.fullmatch(known[endpoint]):
            variable = source_variable(endpoint)
            return f"{subject} has an address that is none; {variable} has to be http:// or https:// and a host"
        reason = answers(known[endpoint])
        return f"{subject} {reason}" if reason else None

    with ThreadPoolExecutor(max(len(asked), 1)) as pool:
        reasons = list(zip(asked, pool.map(one, asked), strict=True))
    # Of two reasons for one source the first: the index is asked for first.
    return {name: reason for (name, _), reason in reversed(reasons) if reason is not None}


def ask_source(address: str, *, ca_file: str | None, proxies: Proxies) -> str | None:
    """Ask for the front page; return why the source cannot be had, or None. Any answer of its own will do."""
    # Only where a matrix names sources.
    import urllib3  # noqa: PLC0415

    from hubwright.registries.connection import Pools  # noqa: PLC0415

    pools = Pools(connections=1, ca_file=ca_file, proxies=proxies)
    try:
        answer = pools.to(address).request("GET", address, timeout=_TIMEOUT_S, preload_content=False)
    except urllib3.exceptions.HTTPError as error:
        return f"does not answer: {error}"
    answer.close()
    if answer.status == _PROXY_LOGIN:
        return "is behind a proxy that wants another user or password"
    return f"answers {answer.status}" if answer.status >= _SERVER_ERROR else None
