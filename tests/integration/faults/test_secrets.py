"""Secrets by every route that leads to a build, and by those that must not: none stays anywhere, none is shown."""

import base64
import gzip
import secrets
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

from fakes.web import Reply, serve
from helpers.yard import Yard

# Routes that hand a secret to the builds, in the words of their files and variables; {} is the secret.
_FILES = {
    "pip index": ("pip.conf", "[global]\nindex-url = https://user:{}@pypi.example/simple\n"),
    "pip second index": ("pip.conf", "extra-index-url = https://{}@other.example/simple\npassword = {}\n"),
    "pip proxy": ("pip.conf", "proxy = http://user:{}@proxy.example:3128\n"),
    "uv index": ("uv.toml", '[[index]]\nurl = "https://user:{}@uv.example/simple"\n'),
    "uv token": ("uv.toml", 'api-token = "{}"\n'),
    "apt proxy": ("apt.conf", 'Acquire::http::Proxy "http://user:{}@proxy.example:3128";\n'),
    "apt login": ("apt.conf", 'Acquire::mirror::Password "{}";\n'),
}
_VARIABLES = {
    "http proxy": ("HTTP_PROXY", "http://user:{}@127.0.0.1:1"),
    "https proxy": ("HTTPS_PROXY", "http://user:{}@127.0.0.1:1"),
    "lower-case proxy": ("https_proxy", "http://user:{}@127.0.0.1:1"),
    "any proxy": ("ALL_PROXY", "socks5://user:{}@127.0.0.1:1"),
    "ftp proxy": ("FTP_PROXY", "http://user:{}@127.0.0.1:1"),
    "secret of the matrix": ("HUBWRIGHT_SECRET_LICENCE", "{}"),
    "second line of a secret": ("HUBWRIGHT_SECRET_DEPLOY_KEY", "-----BEGIN KEY-----\n{}\n-----END KEY-----"),
    # These lie about on a machine that builds, and no build has any use for them.
    "AWS key": ("AWS_SECRET_ACCESS_KEY", "{}"),
    "AWS session": ("AWS_SESSION_TOKEN", "{}"),
    "token of the forge": ("FORGE_TOKEN", "{}"),
    "pip by variable": ("PIP_INDEX_URL", "https://user:{}@pypi.example/simple"),
    "uv by variable": ("UV_INDEX_CORP_PASSWORD", "{}"),
}
_HOME = {
    "docker login": (".docker/config.json", '{{"auths": {{"registry.example": {{"auth": "{}"}}}}}}'),
    "netrc": (".netrc", "machine pypi.example login user password {}\n"),
    "AWS file": (".aws/credentials", "[default]\naws_secret_access_key = {}\n"),
}
_CONTEXT = {"ignored file of the context": ("images/base/.env", "TOKEN={}\n")}
_MOUNTED = ("ca-bundle", "pip-config", "uv-config", "apt-config", "source-near", "licence", "deploy-key")
_TREE = """\
  base: {from: tiny, sources: [near], secrets: [licence, deploy-key]}
  loud: {from: base, sources: [near], secrets: [licence, deploy-key]}
  held: {from: base, sources: [far]}
sources: {near: {}, far: {}}
"""


class _Planted:
    """The secrets by the names of their routes, and the machine they are planted on."""

    def __init__(self, home: Path, root: Path, port: str) -> None:
        routes = [*_FILES, *_VARIABLES, *_HOME, *_CONTEXT, "source", "source that is away", "certificate"]
        self.secrets = {route: secrets.token_hex(12) for route in routes}
        for places, folder in ((_FILES, home), (_HOME, home), (_CONTEXT, root)):
            for route, (name, text) in places.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("a") as file:
                    file.write(text.format(*[self.secrets[route]] * 2))
        (home / "ca.pem").write_text(
            Path("/etc/ssl/certs/ca-certificates.crt").read_text() + self.secrets["certificate"]
        )
        near, far = self.secrets["source"], self.secrets["source that is away"]
        self.environment: dict[str, str] = {
            **{name: text.format(self.secrets[route]) for route, (name, text) in _VARIABLES.items()},
            "HOME": str(home),
            "PIP_CONFIG_FILE": str(home / "pip.conf"),
            "UV_CONFIG_FILE": str(home / "uv.toml"),
            "APT_CONFIG": str(home / "apt.conf"),
            "SSL_CERT_FILE": str(home / "ca.pem"),
            "NO_PROXY": "127.0.0.1",
            "HUBWRIGHT_SOURCE_NEAR": f"http://user:{near}@{port}/simple/",
            "HUBWRIGHT_SOURCE_FAR": f"http://user:{far}@127.0.0.1:1/simple/",
        }

    def found_in(self, content: bytes) -> set[str]:
        """Return the routes whose secret is in it, as it is or as the part of a login."""
        found = set()
        for route, secret in self.secrets.items():
            login = base64.b64encode(f"user:{secret}".encode()).rstrip(b"=")[:-1]
            if secret.encode() in content or login in content:
                found.add(route)
        return found


