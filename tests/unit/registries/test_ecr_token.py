"""The life of a token, on a clock that the test moves. AWS is scripted: moto's tokens ended in 2015."""

import base64
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.aws import HALF_A_DAY_S, HOST, NOW, FakeAws, refusal, token
from fakes.timing import FakeTime
from hubwright.errors import AwsAccountError, AwsRefusedError, AwsUnavailableError
from hubwright.registries.ecr_token import LEAST_S, SETTLE_S, EcrCredentials, Login, read_login
from hubwright.registries.interface import Credential


class Issuer:
    """Gives `t1`, `t2` and so on; or, while `fault` is set, that."""

    def __init__(self, *, lives_s: float = HALF_A_DAY_S) -> None:
        self.issued = 0
        self.fault: Exception | None = None
        self.lives_s = lives_s

    def __call__(self) -> Login:
        if self.fault:
            raise self.fault
        self.issued += 1
        return Login(
            host=HOST, credential=Credential(username="AWS", password=f"t{self.issued}"), lifetime_s=self.lives_s
        )


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def _password(credentials: EcrCredentials, *, refused: bool = False) -> str:
    return credentials(refused=refused).password


def test_a_token_is_fetched_when_it_is_first_needed_and_kept_for_half_its_life(time: FakeTime) -> None:
    issuer = Issuer()
    credentials = EcrCredentials(issuer, clock=time.clock)
    assert issuer.issued == 0
    assert credentials.host == HOST
    assert _password(credentials) == "t1"
    time.now = HALF_A_DAY_S / 2 - 1
    assert _password(credentials) == "t1"
    time.now += 1
    assert _password(credentials) == "t2"
    time.now += HALF_A_DAY_S / 2 - 1
    assert _password(credentials) == "t2"


def test_a_refused_token_is_renewed_at_once(time: FakeTime) -> None:
    credentials = EcrCredentials(Issuer(), clock=time.clock)
    assert _password(credentials) == "t1"
    time.now = 3600.0
    assert _password(credentials, refused=True) == "t2"
    assert _password(credentials) == "t2"


def test_a_fresh_token_that_is_refused_is_not_renewed_for_ever(time: FakeTime) -> None:
    issuer = Issuer()
    credentials = EcrCredentials(issuer, clock=time.clock)
    for _ in range(10):
        _password(credentials, refused=True)
        time.now += 1
    assert issuer.issued == 1
    time.now = SETTLE_S
    assert _password(credentials, refused=True) == "t2"


def test_a_token_that_lives_for_seconds_may_be_refused_for_its_age_after_seconds(time: FakeTime) -> None:
    credentials = EcrCredentials(Issuer(lives_s=4), clock=time.clock)
    assert _password(credentials) == "t1"
    time.now = 1.9
    assert _password(credentials, refused=True) == "t1"
    time.now = 2.0
    assert _password(credentials, refused=True) == "t2"


@pytest.mark.parametrize("when_s,refused", [(0.0, False), (HALF_A_DAY_S / 2, False), (3600.0, True)])
def test_one_renewal_is_enough_for_twenty_threads(time: FakeTime, when_s: float, *, refused: bool) -> None:
    issuer = Issuer()
    credentials = EcrCredentials(issuer, clock=time.clock)
    if when_s:
        _password(credentials)
    time.now = when_s
    barrier = threading.Barrier(20)

    def ask(_: int) -> str:
        barrier.wait(10)
        return _password(credentials, refused=refused)

    with ThreadPoolExecutor(20) as pool:
        given = set(pool.map(ask, range(20)))
    assert len(given) == 1
    assert issuer.issued == (2 if when_s else 1)


def test_a_token_that_lives_is_used_while_aws_cannot_be_asked(time: FakeTime) -> None:
    issuer = Issuer()
    credentials = EcrCredentials(issuer, clock=time.clock)
    _password(credentials)
    issuer.fault = AwsUnavailableError("down")
    time.now = HALF_A_DAY_S / 2
    assert _password(credentials) == "t1"
    time.now += LEAST_S - 1
    issuer.fault = AssertionError("asked again too soon")
    assert _password(credentials) == "t1"
    issuer.fault = None
    time.now += 1
    assert _password(credentials) == "t2"


def test_an_outage_is_told_when_the_token_is_dead_or_refused(time: FakeTime) -> None:
    issuer = Issuer()
    credentials = EcrCredentials(issuer, clock=time.clock)
    _password(credentials)
    issuer.fault = AwsUnavailableError("down")
    time.now = HALF_A_DAY_S / 2
    with pytest.raises(AwsUnavailableError):
        _password(credentials, refused=True)
    time.now = HALF_A_DAY_S
    with pytest.raises(AwsUnavailableError):
        _password(credentials)


