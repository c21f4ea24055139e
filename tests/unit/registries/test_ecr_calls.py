"""What each failure of AWS, or of the way to it, ends in.

Classes and codes are constructed; the failures of the way are real ones, on loopback.
"""

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Iterator
from typing import Any

import boto3
import botocore
import botocore.exceptions as sdk
import botocore.session
import pytest
from botocore.parsers import ResponseParserError

from fakes.aws import FakeAws, Scripted, refusal
from fakes.timing import FakeTime
from fakes.web import Broken, Reply
from hubwright.errors import AwsCredentialsError, AwsRefusedError, AwsUnavailableError
from hubwright.registries.ecr_calls import AwsCaller
from hubwright.registries.ecr_verdicts import EDGE, FAULTS, WITHOUT_IDENTITY, verdict_on

# Exceptions of the SDK that never come out of the calls made here: they are caught inside it, are about another
# service, or are warnings. A class that is neither here nor at the edge fails the test below.
ELSEWHERE = {
    "botocore.model.InvalidShapeError",
    "botocore.model.InvalidShapeReferenceError",
    "botocore.model.NoShapeFoundError",
    "botocore.model.OperationNotFoundError",
    "botocore.utils.BadIMDSRequestError",
    "botocore.utils.InvalidArnException",
    "botocore.utils._RetriesExceededError",
}
ABOUT_EVENT_STREAMS = "botocore.eventstream."

OPERATIONS = (
    "CreateRepository",
    "DescribeRepositories",
    "GetAuthorizationToken",
    "GetLifecyclePolicy",
    "ListImages",
    "PutImageScanningConfiguration",
    "PutImageTagMutability",
    "PutLifecyclePolicy",
)


def _foreign() -> Iterator[type[Exception]]:
    """Yield every exception that is defined anywhere in the SDK."""
    for package in (boto3, botocore):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # The native part and what writes its manual are not installed; copies of other projects are not its own.
            if any(part in module.name for part in (".crt", ".vendored", ".docs", "compat")):
                continue
            for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(found, Exception) and found.__module__ == module.name:
                    yield found


def _name(foreign: type[Exception]) -> str:
    return f"{foreign.__module__}.{foreign.__name__}"


def test_every_exception_of_the_sdk_is_known() -> None:
    foreign = {found for found in _foreign() if not issubclass(found, Warning)}
    assert len(foreign) > 100
    unmapped = {_name(found) for found in foreign if not issubclass(found, EDGE)} - ELSEWHERE
    assert {name for name in unmapped if not name.startswith(ABOUT_EVENT_STREAMS)} == set()


def test_every_exception_about_the_way_or_about_us_is_told_from_a_no() -> None:
    """A class whose name speaks of connections or credentials, and that a new SDK may bring, must be sorted."""
    about_way = ("Connect", "Timeout", "HTTP", "Proxy", "SSL", "IncompleteRead", "Streaming", "ResponseParser")
    about_us = ("Credential", "Token", "Login", "SSO", "IMDS", "Profile", "Metadata")
    edge = [found for found in _foreign() if issubclass(found, EDGE)]
    us = {found for found in edge if any(word in found.__name__ for word in about_us)}
    way = {found for found in edge if any(word in found.__name__ for word in about_way)} - us
    assert {_name(found) for found in us if not issubclass(found, WITHOUT_IDENTITY)} == set()
    assert {_name(found) for found in way if not issubclass(found, FAULTS)} == set()


def _answer(code: str, status: int, message: str = "why") -> sdk.ClientError:
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return sdk.ClientError(response, "Any")  # type: ignore[arg-type] # as much of a response as is looked at


def test_every_reason_that_ecr_documents_is_a_no_or_worth_another_try() -> None:
    model = botocore.session.get_session().get_service_model("ecr")
    shapes = [shape for name in OPERATIONS for shape in model.operation_model(name).error_shapes]
    assert len({shape.name for shape in shapes}) >= 10
    for shape in shapes:
        verdict = verdict_on(_answer(shape.name, 500 if shape.name == "ServerException" else 400), what="x")
        if shape.name == "ServerException":
            assert verdict is None
        else:
            assert isinstance(verdict, AwsRefusedError)
            assert verdict.code == shape.name


@pytest.mark.parametrize(
    "error",
    [
        _answer("ThrottlingException", 400),
        _answer("Anything", 429),
        _answer("InternalFailure", 500),
        _answer("503", 503),
        sdk.EndpointConnectionError(endpoint_url="https://x"),
        sdk.ReadTimeoutError(endpoint_url="https://x"),
        sdk.ConnectionClosedError(endpoint_url="https://x"),
        sdk.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        ResponseParserError("no JSON"),
    ],
    ids=repr,
)
def test_faults_are_tried_again(error: Exception) -> None:
    assert verdict_on(error, what="x") is None