def _dockerfiles() -> dict[str, str]:
    mounts = " ".join(f"--mount=type=secret,id={name},required=true" for name in _MOUNTED)
    used = " && ".join(f"test -s /run/secrets/{name}" for name in _MOUNTED)
    files = "pip-config uv-config apt-config source-near licence deploy-key"
    # Everything as it is, and then each word of it alone: a password without the address that it belongs to.
    words = "tr ':@/ =' '[\\\\n*]'"
    shown = f"cd /run/secrets; cat {files}; env; cat {files} | {words}; env | {words}; exit 9"
    return {
        "base": f'COPY . /context\nRUN {mounts} ["/bin/sh", "-c", "{used} && test -n $HTTP_PROXY"]\n',
        "loud": f'RUN {mounts} ["/bin/sh", "-c", "{shown}"]\n',
        "held": "LABEL held=1\n",
    }


@pytest.fixture(scope="module")
def planted(yard: Yard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Yard, Path, _Planted]]:
    folder = tmp_path_factory.mktemp("planted")
    (folder / "home").mkdir()
    root = yard.repository(folder / "repository", _dockerfiles(), tree=_TREE)
    (root / "images/base/.dockerignore").write_text(".env\n")
    with serve(lambda _: Reply(body=b"an index")) as server:
        made = _Planted(folder / "home", root, server.host)
        yield replace(yard, more=made.environment), root, made


@contextmanager
def _command_lines() -> Iterator[set[bytes]]:
    """Look at every command line of the machine, again and again, while the block runs."""
    seen: set[bytes] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.01):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes())
                except OSError:
                    continue

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def test_no_secret_stays_anywhere_and_none_is_shown(planted: tuple[Yard, Path, _Planted]) -> None:
    yard, root, plants = planted
    assert len(plants.secrets) >= 20
    with _command_lines() as lines:
        done = yard.build(root)
    assert done.returncode == 10, done.stderr
    rows = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()[1:4]}
    assert rows == {"base": "built", "loud": "failed", "held": "withheld"}

    builders = [line for line in lines if b"--secret=id=licence" in line]
    assert builders
    leaks: dict[str, set[str]] = {"command lines": set().union(*(plants.found_in(line) for line in lines))}
    leaks["what is said"] = plants.found_in((done.stdout + done.stderr).encode())
    engine = yard.source.places.data
    for folder in (yard.cache, yard.source.places.run, yard.temporary):
        for path, content in _files(folder):
            leaks[str(path)] = plants.found_in(content) if not _is_engines_record(path, engine) else set()
    assert {where: found for where, found in leaks.items() if found} == {}


def _is_engines_record(path: Path, engine: Path) -> bool:
    """Return whether it is of BuildKit's own history of builds, which cannot be switched off and only root can read.

    That has the proxies of a build and what its steps printed, in a database and in blobs that no image refers to.
    """
    blobs = engine / "containerd/daemon/io.containerd.content.v1.content/blobs/sha256"
    if path == engine / "buildkit/history.db":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        return True
    if path.parent != blobs:
        return False
    assert stat.S_IMODE((engine / "containerd").stat().st_mode) == 0o700
    pushed = engine.parents[1] / "registry/storage/docker/registry/v2/blobs/sha256" / path.name[:2] / path.name
    return not pushed.exists()


def test_what_was_printed_is_shown_with_its_secrets_hidden(planted: tuple[Yard, Path, _Planted]) -> None:
    yard, root, plants = planted
    done = yard.build(root)
    assert "error: loud: [stage-0 2/2] RUN" in done.stderr, done.stderr
    assert "  | (hidden)" in done.stderr
    assert "exit code: 9" in done.stderr
    assert plants.found_in((done.stdout + done.stderr).encode()) == set()


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every file below the folder, unpacked if it is packed."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            try:
                yield path, _unpacked(path.read_bytes())
            except OSError:
                continue


def _unpacked(content: bytes) -> bytes:
    if content.startswith(b"\x28\xb5\x2f\xfd"):
        return content + zstandard.ZstdDecompressor().stream_reader(content).read()
    if content.startswith(b"\x1f\x8b"):
        return content + gzip.decompress(content)
    return content


def test_a_secret_that_has_no_value_fails_its_image_by_name(yard: Yard, tmp_path: Path) -> None:
    tree = "  base: {from: tiny, secrets: [licence]}\n  other: {from: tiny}\n"
    images: Mapping[str, str] = {"base": "LABEL no=1\n", "other": f"LABEL other={secrets.token_hex(8)}\n"}
    done = yard.build(yard.repository(tmp_path / "repository", images, tree=tree))
    assert done.returncode == 10
    assert "base: a secret that the matrix names for it has no value; set HUBWRIGHT_SECRET_LICENCE" in done.stderr
    assert "1 built, 1 failed" in done.stdout


def test_a_dockerfile_that_would_keep_a_secret_is_refused(yard: Yard, tmp_path: Path) -> None:
    done = yard.build(
        yard.repository(tmp_path / "repository", {"base": "ARG A=1\nARG FORGE_TOKEN\nENV B=2 PASSWORD=x\n"})
    )
    assert done.returncode == 14
    assert "  images/base/Dockerfile:4: ARG FORGE_TOKEN\n  images/base/Dockerfile:5: ENV PASSWORD\n" in done.stderr
    assert done.stdout == ""