def test_a_no_is_told_although_the_token_still_lives(time: FakeTime) -> None:
    issuer = Issuer()
    credentials = EcrCredentials(issuer, clock=time.clock)
    _password(credentials)
    issuer.fault = AwsRefusedError("no more")
    time.now = HALF_A_DAY_S / 2
    with pytest.raises(AwsRefusedError):
        _password(credentials)


def test_a_token_that_ended_before_it_was_given_is_not_asked_for_all_the_time(time: FakeTime) -> None:
    issuer = Issuer(lives_s=0.0)
    credentials = EcrCredentials(issuer, clock=time.clock)
    for _ in range(100):
        _password(credentials)
    assert issuer.issued == 1
    time.now = LEAST_S
    assert _password(credentials) == "t2"


def test_nothing_that_is_shown_holds_the_token(time: FakeTime, caplog: pytest.LogCaptureFixture) -> None:
    aws = FakeAws(script={"GetAuthorizationToken": lambda _: token("PLANTED")})
    with caplog.at_level(logging.DEBUG), aws.serve() as ecr:
        assert ecr.credentials(refused=False) == Credential(username="AWS", password="PLANTED")
        login = ecr.credentials.login(refused=False)
    shown = f"{login!r} {ecr.credentials!r} {ecr!r} {login.credential} {vars(ecr.credentials)} {caplog.text}"
    assert "PLANTED" not in shown
    assert base64.b64encode(b"AWS:PLANTED").decode() not in shown
    assert login.lifetime_s == HALF_A_DAY_S
    assert login.host == HOST
    assert time.now == 0


def test_a_token_is_only_asked_for_as_the_account_of_the_matrix() -> None:
    aws = FakeAws(script={"GetAuthorizationToken": lambda _: token("t")}, account="999999999999")
    with aws.serve() as ecr, pytest.raises(AwsAccountError, match=r"account 999999999999 .* names 111122223333"):
        ecr.credentials(refused=False)
    assert aws.asked == ["GetCallerIdentity"]


def test_the_host_is_what_aws_says_also_where_its_suffix_is_another() -> None:
    host = "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn"
    aws = FakeAws(script={"GetAuthorizationToken": lambda _: token("t", host=host)})
    with aws.serve() as ecr:
        assert ecr.credentials.host == host


def test_a_refused_question_for_a_token_is_a_no() -> None:
    aws = FakeAws(script={"GetAuthorizationToken": lambda _: refusal("AccessDeniedException")})
    with aws.serve() as ecr, pytest.raises(AwsRefusedError, match="cannot get a token for ECR"):
        ecr.credentials(refused=False)


def _answer(**changes: Any) -> dict[str, Any]:
    given = {
        "authorizationToken": base64.b64encode(b"AWS:PLANTED").decode(),
        "expiresAt": datetime.fromtimestamp(1_800_000_000 + HALF_A_DAY_S, UTC),
        "proxyEndpoint": f"https://{HOST}",
        **changes,
    }
    return {"authorizationData": [given], "ResponseMetadata": {"HTTPHeaders": {"date": NOW}}}


def test_the_life_of_a_token_is_counted_by_the_clock_of_aws() -> None:
    assert read_login(_answer()).lifetime_s == HALF_A_DAY_S
    assert read_login(_answer(expiresAt=datetime(2015, 1, 1, tzinfo=UTC))).lifetime_s == 0
    assert read_login({**_answer(), "ResponseMetadata": {"HTTPHeaders": {}}}).lifetime_s == 0
    assert read_login({**_answer(), "ResponseMetadata": {"HTTPHeaders": {"date": "soon"}}}).lifetime_s == 0


@pytest.mark.parametrize(
    "answer",
    [
        dict,
        lambda: {"authorizationData": []},
        lambda: _answer(authorizationToken="PLANTED!"),
        lambda: _answer(authorizationToken=base64.b64encode(b"AWS:").decode()),
        lambda: _answer(authorizationToken=base64.b64encode(b":PLANTED").decode()),
        lambda: _answer(authorizationToken=None),
        lambda: _answer(expiresAt="2027"),
        lambda: _answer(proxyEndpoint=f"http://{HOST}"),
        lambda: _answer(proxyEndpoint="https://"),
        lambda: _answer(proxyEndpoint=f"https://{HOST}/elsewhere"),
    ],
)
def test_an_answer_that_is_not_understood_is_no_answer_and_is_not_quoted(answer: Callable[[], Any]) -> None:
    with pytest.raises(AwsUnavailableError, match="in a way that is not understood") as raised:
        read_login(answer())
    assert "PLANTED" not in str(raised.value)
    assert raised.value.__cause__ is None
