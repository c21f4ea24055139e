"""The token of a job, on its way from GitHub to AWS: both stand on loopback, and all between them is the real thing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import yaml

from fakes.web import Reply, Request, WebServer, serve
from helpers.workflow_cases import derived
from hubwright.engines.waiting import until

_SOON_S = 60
_ROLE = "arn:aws:iam::111122223333:role/hubwright-verify"
_ASSUMED = """\
<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleWithWebIdentityResult>
<Credentials><AccessKeyId>ASIAPLANTED</AccessKeyId><SecretAccessKey>planted</SecretAccessKey>
<SessionToken>planted</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>
"""
_ASK = "import boto3; print(boto3.Session().get_credentials().get_frozen_credentials().access_key)"


@dataclass
class _GitHub:
    """Gives out a new token each time it is asked with the right password."""

    given: int = 0
    refused: int = 0
    willing: bool = True

    def answer(self, request: Request) -> Reply:
        if not self.willing or request.headers.get("authorization") != "bearer planted":
            self.refused += 1
            return Reply(status=401)
        self.given += 1
        return Reply(body=json.dumps({"value": f"token {self.given}"}).encode())


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """Give a pipe that lets one who sleeps go on for each line in it."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sleep").write_text(f'#!/bin/sh\nread line < "{gate}"\n')
    (tmp_path / "bin/sleep").chmod(0o755)
    return gate


@contextmanager
def _action(tmp_path: Path, server: WebServer, bearer: str = "planted") -> Iterator[subprocess.Popen[str]]:
    """Run the action's script as GitHub does, and end what it leaves as GitHub does when the job ends."""
    (step,) = yaml.safe_load(derived("levels")[".github/actions/aws-token/action.yml"])["runs"]["steps"]
    (tmp_path / "script").write_text(step["run"])
    environment = {
        **os.environ,
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "AWS_TOKEN": str(tmp_path / "aws-token"),
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": bearer,
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"http://{server.host}/token?api-version=2.0",
    }
    argv = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(tmp_path / "script")]
    with subprocess.Popen(
        argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def test_the_token_is_there_for_its_owner_alone_and_stays_fresh(tmp_path: Path, gate: Path) -> None:
    token = tmp_path / "aws-token"
    with serve(_GitHub().answer) as server, _action(tmp_path, server) as process:
        printed, _ = process.communicate(timeout=_SOON_S)
        assert (process.returncode, printed, token.read_text()) == (0, "", "token 1")
        assert token.stat().st_mode & 0o777 == 0o600
        assert [request.path for request in server.requests] == ["/token?api-version=2.0&audience=sts.amazonaws.com"]
        gate.write_text("go on\n")
        assert until(lambda: token.read_text() == "token 2", timeout_s=_SOON_S)


def test_a_token_that_cannot_be_renewed_is_kept(tmp_path: Path, gate: Path) -> None:
    token, github = tmp_path / "aws-token", _GitHub()
    with serve(github.answer) as server, _action(tmp_path, server) as process:
        process.communicate(timeout=_SOON_S)
        github.willing = False
        gate.write_text("go on\n")
        assert until(lambda: github.refused == 1, timeout_s=_SOON_S)
        github.willing = True
        # Whoever comes back to the gate has done with the attempt that failed.
        gate.write_text("go on\n")
        assert until(lambda: token.read_text() == "token 2", timeout_s=_SOON_S)


@pytest.mark.usefixtures("gate")
def test_without_a_token_the_job_ends_at_once(tmp_path: Path) -> None:
    with serve(_GitHub().answer) as server, _action(tmp_path, server, bearer="wrong") as process:
        printed, _ = process.communicate(timeout=_SOON_S)
    assert process.returncode != 0
    assert ("401" in printed, "wrong" in printed) == (True, False)
    assert not (tmp_path / "aws-token").exists()


def test_the_variables_of_a_step_are_those_by_which_the_sdk_becomes_the_role(tmp_path: Path) -> None:
    (job,) = yaml.safe_load(derived("levels")[".github/workflows/prove.yml"])["jobs"].values()
    step = next(step for step in job["steps"] if step.get("name", "").startswith("Rehearse"))
    own = {name: value for name, value in step["env"].items() if name.startswith("AWS_")}
    assert own.pop("AWS_WEB_IDENTITY_TOKEN_FILE") == "${{ runner.temp }}/aws-token"
    assert own.pop("AWS_ROLE_SESSION_NAME") == "hubwright-${{ github.run_id }}"
    (tmp_path / "aws-token").write_text("the token")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    places = {"HOME": str(tmp_path), "AWS_WEB_IDENTITY_TOKEN_FILE": str(tmp_path / "aws-token")}
    with serve(lambda _: Reply(headers={"Content-Type": "text/xml"}, body=_ASSUMED.encode())) as server:
        environment = {**clean, **own, **places, "AWS_ENDPOINT_URL_STS": f"http://{server.host}"}
        done = subprocess.run(
            [sys.executable, "-c", _ASK], env=environment, capture_output=True, text=True, check=True, timeout=_SOON_S
        )
    assert done.stdout == "ASIAPLANTED\n"
    (request,) = server.requests
    asked = parse_qs(request.body.decode())
    assert (asked["Action"], asked["RoleArn"], asked["WebIdentityToken"]) == (
        ["AssumeRoleWithWebIdentity"],
        [_ROLE],
        ["the token"],
    )
