"""The Docker engine that is there already: the one DOCKER_HOST names, or the docker client's context."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from hubwright.engines.asking import listens
from hubwright.engines.interface import Engine, Say
from hubwright.errors import EngineIncompleteError, EngineUnreachableError, NoEngineError, ProcessError
from hubwright.frozen import dataclass
from hubwright.process import run

_ANSWER_S = 15
_USUAL_SOCKET = "unix:///var/run/docker.sock"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Endpoint:
    """Where an engine should be; `chosen` if a person said so, so that nothing else may stand in for it."""

    address: str
    chosen: bool

    @property
    def socket(self) -> Path | None:
        scheme, _, path = self.address.partition("://")
        return Path(path) if scheme == "unix" else None


@dataclass(frozen=True, kw_only=True, slots=True)
class DockerEngine:
    """The engine that the docker client in this environment would use; it is never started or stopped here.

    `usual_socket` is where an engine listens that nobody named.
    """

    environment: Mapping[str, str]
    usual_socket: str = _USUAL_SOCKET

    def find(self) -> Engine | None:
        docker = shutil.which("docker", path=self.environment.get("PATH", ""))
        endpoint = self._endpoint(docker)
        if not _somebody_listens(endpoint):
            return None
        if docker is None:
            msg = (
                f"a Docker engine listens at {endpoint.address}, and its client `docker` is not on PATH; install it "
                "(on Debian: apt-get install docker-cli docker-buildx)"
            )
            raise EngineIncompleteError(msg)
        version = self._version(docker, endpoint)
        self._require_buildx(docker, endpoint)
        # A context can hold keys that an address cannot say; a client in this environment finds them by itself.
        found = {"DOCKER_HOST": endpoint.address} if endpoint.socket else {}
        return Engine(
            name=f"Docker {version} at {endpoint.address}",
            address=endpoint.address,
            environment=found,
            docker=docker,
            buildx=(docker, "buildx"),
        )

    def ensure(self, say: Say) -> Engine:
        del say
        engine = self.find()
        if engine is None:
            msg = "no Docker engine answers on this machine; start one, or name one in DOCKER_HOST"
            raise NoEngineError(msg)
        return engine

    def _endpoint(self, docker: str | None) -> _Endpoint:
        if address := self.environment.get("DOCKER_HOST"):
            return _Endpoint(address=address, chosen=True)
        if docker is None:
            return _Endpoint(address=self.usual_socket, chosen=False)
        try:
            argv = (docker, "context", "inspect", "--format", "{{json .}}")
            context = json.loads(run(argv, environment=self.environment, timeout_s=_ANSWER_S).stdout)
            name, address = context["Name"], context["Endpoints"]["docker"]["Host"]
        except (ProcessError, ValueError, KeyError, TypeError) as error:
            msg = f"the docker client cannot say which engine it would use; see `docker context ls`. {error}"
            raise EngineUnreachableError(msg) from error
        if name == "default":
            return _Endpoint(address=self.usual_socket, chosen=False)
        return _Endpoint(address=address, chosen=True)

    def _version(self, docker: str, endpoint: _Endpoint) -> str:
        argv = (docker, "version", "--format", "{{.Server.Version}}")
        try:
            answer = run(argv, environment=self._asking(endpoint), timeout_s=_ANSWER_S)
        except ProcessError as error:
            msg = f"the Docker engine at {endpoint.address} could not be asked; does `docker version` work? {error}"
            raise EngineUnreachableError(msg) from error
        return answer.stdout.decode("utf-8", "replace").strip()

    def _require_buildx(self, docker: str, endpoint: _Endpoint) -> None:
        try:
            run((docker, "buildx", "version"), environment=self._asking(endpoint), timeout_s=_ANSWER_S)
        except ProcessError as error:
            msg = (
                f"the Docker engine at {endpoint.address} answers, and images cannot be built with it: the client has "
                f"no buildx; install it (on Debian: apt-get install docker-buildx). {error}"
            )
            raise EngineIncompleteError(msg) from error

    def _asking(self, endpoint: _Endpoint) -> dict[str, str]:
        return {**self.environment, **({"DOCKER_HOST": endpoint.address} if endpoint.socket else {})}


def _somebody_listens(endpoint: _Endpoint) -> bool:
    """Return False where there is no engine; one that was chosen and is not there is an error instead."""
    if endpoint.socket is None:
        # Whether a machine far away has an engine is for the client to find out.
        return True
    try:
        if listens(endpoint.socket, timeout_s=_ANSWER_S):
            return True
    except OSError as error:
        msg = (
            f"the Docker engine at {endpoint.address} could not be asked: {error.strerror or error}. Who may use it is "
            "usually in the group `docker`"
        )
        raise EngineUnreachableError(msg) from error
    if endpoint.chosen:
        msg = (
            f"no engine listens at {endpoint.address}, which DOCKER_HOST or the docker context names; start it, or "
            "unset the name to have one found or set up"
        )
        raise EngineUnreachableError(msg)
    return False
