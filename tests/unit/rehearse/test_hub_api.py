import json

import pytest

from fakes.web import Broken, Reply, Request, serve
from hubwright.errors import HubError
from hubwright.rehearse.hub.api import HubApi


def _answering(reply: Reply | Broken, ask: str, *arguments: object) -> tuple[object, Request]:
    """Return what the client made of the reply, and what it had asked."""
    with serve(lambda _: reply) as web:
        api = HubApi(url=f"http://{web.host}/", token="secret")
        return getattr(api, ask)(*arguments), web.requests[-1]


@pytest.mark.parametrize(
    "ask, arguments, body, result, asked",
    [
        ("version", (), {"version": "5.5.0"}, "5.5.0", "GET /hub/api/"),
        ("create_user", ("ada",), {}, None, "POST /hub/api/users/ada"),
        ("user_token", ("ada",), {"token": "t"}, "t", "POST /hub/api/users/ada/tokens"),
        ("start_server", ("ada", {"command": None}), {}, None, "POST /hub/api/users/ada/server"),
        ("server", ("ada",), {"servers": {"": {"ready": True}}}, {"ready": True}, "GET /hub/api/users/ada"),
        ("server", ("ada",), {"servers": {}}, None, "GET /hub/api/users/ada"),
        ("server", ("ada",), {}, None, "GET /hub/api/users/ada"),
        ("stop_server", ("ada",), {}, None, "DELETE /hub/api/users/ada/server"),
    ],
)
def test_questions_and_answers(
    ask: str, arguments: tuple[object, ...], body: object, result: object, asked: str
) -> None:
    seen, request = _answering(Reply(body=json.dumps(body).encode()), ask, *arguments)

    assert seen == result
    assert f"{request.method} {request.path}" == asked
    assert request.headers["authorization"] == "token secret"


def test_a_users_token_opens_that_users_server_and_nothing_else() -> None:
    _, request = _answering(Reply(body=b'{"token": "t"}'), "user_token", "ada")

    assert json.loads(request.body)["scopes"] == ["access:servers!user=ada"]


@pytest.mark.parametrize("status", [400, 404])
def test_stopping_what_does_not_run_is_no_error(status: int) -> None:
    _answering(Reply(status=status, body=b"{}"), "stop_server", "ada")


@pytest.mark.parametrize(
    "reply, message",
    [
        (Reply(status=403, body=b"forbidden"), "answered GET .* with 403: forbidden"),
        (Reply(body=b"<html>"), "what is no JSON"),
        (Broken(reset=True), "does not answer"),
    ],
)
def test_any_other_answer_is_the_hubs_fault(reply: Reply | Broken, message: str) -> None:
    with pytest.raises(HubError, match=message):
        _answering(reply, "server", "ada")