@pytest.mark.parametrize(
    "error",
    [
        sdk.NoCredentialsError(),
        sdk.PartialCredentialsError(provider="env", cred_var="secret"),
        sdk.ProfileNotFound(profile="x"),
        sdk.TokenRetrievalError(provider="sso", error_msg="expired"),
        sdk.UnauthorizedSSOTokenError(),
        sdk.CredentialRetrievalError(provider="process", error_msg="failed"),
        _answer("ExpiredTokenException", 400),
        _answer("ExpiredToken", 403),
        _answer("InvalidClientTokenId", 403),
        _answer("UnrecognizedClientException", 400),
        _answer("InvalidSignatureException", 403),
        _answer("RequestTimeTooSkewed", 403),
    ],
    ids=repr,
)
def test_credentials_that_are_missing_wrong_or_expired_are_not_a_no(error: Exception) -> None:
    verdict = verdict_on(error, what="look at the repository x")
    assert isinstance(verdict, AwsCredentialsError)
    assert "cannot look at the repository x" in str(verdict)
    assert "Log in to AWS" in str(verdict)


def test_what_aws_repeats_of_a_bad_signature_is_not_shown() -> None:
    message = "The Canonical String should have been x-amz-security-token:PLANTED"
    assert "PLANTED" not in str(verdict_on(_answer("SignatureDoesNotMatch", 403, message), what="x"))


@pytest.mark.parametrize(
    "code,advice",
    [
        ("AccessDeniedException", "for the permission"),
        ("LimitExceededException", "quota"),
        ("InvalidParameterException", "in the matrix"),
    ],
)
def test_a_no_says_what_aws_said_and_what_to_do(code: str, advice: str) -> None:
    verdict = verdict_on(_answer(code, 400, "not \x1b[31mred"), what="create it")
    assert isinstance(verdict, AwsRefusedError)
    assert str(verdict).startswith(rf"cannot create it: AWS refused with {code}: not \x1b[31mred. ")
    assert advice in str(verdict)


def test_what_is_wrong_with_a_question_is_a_no() -> None:
    verdict = verdict_on(sdk.ParamValidationError(report="too short"), what="ask")
    assert isinstance(verdict, AwsRefusedError)
    assert verdict.code == "ParamValidationError"


def test_a_certificate_that_is_not_trusted_says_how_to_trust_it() -> None:
    verdict = verdict_on(sdk.SSLError(endpoint_url="https://x", error=OSError("self-signed")), what="ask")
    assert isinstance(verdict, AwsUnavailableError)
    assert "AWS_CA_BUNDLE" in str(verdict)


def test_throttling_is_tried_again_with_growing_pauses_until_it_ends() -> None:
    aws = FakeAws()
    answers: list[Scripted] = [
        refusal("ThrottlingException"),
        Broken(reset=True),
        Reply(status=503),
        {"repositories": []},
    ]
    aws.script["DescribeRepositories"] = lambda _: answers.pop(0)
    with aws.serve() as ecr:
        assert ecr.identify().account
        described = ecr._repositories._ecr.describe_repositories
        assert ecr._repositories._caller.call("look", described)["repositories"] == []
    assert aws.asked.count("DescribeRepositories") == 4
    assert aws.time.pauses == [0.5, 1.0, 2.0]


def test_throttling_without_end_ends_at_the_deadline_and_says_nothing_about_what_is_there() -> None:
    time = FakeTime()
    throttled = _answer("ThrottlingException", 400)

    def action() -> dict[str, Any]:
        raise throttled

    caller = AwsCaller(timing=time.timing(), deadline_s=30)
    with pytest.raises(AwsUnavailableError, match=r"Tried \d+ times, for at most 30 s; this says nothing"):
        caller.ask("look", action, absent="ThrottlingException")
    assert 20 < time.now <= 30
    assert max(time.pauses) == 8.0


def test_only_the_one_reason_is_an_absence() -> None:
    caller = AwsCaller(timing=FakeTime().timing(), deadline_s=30)

    def ask(code: str) -> Any:
        def refuse() -> dict[str, Any]:
            raise _answer(code, 400)

        return caller.ask("look", refuse, absent="RepositoryNotFoundException")

    assert ask("RepositoryNotFoundException") is None
    with pytest.raises(AwsRefusedError):
        ask("AccessDeniedException")
    with pytest.raises(AwsCredentialsError):
        ask("ExpiredTokenException")


def test_the_sdk_does_not_log_what_it_sends_and_gets(caplog: pytest.LogCaptureFixture) -> None:
    aws = FakeAws(script={"DescribeRepositories": lambda _: {"repositories": [{"repositoryName": "PLANTED"}]}})
    with caplog.at_level(logging.DEBUG), aws.serve() as ecr:
        ecr._repositories._ecr.describe_repositories()
    assert "PLANTED" not in caplog.text
    assert "botocore" not in caplog.text
