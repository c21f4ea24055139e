"""Amazon ECR, as far as it is no OCI registry: who we are, the login, and the repositories themselves.

Images, tags and proofs go through `oci`, with the host and the credentials from here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from hubwright.errors import AwsAccountError
from hubwright.frozen import dataclass
from hubwright.model import EcrRegistry
from hubwright.registries.ecr_differences import Difference
from hubwright.registries.ecr_findings import Findings
from hubwright.registries.ecr_policy import Settings
from hubwright.registries.ecr_repositories import Ensured, Repositories
from hubwright.registries.ecr_token import EcrCredentials, Login, read_login
from hubwright.registries.timing import Timing

if TYPE_CHECKING:
    from types_boto3_ecr import ECRClient
    from types_boto3_sts import STSClient

    from hubwright.registries.ecr_calls import AwsCaller


class Session(Protocol):
    """A boto3 Session, or what makes clients as it does."""

    @property
    def client(self) -> Callable[..., Any]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    account: str
    arn: str


def connect(
    registry: EcrRegistry, *, sessions: Callable[[], Session], timing: Timing, deadline_s: float = 30.0
) -> "Ecr":
    """Return the registry the matrix names; nothing is asked of AWS yet.

    `sessions` is `boto3.Session` or a function like it, and the only thing that looks for credentials.
    """
    # The SDK takes longer to load than a whole plan takes to make.
    from hubwright.registries.ecr_calls import AwsCaller, open_client  # noqa: PLC0415

    caller = AwsCaller(timing=timing, deadline_s=deadline_s)
    session = caller.call("read the configuration of AWS", sessions)

    def client(service: str) -> Any:
        return caller.call(f"set up {service}", lambda: open_client(session, service, region=registry.region))

    return Ecr(
        registry=registry,
        ecr=client("ecr"),
        sts=client("sts"),
        caller=caller,
        timing=timing,
    )


class Ecr:
    """The registry of one AWS account in one region; usable from many threads.

    Every call raises AwsCredentialsError, AwsAccountError, AwsRefusedError, or, where AWS could not be asked within
    the deadline, AwsUnavailableError.
    """

    def __init__(
        self, *, registry: EcrRegistry, ecr: "ECRClient", sts: "STSClient", caller: "AwsCaller", timing: Timing
    ) -> None:
        self._registry = registry
        self._ecr = ecr
        self._sts = sts
        self._repositories = Repositories(account=registry.account, ecr=ecr, caller=caller)
        self._findings = Findings(account=registry.account, ecr=ecr, caller=caller)
        self._caller = caller
        self.credentials = EcrCredentials(self._log_in, clock=timing.clock)

    def identify(self) -> Identity:
        """Return who we are to AWS, if that is somebody of the account that the matrix names."""
        answer = self._caller.ask("ask AWS who we are", self._sts.get_caller_identity, "Account", "Arn")
        identity = Identity(account=answer["Account"], arn=answer["Arn"])
        if identity.account != self._registry.account:
            msg = (
                f"the credentials are for AWS account {identity.account} ({identity.arn}), and the matrix names "
                f"{self._registry.account} under registries.ecr.account. Log in to that one, or correct the matrix"
            )
            raise AwsAccountError(msg)
        return identity

    def _log_in(self) -> Login:
        # The token and the host are those of whoever asks, whatever account the matrix names.
        self.identify()
        return read_login(
            self._caller.ask("get a token for ECR", self._ecr.get_authorization_token, "authorizationData")
        )

    def ensure_repository(self, name: str, wanted: Settings, *, change: bool = False) -> Ensured:
        """Return with a repository of this name there; one that was there before is changed only where `change` says.

        Exception: one that holds no image and has no lifecycle policy gets it. So looks what was created by a run that
        was killed before it was done, and nothing can be lost there.
        """
        return self._repositories.ensure(name, wanted, change=change)

    def compare_repository(self, name: str, wanted: Settings) -> tuple[Difference, ...] | None:
        """Return what is not as it should be in the repository, None where there is none; nothing is changed."""
        return self._repositories.compare(name, wanted)

    def found_by_scan(self, repository: str, digest: str) -> frozenset[str] | None:
        """Return the vulnerabilities that the scan of an image found, None where there is no scan of it."""
        return self._findings.of(repository, digest)

    def delete_manifest(self, repository: str, digest: str) -> bool:
        """Do what `interface.Janitor` says by a call to AWS, which ECR prefers to the registry's own way."""
        return self._repositories.delete_image(repository, digest)
