"""A program for a network of its own, in which ECR's true host name is this machine: CNCF distribution behind TLS.

Everything a production run sends is sent here: the host AWS gave, on port 443, the user AWS with a token that ends.
Only AWS's control plane is scripted. Prints `done` at its end.
"""

import fcntl
import http.client
import json
import os
import socket
import ssl
import struct
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from fakes.aws import HALF_A_DAY_S, HOST, FakeAws, token
from fakes.content import EMPTY, image_body, push_image, push_proof
from fakes.web import Broken, Reply, Request, WebServer, serve
from hubwright.process import run
from hubwright.registries.docker_login import docker_login
from hubwright.registries.ecr import Ecr
from hubwright.registries.ecr_policy import image_repository
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.interface import DOCKER_MANIFEST, OCI_MANIFEST, sha256_digest
from hubwright.registries.oci import Endpoint, OciRegistry

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
REPOSITORY = image_repository("jupyter", "base")


class Front:
    """What ECR has before its storage: TLS, and a token that it may stop to accept."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self.accepted = "t1"
        self.refusals: list[str] = []

    def answer(self, request: Request) -> Reply | Broken:
        sent = request.headers.get("authorization")
        assert request.headers["host"] == HOST
        if sent != f"Basic {b64encode(f'AWS:{self.accepted}'.encode()).decode()}":
            self.refusals.append(sent or "")
            if sent:
                said = {
                    "code": "DENIED",
                    "message": "Your authorization token has expired. Reauthenticate and try again.",
                }
                return Reply(status=403, body=json.dumps({"errors": [said]}).encode())
            return Reply(status=401, headers={"WWW-Authenticate": f'Basic realm="https://{HOST}/",service="ecr"'})
        return self._forward(request)

    def _forward(self, request: Request) -> Reply:
        connection = http.client.HTTPConnection(self._upstream, timeout=30)
        try:
            # The registry makes its addresses from these, so they are production's as well.
            headers = {**request.headers, "x-forwarded-proto": "https"}
            connection.request(request.method, request.path, body=request.body, headers=headers)
            response = connection.getresponse()
            body = response.read()
            kept = {name: value for name, value in response.getheaders() if name.lower() != "content-length"}
            length = {"Content-Length": response.headers["Content-Length"]} if request.method == "HEAD" else {}
            return Reply(status=response.status, headers={**kept, **length}, body=body)
        finally:
            connection.close()


def enter(folder: Path) -> None:
    """Make this network have a loopback, and this machine ECR's name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = struct.unpack("16sh", fcntl.ioctl(control, _SIOCGIFFLAGS, struct.pack("16sh", b"lo", 0)))[1]
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | _IFF_UP))
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 {HOST}\n")
    run(["mount", "--bind", str(hosts), "/etc/hosts"], environment={"PATH": os.environ["PATH"]}, timeout_s=30)


@contextmanager
def front(upstream: str, folder: Path) -> Iterator[tuple[Front, WebServer, Path]]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(tls)
    before = Front(upstream)
    with serve(before.answer, tls=tls, port=443) as server:
        yield before, server, folder / "ca.pem"


def push_and_pull(ecr: Ecr, before: Front, registry: OciRegistry, aws: FakeAws) -> None:
    """Push what a run pushes, with a token that ends in the middle, and read it all back."""
    image = push_image(registry, REPOSITORY, f"fp-{'0' * 64}")
    assert ecr.credentials.host == HOST
    aws.time.now += 3600
    before.accepted = "t2"
    proof = push_proof(registry, REPOSITORY, "proof-1", image, b"evidence")
    assert registry.resolve(REPOSITORY, "proof-1") == proof
    assert registry.resolve(REPOSITORY, "fp-1") is None
    stored = registry.manifest(REPOSITORY, image.digest)
    assert stored
    assert stored.body == image_body(b"a layer")
    assert registry.blob(REPOSITORY, sha256_digest(b"evidence"), limit=100) == b"evidence"
    assert registry.put_manifest(REPOSITORY, "latest", stored.body, OCI_MANIFEST).descriptor == image
    assert registry.push_blob(REPOSITORY, EMPTY) == sha256_digest(EMPTY)
    assert aws.asked.count("GetAuthorizationToken") == 2
    # The answer to a HEAD has no words to tell why, so one more request was needed to know.
    refused = [sent for sent in before.refusals if sent]
    assert len(refused) == 2
    # Half of its life later, the next one comes before the last is refused.
    aws.time.now += HALF_A_DAY_S / 2
    before.accepted = "t3"
    assert registry.resolve(REPOSITORY, "latest") == image
    assert [sent for sent in before.refusals if sent] == refused


def push_for_docker(registry: OciRegistry) -> None:
    """Push what this command of docker can show: no manifest of the OCI's."""
    config = b'{"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}'
    described = {"mediaType": CONFIG_TYPE, "digest": registry.push_blob(REPOSITORY, config), "size": len(config)}
    manifest = {"schemaVersion": 2, "mediaType": DOCKER_MANIFEST, "config": described, "layers": []}
    registry.put_manifest(REPOSITORY, "docker", json.dumps(manifest).encode(), DOCKER_MANIFEST)


def ask_docker(docker: Path, ecr: Ecr, folder: Path, authority: Path) -> None:
    """Have docker's own client read our login, past a store of credentials that is not there."""
    own = folder / "own"
    own.mkdir()
    (own / "config.json").write_text('{"credsStore": "not-there", "experimental": "enabled"}')
    with docker_login({HOST: ecr.credentials(refused=False)}, own=own, parents=[folder]) as login:
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "SSL_CERT_FILE": str(authority)}
        argv = [str(docker), "manifest", "inspect", f"{HOST}/{REPOSITORY}:docker"]
        shown = run(argv, environment={**environment, **login.environment}, timeout_s=60)
    assert json.loads(shown.stdout)["config"]["mediaType"] == CONFIG_TYPE
    assert not login.folder.exists()


def main(program: Path, docker: Path, folder: Path) -> None:
    enter(folder)
    storage = EmbeddedRegistry(program=program, data=folder / "data")
    passwords = iter(["t1", "t2", "t3"])
    aws = FakeAws(script={"GetAuthorizationToken": lambda _: token(next(passwords))})
    try:
        with aws.serve() as ecr, front(storage.start(), folder) as (before, server, authority):
            endpoint = Endpoint(host=ecr.credentials.host, ca_file=authority, credentials=ecr.credentials)
            registry = OciRegistry(endpoint)
            push_and_pull(ecr, before, registry, aws)
            push_for_docker(registry)
            ask_docker(docker, ecr, folder, authority)
            assert len(server.requests) > 10
    finally:
        storage.stop()


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
    print("done")
