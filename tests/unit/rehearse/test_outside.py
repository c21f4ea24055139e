"""A server seen from outside; the server is a small real one, with one thing at a time wrong with it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from fakes.web import Broken, Reply, Request, WebServer, serve
from hubwright.rehearse.hub import outside
from hubwright.rehearse.hub.outside import View, activity_in, check_from_outside
from hubwright.rehearse.interface import Server
from hubwright.verdicts import Trial

PREFIX = "/user/ada/"
Serves = Callable[[Request], Reply | Broken | None]


class NotebookServer:
    """As much of a single-user server as is asked for; `instead` may answer first."""

    def __init__(self, instead: Serves) -> None:
        self.instead = instead
        self.files: dict[str, bytes] = {}

    def __call__(self, request: Request) -> Reply | Broken:
        answer = self.instead(request)
        if answer is not None:
            return answer
        if request.headers.get("authorization") != "token secret" and request.path != f"{PREFIX}api":
            return Reply(status=403)
        match request.method, request.path.removeprefix(f"{PREFIX}api"):
            case "GET", "":
                return Reply(headers={"X-JupyterHub-Version": "5.5.4"}, body=b'{"version": "2.21"}')
            case "POST", "/contents":
                self.files["Untitled.ipynb"] = b"{}"
                return Reply(status=201, body=b'{"path": "Untitled.ipynb"}')
            case method, path:
                return self._file(method, path.removeprefix("/contents/"), request.body)

    def _file(self, method: str, name: str, body: bytes) -> Reply:
        if name not in self.files:
            return Reply(status=404)
        if method == "PUT":
            self.files[name] = body
        elif method == "DELETE":
            del self.files[name]
            return Reply(status=204)
        return Reply(body=self.files[name])


@contextmanager
def _serving(instead: Serves) -> Iterator[tuple[WebServer, View]]:
    served = NotebookServer(instead)
    with serve(served) as web:
        server = Server(url=f"http://{web.host}{PREFIX}", token="secret")
        yield (
            web,
            View(
                server=server,
                jupyterhub="5.5.0",
                ready=lambda: True,
                activity=lambda: True,
                in_home=served.files.get,
            ),
        )


def _seen(instead: Serves = lambda _: None, **changed: Any) -> Trial:
    with _serving(instead) as (_, view):
        return check_from_outside(replace(view, **changed))


def _when(method: str, path: str, answer: Reply | Broken) -> Serves:
    return lambda request: answer if (request.method, request.path) == (method, PREFIX + path) else None


def test_a_server_that_works_gives_evidence_of_each_thing() -> None:
    trial = _seen()

    assert trial.passed
    assert trial.name == "server-outside"
    assert len({evidence.check for evidence in trial.evidence}) == len(trial.evidence) == 11


FILE = "api/contents/Untitled.ipynb"


@pytest.mark.parametrize(
    "instead, check",
    [
        (_when("GET", "api", Reply(status=404)), "the server's API answers below the user's address"),
        (_when("GET", "api", Reply()), "major version of the server's jupyterhub"),
        (
            _when("GET", "api", Reply(headers={"X-JupyterHub-Version": "4.1.6"})),
            "major version of the server's jupyterhub",
        ),
        (_when("GET", "api/contents", Reply()), "a stranger is refused"),
        (_when("POST", "api/contents", Reply(status=500)), "a new notebook can be made"),
        (_when("POST", "api/contents", Reply(status=201, body=b"[1]")), "it can be saved"),
        (_when("PUT", FILE, Reply(status=403)), "it can be saved"),
        (_when("GET", FILE, Reply(body=b'{"content": {"cells": []}}')), "it is read as it was saved"),
        (_when("GET", FILE, Reply(body=b"<html>")), "it is read as it was saved"),
        (_when("GET", FILE, Reply(body=b"[" * 200_000)), "it is read as it was saved"),
        (_when("DELETE", FILE, Reply(status=400)), "it can be deleted"),
        (_when("DELETE", FILE, Reply(status=204)), "it is gone then"),
    ],
)
def test_what_is_wrong_is_found(instead: Serves, check: str) -> None:
    trial = _seen(instead)

    assert f"server-outside, {check}" in [finding.where for finding in trial.findings]


def test_a_file_that_can_be_called_by_no_name_is_not_looked_for() -> None:
    def in_home(name: str) -> bytes | None:
        assert name.encode()
        return None

    trial = _seen(_when("POST", "api/contents", Reply(status=201, body=b'{"path": "\\ud800"}')), in_home=in_home)
    assert "server-outside, it lies in the home's volume" in [finding.where for finding in trial.findings]


@pytest.mark.parametrize(
    "changed, check",
    [
        ({"ready": lambda: False}, "the hub calls the server ready"),
        ({"activity": lambda: False}, "the server reports its activity to the hub"),
        ({"in_home": lambda _: None}, "it lies in the home's volume"),
        ({"in_home": lambda _: b"{}"}, "it lies in the home's volume"),
    ],
)
def test_what_others_say_counts(changed: dict[str, Any], check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "_ACTIVITY_S", 0.05)
    monkeypatch.setattr(outside, "_POLL_S", 0.001)

    (finding,) = _seen(**changed).findings

    assert finding.where == f"server-outside, {check}"
    assert finding.advice or check.startswith("the hub")


def test_activity_may_come_a_little_later() -> None:
    answers = iter([False, True])

    assert _seen(activity=lambda: next(answers)).passed


def test_a_server_that_stops_to_answer_is_a_finding_and_what_was_seen_stays() -> None:
    trial = _seen(_when("POST", "api/contents", Broken(reset=True)))

    assert len(trial.evidence) == 5
    (finding,) = trial.findings
    assert finding.expected == "answers"


def test_a_server_that_answers_a_byte_at_a_time_is_a_finding_and_what_was_seen_stays() -> None:
    slow = Broken(data=Reply(status=201, body=b'{"path": "Untitled.ipynb"}').encode("POST"), a_byte_each_s=0.05)
    with _serving(_when("POST", "api/contents", slow)) as (_, view):
        trial = check_from_outside(view, answer_s=2.0)

    assert len(trial.evidence) == 5
    (finding,) = trial.findings
    assert (finding.expected, "timed out" in finding.seen) == ("answers", True)


def test_a_flood_is_not_read_to_its_end() -> None:
    flood = json.dumps({"content": "x" * (2 << 20)}).encode()

    assert not _seen(_when("GET", FILE, Reply(body=flood))).passed


def test_the_activity_of_one_user_is_not_anothers() -> None:
    log = "[I 2026-11-21 10:35:51.688 JupyterHub log:192] 200 POST /hub/api/users/ada/activity (ada@10.0.0.2) 6.71ms"

    assert activity_in(log, "ada")
    assert not activity_in(log, "ad")
    assert not activity_in(log.replace(" 200 ", " 403 "), "ada")
