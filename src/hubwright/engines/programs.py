"""The embedded engine's programs: which of the distribution's signed packages they are in, and where they lie."""

import re
from collections.abc import Mapping
from pathlib import Path

from hubwright.debian import fetch
from hubwright.engines.firewall import Nft
from hubwright.errors import NoEngineError
from hubwright.frozen import dataclass

# dockerd 26 with the containerd image store. Debian 12 has only 20.10, and its C library suffices for these
# programs of Debian 13.
_ENGINE = ("docker.io", "docker-cli", "docker-buildx", "containerd")
# Ubuntu's docker.io holds the client too.
_ENGINE_OF_UBUNTU = ("docker.io", "docker-buildx", "containerd")
_NEWER_SUITE = {"bookworm": "trixie"}
# From the machine's own release, because they are bound to its C library: what runs containers, their first
# process, what makes firewall rules, and the libraries of these that a minimal machine lacks.
_HOST = (
    *("runc", "libseccomp2", "tini"),
    *("nftables", "libnftables1", "libnftnl11", "libmnl0", "libjansson4", "libedit2", "libbsd0", "libmd0"),
    *("iptables", "libxtables12", "libip4tc2", "libip6tc2", "libnetfilter-conntrack3", "libnfnetlink0"),
)
_FOLDERS = (
    *("usr/bin", "usr/sbin", "bin", "sbin"),
    *("usr/libexec/docker/cli-plugins", "usr/lib/docker/cli-plugins"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Programs:
    """Unpacked programs; `path` and `library_path` are for the environment of whatever runs them."""

    docker: Path
    buildx: Path
    dockerd: Path
    proxy: Path
    init: Path
    nft: Nft
    xtables: Path
    path: tuple[Path, ...]
    library_path: str


def fetch_programs(home: Path, *, environment: Mapping[str, str], etc: Path = Path("/etc")) -> Programs:
    """Return the programs, fetched and unpacked under `home` if they are not there yet."""
    distribution, codename = require_distribution(etc)
    packages = _ENGINE_OF_UBUNTU if distribution == "ubuntu" else _ENGINE
    engine = fetch(packages, suite=_NEWER_SUITE.get(codename), cache=home, environment=environment, etc=etc)
    host = fetch(_HOST, suite=None, cache=home, environment=environment, etc=etc)
    return find_programs(engine, host)


def find_programs(engine: Path, host: Path) -> Programs:
    """Return where each program lies in the two unpacked folders."""
    path = {_program(engine, name).parent: None for name in ("docker", "dockerd", "containerd")}
    path |= {_program(host, "runc").parent: None}
    libraries = ":".join(_library_folders(host))
    return Programs(
        docker=_program(engine, "docker"),
        buildx=_program(engine, "docker-buildx"),
        dockerd=_program(engine, "dockerd"),
        proxy=_program(engine, "docker-proxy"),
        init=_program(host, "tini-static"),
        nft=Nft(path=str(_program(host, "nft")), library_path=libraries),
        xtables=_program(host, "xtables-nft-multi"),
        path=tuple(path),
        library_path=libraries,
    )


def _library_folders(root: Path) -> list[str]:
    return sorted(str(folder) for folder in (*root.glob("usr/lib/*-linux-gnu*"), *root.glob("lib/*-linux-gnu*")))


def _program(root: Path, name: str) -> Path:
    for folder in _FOLDERS:
        if (root / folder / name).is_file():
            return root / folder / name
    msg = (
        f"the packages unpacked in {root} do not hold the program {name}, so this release has it elsewhere or not at "
        "all; install a Docker engine with buildx and start it, or name one in DOCKER_HOST"
    )
    raise NoEngineError(msg)


def require_distribution(etc: Path) -> tuple[str, str]:
    """Return the distribution and its release, or raise NoEngineError: the packages are known for two only."""
    try:
        text = (etc / "os-release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    fields = dict(re.findall(r"^([A-Z_]+)=\"?([^\"\n]*)\"?$", text, re.MULTILINE))
    if fields.get("ID") not in {"debian", "ubuntu"}:
        msg = (
            f"no Docker engine answers, and one is only set up on Debian and Ubuntu; this machine is "
            f"{fields.get('PRETTY_NAME') or 'something else'}. Start a Docker engine, or name one in DOCKER_HOST"
        )
        raise NoEngineError(msg)
    return fields["ID"], fields.get("VERSION_CODENAME", "")
