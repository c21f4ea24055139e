"""Amazon ECR on this machine: its true host name behind TLS, CNCF distribution as its storage, and AWS's own calls.

A program that is started with `Site.argv` and `Site.environment` finds ECR's name at a loopback address of this site
alone, by a hosts file in a mount namespace of its own. So does everything that it starts, a container engine too.
"""

import json
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trustme

from fakes.aws import ACCOUNT, HALF_A_DAY_S, HOST, FakeAws, refusal, token
from fakes.fault_proxy import Pick, breaking, forward, never
from fakes.web import Broken, Reply, Request, serve
from hubwright.registries.oci import Endpoint, OciRegistry

_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_EXPIRED = "Your authorization token has expired. Reauthenticate and try again."


@dataclass
class Repositories:
    """What AWS keeps about repositories, as far as Hubwright asks; `made` is by name, `storage` has their images."""

    storage: str
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    lifecycles: dict[str, str] = field(default_factory=dict)

    def script(self) -> dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any] | Reply]]:
        return {
            "DescribeRepositories": self._describe,
            "CreateRepository": self._create,
            "GetLifecyclePolicy": self._lifecycle,
            "PutLifecyclePolicy": self._put_lifecycle,
            "ListImages": lambda _: {"imageIds": []},
            "BatchDeleteImage": self._delete,
        }

    def _describe(self, asked: Mapping[str, Any]) -> Mapping[str, Any] | Reply:
        (name,) = asked["repositoryNames"]
        return {"repositories": [self.made[name]]} if name in self.made else refusal("RepositoryNotFoundException")

    def _create(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self.made[asked["repositoryName"]] = dict(asked)
        return {"repository": dict(asked)}

    def _lifecycle(self, asked: Mapping[str, Any]) -> Mapping[str, Any] | Reply:
        text = self.lifecycles.get(asked["repositoryName"])
        return {"lifecyclePolicyText": text} if text else refusal("LifecyclePolicyNotFoundException")

    def _put_lifecycle(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self.lifecycles[asked["repositoryName"]] = asked["lifecyclePolicyText"]
        return {"lifecyclePolicyText": asked["lifecyclePolicyText"]}

    def _delete(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        (image,) = asked["imageIds"]
        janitor = OciRegistry(Endpoint(host=self.storage))
        if janitor.delete_manifest(asked["repositoryName"], image["imageDigest"]):
            return {"imageIds": [image], "failures": []}
        return {"imageIds": [], "failures": [{"imageId": image, "failureCode": "ImageNotFound"}]}


@dataclass
class Site:
    """`expires` says of a request that the token it is sent with ends at this moment; AWS then gives another one.

    `breaks` picks faults for what Hubwright itself sends, by the number of its requests.
    """

    folder: Path
    address: str
    upstream: str
    repositories: Repositories
    aws: FakeAws = field(default_factory=FakeAws)
    expires: Callable[[Request], bool] = lambda _: False
    breaks: Pick = never
    requests: list[Request] = field(default_factory=list)
    # What docker has pushed since the last reset, by the path of its manifests.
    pushes: list[str] = field(default_factory=list)
    logins_seen: int = 0
    control: str = ""
    password: str = "t1"
    lives_s: float = HALF_A_DAY_S

    def reset(self) -> None:
        """Forget what a test has set; repositories stay, as images do."""
        self.aws.script = {**self.repositories.script(), "GetAuthorizationToken": lambda _: self._token()}
        self.aws.account = ACCOUNT
        self.aws.asked.clear()
        self.pushes.clear()
        self.logins_seen = 0
        self.lives_s, self.expires, self.breaks, self.requests = HALF_A_DAY_S, lambda _: False, never, []

    def _token(self) -> dict[str, Any]:
        return token(self.password, lives_s=self.lives_s)

    @property
    def environment(self) -> dict[str, str]:
        """What AWS's programs and TLS need to find this site."""
        return {
            "AWS_ENDPOINT_URL": f"http://{self.control}",
            "AWS_ACCESS_KEY_ID": "AKIAPLANTED",
            "AWS_SECRET_ACCESS_KEY": "planted",
            "AWS_EC2_METADATA_DISABLED": "true",
            "SSL_CERT_FILE": str(self.folder / "bundle.pem"),
        }

    def argv(self, command: Sequence[str]) -> list[str]:
        """Return how the command is started so that ECR's name leads here."""
        script = 'mount --bind "$1" /etc/hosts && mount --bind "$2" /dev/shm && shift 2 && exec "$@"'
        folders = (str(self.folder / "hosts"), str(self.memory))
        return ["unshare", "--mount", "--", "sh", "-c", script, "sh", *folders, *command]

    @property
    def memory(self) -> Path:
        """Where programs that are started here find the machine's memory, and keep logins."""
        return self.folder / "memory"

    def answer(self, request: Request) -> Reply | Broken:
        assert request.headers["host"] == HOST
        sent = request.headers.get("authorization")
        if sent == _basic(self.password) and self.expires(request):
            self.password += "+"
        if sent is None:
            return Reply(status=401, headers={"WWW-Authenticate": f'Basic realm="https://{HOST}/",service="ecr"'})
        if sent != _basic(self.password):
            return _error(403, "DENIED", _EXPIRED)
        if self._repository(request.path) not in {*self.repositories.made, None}:
            return _error(404, "NAME_UNKNOWN", "The repository does not exist in the registry")
        return self._passed_on(request)

    def _passed_on(self, request: Request) -> Reply | Broken:
        # The registry makes its addresses from these, so they are production's as well.
        onward = Request(
            method=request.method,
            path=request.path,
            headers={**request.headers, "x-forwarded-proto": "https"},
            body=request.body,
        )
        if not is_ours(request):
            if request.method == "PUT" and "/manifests/" in request.path:
                self.pushes.append(request.path)
                self.logins_seen += len(list(self.memory.iterdir()))
            return forward(self.upstream, onward)
        self.requests.append(request)
        return breaking(self.breaks, len(self.requests) - 1, onward, lambda each: forward(self.upstream, each))

    def _repository(self, path: str) -> str | None:
        parts = urlsplit(path).path.removeprefix("/v2/")
        kinds = ("/manifests/", "/blobs/", "/referrers/", "/tags/")
        return next((parts.partition(kind)[0] for kind in kinds if kind in parts), None)


def is_ours(request: Request) -> bool:
    """Return whether Hubwright itself sends it, and not docker."""
    return request.headers.get("user-agent", "").startswith("hubwright")


def _basic(password: str) -> str:
    return f"Basic {b64encode(f'AWS:{password}'.encode()).decode()}"


def _error(status: int, code: str, message: str) -> Reply:
    return Reply(status=status, body=json.dumps({"errors": [{"code": code, "message": message}]}).encode())


@contextmanager
def ecr_site(folder: Path, upstream: str, *, address: str) -> Iterator[Site]:
    """Serve the site; `upstream` is the registry that stores what is pushed, `address` one of loopback's."""
    (folder / "memory").mkdir(parents=True)
    authority = trustme.CA()
    (folder / "bundle.pem").write_bytes(_BUNDLE.read_bytes() + authority.cert_pem.bytes())
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{address} {HOST}\n")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(tls)
    site = Site(folder=folder, address=f"{address}:443", upstream=upstream, repositories=Repositories(storage=upstream))
    with serve(site.aws.answer) as control, serve(site.answer, tls=tls, address=address, port=443):
        site.control = control.host
        site.reset()
        yield site
