"""A registry on this machine: CNCF distribution out of Debian's package, on loopback, with its data in one folder.

It goes on running between commands, and is started again where it was killed or the machine was.
"""

import contextlib
import http.client
import json
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path

from hubwright.daemon import find_daemon, start_daemon, stop_daemon
from hubwright.debian import fetch
from hubwright.errors import EmbeddedRegistryError
from hubwright.frozen import dataclass
from hubwright.locking import locked
from hubwright.registries.timing import Timing

PACKAGE = "docker-registry"

_HOST = "127.0.0.1"
_READY_S = 30.0
_PROBE_S = 5.0
_POLL_S = 0.02
_GRACE_S = 10.0
_STUCK_GRACE_S = 1.0
_OK = 200
_LOG_TAIL = 2000
# Tells this registry from any other that may listen on the port by now.
_NAME_HEADER = "X-Hubwright-Registry"

_CONFIGURATION = """\
version: 0.1
log:
  level: warn
  accesslog: {{disabled: true}}
storage:
  filesystem: {{rootdirectory: {storage}}}
  delete: {{enabled: true}}
  maintenance:
    uploadpurging: {{enabled: true, age: 24h, interval: 24h, dryrun: false}}
http:
  addr: {host}:{port}
  secret: {secret}
  headers: {{{header}: [{name}]}}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Identity:
    """What stays the same for as long as the data folder lives: image names hold the port."""

    port: int
    name: str
    secret: str

    @property
    def host(self) -> str:
        return f"{_HOST}:{self.port}"


def install_program(cache: Path, environment: Mapping[str, str]) -> Path:
    """Return the registry's program, fetched from the packages of the host's own release if need be."""
    return fetch([PACKAGE], suite=None, cache=cache, environment=environment) / "usr/bin/docker-registry"


class EmbeddedRegistry:
    """The registry whose data is in this folder; any number of processes may hold one of these."""

    def __init__(self, *, program: Path, data: Path, timing: Timing | None = None) -> None:
        # The path is what the process is known by, so it has one spelling only.
        self._data = data.resolve()
        self._timing = timing or Timing()
        self._configuration = self._data / "config.yml"
        self.argv = (str(program), "serve", str(self._configuration))

    def start(self) -> str:
        """Return its `host:port`, with it running and answering; it is started only where it is not."""
        with self._locked():
            identity = self._identity() or self._new_identity()
            if find_daemon(self.argv) is None or not _answers(identity):
                # One that lives and does not answer is stuck, or stopped by somebody.
                stop_daemon(self.argv, grace_s=_STUCK_GRACE_S)
                self._start(identity)
            return identity.host

    def running(self) -> str | None:
        """Return its `host:port` if it runs and answers; nothing is started."""
        identity = self._identity()
        alive = identity is not None and find_daemon(self.argv) is not None and _answers(identity)
        return identity.host if identity and alive else None

    def stop(self) -> None:
        """End it; its data stays."""
        if self._data.is_dir():
            with self._locked():
                stop_daemon(self.argv, grace_s=_GRACE_S)

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        return locked(self._data / "lock")

    def _start(self, identity: _Identity) -> None:
        if not _is_free(identity.port):
            msg = (
                f"port {identity.port}, which this machine's registry had from its first start, is used by another "
                f"program. End that one, or delete {self._data / 'identity.json'} to have another port chosen"
            )
            raise EmbeddedRegistryError(msg)
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(
            _CONFIGURATION.format(
                # JSON's quotes are YAML's, and a path may hold anything.
                storage=json.dumps(str(self._data / "storage")),
                host=_HOST,
                port=identity.port,
                secret=identity.secret,
                header=_NAME_HEADER,
                name=identity.name,
            ),
            encoding="utf-8",
        )
        log = self._data / "log"
        # An empty environment: each REGISTRY_* variable would change the configuration.
        start_daemon(self.argv, environment={}, log=log)
        self._wait(identity, log)

    def _wait(self, identity: _Identity, log: Path) -> None:
        expires = self._timing.clock() + _READY_S
        while not _answers(identity):
            if find_daemon(self.argv) is None or self._timing.clock() >= expires:
                stop_daemon(self.argv, grace_s=0)
                said = log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:].strip() or "(nothing)"
                msg = f"the registry of this machine ({self.argv[0]}) does not start. Its log, {log}, ends with: {said}"
                raise EmbeddedRegistryError(msg)
            self._timing.sleep(_POLL_S)

    def _identity(self) -> _Identity | None:
        try:
            noted = json.loads((self._data / "identity.json").read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            noted = None
        match noted:
            case {"port": int(port), "name": str(name), "secret": str(secret)}:
                return _Identity(port=port, name=name, secret=secret)
            case _:
                msg = f"{self._data / 'identity.json'} cannot be read; delete it, and another port will be chosen"
                raise EmbeddedRegistryError(msg)

    def _new_identity(self) -> _Identity:
        identity = _Identity(port=_free_port(), name=secrets.token_hex(8), secret=secrets.token_hex(32))
        fresh = self._data / "identity.fresh"
        fresh.touch(mode=0o600)
        noted = {"port": identity.port, "name": identity.name, "secret": identity.secret}
        fresh.write_text(json.dumps(noted), encoding="utf-8")
        fresh.replace(self._data / "identity.json")
        return identity


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the registry does: connections of the one before, which are on their way out, do not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


def _answers(identity: _Identity) -> bool:
    connection = http.client.HTTPConnection(_HOST, identity.port, timeout=_PROBE_S)
    try:
        connection.request("GET", "/v2/")
        response = connection.getresponse()
        return response.status == _OK and response.getheader(_NAME_HEADER) == identity.name
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
