"""What the exceptions of the AWS SDK mean. This module loads the SDK, so it is imported where AWS is first used."""

import boto3.exceptions
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from hubwright.errors import AwsCredentialsError, AwsRefusedError, AwsUnavailableError, HubwrightError
from hubwright.words import shorten

# Whatever may come out of the SDK while AWS is asked.
EDGE: tuple[type[Exception], ...] = (
    sdk.BotoCoreError,
    sdk.ClientError,
    sdk.UndefinedModelAttributeError,
    boto3.exceptions.Boto3Error,
    ResponseParserError,
)
# The SDK could not find out who we are, or read where that is written down.
WITHOUT_IDENTITY: tuple[type[Exception], ...] = (
    sdk.ConfigNotFound,
    sdk.ConfigParseError,
    sdk.CredentialRetrievalError,
    sdk.InvalidConfigError,
    sdk.InvalidIMDSEndpointError,
    sdk.InvalidIMDSEndpointModeError,
    sdk.LoginError,
    sdk.MetadataRetrievalError,
    sdk.NoAuthTokenError,
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.ProfileNotFound,
    sdk.RefreshWithMFAUnsupportedError,
    sdk.SSOError,
    sdk.TokenRetrievalError,
    sdk.UnknownCredentialError,
    sdk.UnknownTokenProviderError,
)
# The way to AWS failed, or something on it answered in its place.
FAULTS: tuple[type[Exception], ...] = (
    sdk.ChecksumError,
    sdk.ConnectionError,
    sdk.HTTPClientError,
    sdk.IncompleteReadError,
    ResponseParserError,
)

# Names that AWS gives to its reasons, in any of its services.
_NOT_KNOWN = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidIdentityToken",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_THROTTLED = frozenset(
    {
        "IDPCommunicationError",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# The same of its key service, which the matrix says nothing of.
_OF_A_KEY = frozenset(
    {
        "DisabledException",
        "InvalidArnException",
        "InvalidKeyUsageException",
        "KMSInvalidStateException",
        "NotFoundException",
        "UnsupportedOperationException",
    }
)
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500


def verdict_on(error: Exception, *, what: str) -> HubwrightError | None:
    """Return what an exception of the SDK means, None where asking again may help."""
    match error:
        case sdk.ClientError():
            return _verdict_on_answer(error, what=what)
        case sdk.SSLError():
            return AwsUnavailableError(
                f"cannot {what}: {said_by(error)}. AWS was not asked. If your company has its own certificate "
                "authority, name its certificate in AWS_CA_BUNDLE"
            )
        case _ if isinstance(error, FAULTS):
            return None
        case _ if isinstance(error, WITHOUT_IDENTITY):
            return AwsCredentialsError(
                f"cannot {what}: {said_by(error)}. Log in to AWS (aws sso login), or give credentials as its command "
                "line takes them: a profile, AWS_* variables or a role"
            )
        case _:
            return AwsRefusedError(f"cannot {what}: {said_by(error)}", code=type(error).__name__)


def _verdict_on_answer(error: sdk.ClientError, *, what: str) -> HubwrightError | None:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _NOT_KNOWN:
        # AWS repeats the signed headers of a bad signature, and the session's token is one of them: only its name.
        return AwsCredentialsError(
            f"cannot {what}: AWS does not accept the credentials ({shorten(code)}). They may have expired, be wrong "
            "for this region, or this machine's clock may be off. Log in to AWS anew"
        )
    if code in _THROTTLED or status == _TOO_MANY_REQUESTS or status >= _SERVER_ERRORS:
        return None
    return AwsRefusedError(f"cannot {what}: AWS refused with {said_by(error)}. {_advice(code)}", code=code)


def _advice(code: str) -> str:
    if code.startswith("AccessDenied"):
        return "Ask whoever gave you this role for the permission"
    if code.startswith("LimitExceeded"):
        return "Delete what is not needed, or have the account's quota raised"
    if code in _OF_A_KEY:
        return "Check which key is named to sign with, and whether KMS has it enabled for that"
    return "Check the settings of the registry in the matrix"


def said_by(error: Exception) -> str:
    """Return an exception in one line that is safe to show."""
    if isinstance(error, sdk.ClientError):
        said = error.response.get("Error", {})
        return shorten(f"{said.get('Code', '')}: {said.get('Message', '')}", 400)
    return shorten(f"{type(error).__name__}: {error}", 400)
