"""A server as it looks from outside: to its hub, to a stranger, and to a user who saves a first notebook."""

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from http import HTTPStatus
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from hubwright.canonical import Canonical
from hubwright.frozen import dataclass
from hubwright.proxies import Proxies
from hubwright.registries.connection import Pools
from hubwright.rehearse.interface import Server
from hubwright.verdicts import OUTSIDE, Evidence, Finding, Trial

_ANSWER_S = 20.0
_ACTIVITY_S = 10.0
_POLL_S = 0.1
_LARGEST_ANSWER = 1 << 20
_HUB_VERSION = "X-JupyterHub-Version"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What is asked about a server by other ways than its own address.

    `ready` is what the hub says. `activity` tells whether the server has told the hub that it is used. `in_home`
    returns a file of the home, or None where there is none of this name.
    """

    server: Server
    jupyterhub: str
    ready: Callable[[], bool]
    activity: Callable[[], bool]
    in_home: Callable[[str], bytes | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    document: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class _Record:
    """What was seen so far; a difference is a finding as well."""

    evidence: list[Evidence] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def show(self, check: str, expected: Canonical, seen: Canonical, advice: str = "") -> bool:
        self.evidence.append(Evidence(check=check, expected=expected, seen=seen, where=OUTSIDE))
        if seen != expected:
            self.findings.append(
                Finding(where=f"{OUTSIDE}, {check}", expected=_shown(expected), seen=_shown(seen), advice=advice)
            )
        return seen == expected


def check_from_outside(view: View, *, answer_s: float = _ANSWER_S) -> Trial:
    """Return what was seen; a server that stops to answer is a finding, and so is an answer that takes longer."""
    began = time.monotonic()
    record = _Record()
    # A server that answers a byte at a time must not keep us for ever.
    with Pools(connections=1, ca_file=None, proxies=Proxies()).to(view.server.url) as http:
        browser = _Browser(http=http, server=view.server, answer_s=answer_s)
        try:
            _check_identity(record, browser, view)
            _check_notebook(record, browser, view)
        except HTTPError as error:
            finding = Finding(
                where=OUTSIDE, expected="answers", seen=str(error), advice="look at the server's last lines"
            )
            record.findings.append(finding)
    return Trial(
        name=OUTSIDE,
        evidence=tuple(record.evidence),
        findings=tuple(record.findings),
        seconds=time.monotonic() - began,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Browser:
    http: urllib3.PoolManager
    server: Server
    answer_s: float

    def ask(self, method: str, path: str, body: object = None, *, token: bool = True) -> _Answer:
        headers = {"Authorization": f"token {self.server.token}"} if token else {}
        answer = self.http.request(
            method,
            self.server.url + path,
            headers=headers,
            body=None if body is None else json.dumps(body),
            timeout=urllib3.Timeout(connect=self.answer_s, read=self.answer_s),
            redirect=False,
            preload_content=False,
        )
        try:
            # What answers is what is judged: it may send anything, and any amount of it.
            document = json.loads(answer.read(_LARGEST_ANSWER) or b"null")
        except (ValueError, RecursionError):
            document = None
        finally:
            answer.release_conn()
        return _Answer(status=answer.status, headers=answer.headers, document=document)


def _check_identity(record: _Record, browser: _Browser, view: View) -> None:
    record.show("the hub calls the server ready", expected=True, seen=view.ready())
    answer = browser.ask("GET", "api")
    record.show(
        "the server's API answers below the user's address",
        HTTPStatus.OK.value,
        answer.status,
        "the server must serve at JUPYTERHUB_SERVICE_PREFIX: start jupyterhub-singleuser, and not jupyter lab",
    )
    hub = view.jupyterhub.partition(".")[0]
    record.show(
        "major version of the server's jupyterhub",
        hub,
        answer.headers.get(_HUB_VERSION, "no jupyterhub").partition(".")[0],
        f"install jupyterhub=={hub}.* into the image: another one cannot log in to the hub of this chart",
    )
    strangers = browser.ask("GET", "api/contents", token=False).status
    refused = strangers in {HTTPStatus.FOUND, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    record.show(
        "a stranger is refused",
        expected=True,
        seen=refused,
        advice="nobody may get in without a token: the image must not switch off the server's authentication",
    )
    record.show(
        "the server reports its activity to the hub",
        expected=True,
        seen=_becomes_true(view.activity),
        advice="without it the hub takes the server for idle, and a culler ends it under its user's hands",
    )


def _check_notebook(record: _Record, browser: _Browser, view: View) -> None:
    made = browser.ask("POST", "api/contents", {"type": "notebook"})
    advice = "the server's folder must be the home, and the user must be able to write there: look at WORKDIR and uid"
    if not record.show("a new notebook can be made", HTTPStatus.CREATED.value, made.status, advice):
        return
    told = str(made.document["path"]) if isinstance(made.document, dict) and "path" in made.document else ""
    # Half of a pair, which JSON can hold, can be asked for nowhere.
    name = told.encode("utf-8", "replace").decode()
    # Nobody can have left it there: it is new in every rehearsal.
    text = secrets.token_hex(16)
    path = f"api/contents/{name}"
    saved = browser.ask("PUT", path, {"type": "notebook", "format": "json", "content": _notebook(text)})
    record.show("it can be saved", HTTPStatus.OK.value, saved.status)
    record.show("it is read as it was saved", text, _source(browser.ask("GET", path).document))
    stored = view.in_home(name)
    record.show(
        "it lies in the home's volume",
        expected=True,
        seen=stored is not None and text.encode() in stored,
        advice="notebooks would be lost with the server: its folder must be the home; look at the image's WORKDIR",
    )
    record.show("it can be deleted", HTTPStatus.NO_CONTENT.value, browser.ask("DELETE", path).status)
    record.show("it is gone then", HTTPStatus.NOT_FOUND.value, browser.ask("GET", path).status)


def activity_in(log: str, user: str) -> bool:
    """Return whether a hub's log tells that it took a report of activity from the user's server."""
    return bool(re.search(rf" 200 POST /hub/api/users/{re.escape(user)}/activity \({re.escape(user)}@", log))


def _becomes_true(question: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _ACTIVITY_S
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _notebook(text: str) -> dict[str, object]:
    cell = {"cell_type": "markdown", "id": "first", "metadata": {}, "source": text}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _source(document: Any) -> str:
    try:
        return str(document["content"]["cells"][0]["source"])
    except (KeyError, IndexError, TypeError):
        return "no such notebook"


def _shown(value: Canonical) -> str:
    return value if isinstance(value, str) else json.dumps(value)
