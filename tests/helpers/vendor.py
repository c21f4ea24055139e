"""A vendor's package index and apt repository, made here and served at an address that builds can reach.

The packages go by the vendor's names and hold next to nothing. The index answers in both forms that there are, and
names hashes for some files only, as such indexes do.
"""

import base64
import hashlib
import http.server
import json
import os
import ssl
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path

import trustme

_JSON = "application/vnd.pypi.simple.v1+json"
_DATE = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A folder with an `index` and an `apt` repository, and one with the key that signs the latter."""

    folder: Path
    suite: str
    keys: Path

    def public_key(self) -> str:
        return self._gpg("--armor", "--export")

    def publish_wheel(self, name: str, version: str, modules: Mapping[str, str], requires: Sequence[str] = ()) -> None:
        """Put a wheel into the index, in place of one of the same name and version."""
        project = self.folder / "index" / name
        project.mkdir(parents=True, exist_ok=True)
        stem = f"{name.replace('-', '_')}-{version}"
        needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
        files = {f"{module}/__init__.py": text for module, text in modules.items()}
        files[f"{stem}.dist-info/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
        files[f"{stem}.dist-info/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        record = "".join(f"{path},{_record_hash(text)},{len(text.encode())}\n" for path, text in files.items())
        files[f"{stem}.dist-info/RECORD"] = record + f"{stem}.dist-info/RECORD,,\n"
        with zipfile.ZipFile(project / f"{stem}-py3-none-any.whl", "w") as wheel:
            for path, text in files.items():
                wheel.writestr(zipfile.ZipInfo(path, _DATE), text)

    def publish_package(self, name: str, version: str, files: Mapping[str, str], *, depends: str = "") -> Path:
        """Put a Debian package into the repository, and return its archive; its files are programs."""
        pool = self.folder / "apt/pool"
        pool.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as made:
            root = Path(made) / "root"
            control = f"Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: none\n"
            control += f"Depends: {depends}\n" if depends else ""
            control += "Description: stand-in\n"
            for path, text in {"DEBIAN/control": control, **files}.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text)
                (root / path).chmod(0o644 if path.startswith("DEBIAN/") else 0o755)
            root.chmod(0o755)
            archive = pool / f"{name}_{version}_amd64.deb"
            _run("dpkg-deb", "--root-owner-group", "--build", str(root), str(archive))
        self._sign()
        return archive

    def _sign(self) -> None:
        apt = self.folder / "apt"
        lists = apt / f"dists/{self.suite}/main/binary-amd64"
        lists.mkdir(parents=True, exist_ok=True)
        # As real archives have it: the newest of each name is listed, and others stay in the pool.
        archives = sorted((apt / "pool").glob("*.deb"), key=lambda archive: archive.stat().st_mtime_ns)
        newest = {archive.name.partition("_")[0]: archive for archive in archives}
        packages = "\n".join(_entry(newest[name]) for name in sorted(newest)).encode()
        (lists / "Packages").write_bytes(packages)
        release = (
            f"Origin: Stand-in\nSuite: {self.suite}\nCodename: {self.suite}\nArchitectures: amd64\nComponents: main\n"
            "Date: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n"
            f" {hashlib.sha256(packages).hexdigest()} {len(packages)} main/binary-amd64/Packages\n"
        )
        unsigned = lists.parents[1] / "Release"
        unsigned.write_text(release)
        signed = lists.parents[1] / "InRelease"
        self._gpg("--yes", "--digest-algo", "SHA512", "--clearsign", "--output", str(signed), str(unsigned))

    def _gpg(self, *arguments: str) -> str:
        return _run("gpg", "--homedir", str(self.keys), "--batch", "--quiet", *arguments)


def _run(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout


def _entry(archive: Path) -> str:
    digest, size = hashlib.sha256(archive.read_bytes()).hexdigest(), archive.stat().st_size
    return f"{_run('dpkg-deb', '-f', str(archive))}Filename: pool/{archive.name}\nSize: {size}\nSHA256: {digest}\n"


def _record_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


@contextmanager
def made(folder: Path, *, suite: str = "noble") -> Iterator[Vendor]:
    """Give a vendor with a key and nothing published; the agent that gpg starts for it ends with the context."""
    folder.mkdir(parents=True)
    # The agent's sockets lie in there, and their paths have to be short; it takes them away while it ends.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as keys:
        vendor = Vendor(folder=folder, suite=suite, keys=Path(keys))
        try:
            vendor._gpg(
                "--passphrase", "", "--quick-gen-key", "Stand-in <vendor@localhost>", "ed25519", "sign", "never"
            )
            yield vendor
        finally:
            _run("gpgconf", "--homedir", keys, "--kill", "all")


@dataclass(frozen=True, kw_only=True)
class Served:
    """Where a vendor is served: the index under a certificate of its own authority, the repository without."""

    index: str
    apt: str
    authority: bytes


@contextmanager
def served(vendor: Vendor, address: str) -> Iterator[Served]:
    """Serve the vendor's folders at an address of this machine."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(address).configure_cert(context)
    with ExitStack() as stack:
        index = stack.enter_context(
            listening(address, partial(_Index, directory=str(vendor.folder / "index")), context)
        )
        apt = stack.enter_context(listening(address, partial(Quiet, directory=str(vendor.folder / "apt"))))
        yield Served(
            index=f"https://{address}:{index}/",
            apt=f"http://{address}:{apt}",
            authority=authority.cert_pem.bytes(),
        )


@contextmanager
def listening(
    address: str, handler: Callable[..., http.server.BaseHTTPRequestHandler], context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Give the port of a server that runs until the end of the context."""
    with http.server.ThreadingHTTPServer((address, 0), handler) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


class _Index(Quiet):
    """Pages of projects; files lie beside them."""

    def do_GET(self) -> None:
        folder = Path(self.translate_path(self.path))
        if not folder.is_dir():
            super().do_GET()
            return
        files = sorted(folder.glob("*.whl"))
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        # Every other project in the newer form, with hashes; the others in the older form, without.
        newer = len(folder.name) % 2 == 0 and _JSON in self.headers.get("Accept", "")
        if newer:
            listed = [{"filename": name, "url": name, "hashes": {"sha256": digest}} for name, digest in hashes.items()]
            page = json.dumps({"meta": {"api-version": "1.0"}, "name": folder.name, "files": listed})
        else:
            page = "<!DOCTYPE html>\n" + "".join(f'<a href="{name}">{name}</a>\n' for name in hashes)
        body = page.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", _JSON if newer else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
