"""AWS's control plane on loopback, with answers that a test decides: the SDK's own way there and back is the real one.

Moto answers where it is right; this is for what moto gets wrong or cannot do: refusals, throttling, faults, tokens that
live as long as real ones.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import boto3

from fakes.timing import FakeTime
from fakes.web import Broken, Reply, Request, WebServer, serve
from hubwright.model import EcrRegistry
from hubwright.registries.ecr import Ecr, connect

ACCOUNT = "111122223333"
REGION = "us-west-2"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
REGISTRY = EcrRegistry(account=ACCOUNT, region=REGION, prefix="jupyter")
NOW_S = 1_800_000_000
NOW = "Fri, 15 Jan 2027 08:00:00 GMT"
HALF_A_DAY_S = 12 * 3600

# What a test wants an operation to be answered with: a document, a reason, or whatever goes over the wire.
Scripted = Mapping[str, Any] | Reply | Broken
Script = Callable[[Mapping[str, Any]], Scripted]


def refusal(code: str, message: str = "no", *, status: int = 400) -> Reply:
    body = {"__type": code, "message": message}
    return Reply(status=status, headers={"Content-Type": "application/x-amz-json-1.1"}, body=json.dumps(body).encode())


def token(password: str, *, lives_s: float = HALF_A_DAY_S, host: str = HOST) -> dict[str, Any]:
    given = {
        "authorizationToken": base64.b64encode(f"AWS:{password}".encode()).decode(),
        "expiresAt": NOW_S + lives_s,
        "proxyEndpoint": f"https://{host}",
    }
    return {"authorizationData": [given]}


@dataclass
class FakeAws:
    """`script` answers by the name of the operation; `asked` are the operations in order."""

    script: dict[str, Script] = field(default_factory=dict)
    account: str = ACCOUNT
    asked: list[str] = field(default_factory=list)
    time: FakeTime = field(default_factory=FakeTime)

    def answer(self, request: Request) -> Reply | Broken:
        target = request.headers.get("x-amz-target", "")
        operation = target.rpartition(".")[2] or parse_qs(request.body.decode())["Action"][0]
        self.asked.append(operation)
        if operation == "GetCallerIdentity" and operation not in self.script:
            return _identity(self.account)
        parameters = json.loads(request.body) if target else {}
        script = self.script.get(operation)
        scripted = script(parameters) if script else refusal("AccessDeniedException", "not scripted")
        if isinstance(scripted, Reply | Broken):
            return scripted
        headers = {"Content-Type": "application/x-amz-json-1.1", "Date": NOW}
        return Reply(headers=headers, body=json.dumps(scripted).encode())

    @contextmanager
    def serve(self, *, deadline_s: float = 30.0) -> Iterator[Ecr]:
        with serve(self.answer) as server:
            yield connect(
                REGISTRY, sessions=lambda: LocalSession(server), timing=self.time.timing(), deadline_s=deadline_s
            )


def _identity(account: str) -> Reply:
    said = f"<Arn>arn:aws:iam::{account}:user/someone</Arn><UserId>A</UserId><Account>{account}</Account>"
    result = f"<GetCallerIdentityResult>{said}</GetCallerIdentityResult>"
    body = f'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">{result}</GetCallerIdentityResponse>'
    return Reply(headers={"Content-Type": "text/xml"}, body=body.encode())


class LocalSession:
    """Makes the SDK's own clients, which find AWS on loopback."""

    def __init__(self, server: WebServer) -> None:
        self._server = server

    def client(self, service: str, **settings: Any) -> Any:
        session = boto3.Session(aws_access_key_id="AKIAPLANTED", aws_secret_access_key="planted", aws_session_token="t")
        return session.client(service, endpoint_url=f"http://{self._server.host}", **settings)  # type: ignore[call-overload] # any service
