"""The registry that a command would work with, for the doctor to look at: nothing is set up and nothing is started."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hubwright.cli.destination import PREFIX, embedded_registry, registry_folder
from hubwright.doctor.interface import Check, fail
from hubwright.doctor.registry import ask_aws, ask_repositories
from hubwright.model import EcrRegistry
from hubwright.pipeline.examining import Candidate, Opened, registry_checks
from hubwright.proxies import Proxies
from hubwright.registries.ecr_policy import (
    image_repository,
    image_settings,
    scratch_repository,
    scratch_settings,
)
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing
from hubwright.schedule import Once

if TYPE_CHECKING:
    from hubwright.registries.ecr import Ecr

# A registry that answers at all does so in less.
_CALL_S = 8.0
_REQUEST_S = 4.0
_AWS_CALL_S = 10.0
_AWS_S = 40.0


def candidate_checks(
    kind: str,
    ecr: EcrRegistry | None,
    images: Sequence[str],
    *,
    proxies: Proxies,
    mark: str,
    clock: Callable[[], float],
) -> list[Check]:
    """Return the checks of the registry; `images` are the names that something would be pushed under."""
    if kind == "embedded":
        return registry_checks(_embedded(), mark=mark, clock=clock)
    if ecr is None:
        missing = "the matrix names no ECR registry"
        advice = "Write `ecr: {account: …, region: …, prefix: …}` under `registries:`"
        return [Check(name="registry", ask=lambda: fail(missing, advice))]
    return registry_checks(_ecr(ecr, images, proxies), mark=mark, clock=clock)


def _embedded() -> Candidate:
    def opened() -> Opened | None:
        # Without the folder none was ever started, and looking for its program would fetch that.
        host = embedded_registry().running() if registry_folder().is_dir() else None
        if host is None:
            return None
        client = OciRegistry(Endpoint(host=host, deadline_s=_CALL_S, request_s=_REQUEST_S))
        return Opened(client=client, janitor=client, host=host)

    advice = f"It costs a few hundred bytes in {registry_folder()}, and nothing else"
    return Candidate(open=opened, scratch=scratch_repository(PREFIX), advice=advice)


def _ecr(named: EcrRegistry, images: Sequence[str], proxies: Proxies) -> Candidate:
    def connected() -> "Ecr":
        # The SDK takes longer to load than a plan takes to make; only this needs it.
        import boto3  # noqa: PLC0415

        from hubwright.registries.ecr import connect  # noqa: PLC0415

        return connect(named, sessions=boto3.Session, timing=Timing(), deadline_s=_AWS_CALL_S)

    def opened() -> Opened:
        host, credentials = aws().credentials.host, aws().credentials
        endpoint = Endpoint(
            host=host, credentials=credentials, proxies=proxies, deadline_s=_CALL_S, request_s=_REQUEST_S
        )
        return Opened(client=OciRegistry(endpoint), janitor=aws(), host=host)

    aws = Once(connected)
    scratch = scratch_repository(named.prefix)
    wanted = {image_repository(named.prefix, image): image_settings() for image in images}
    return Candidate(
        open=opened,
        scratch=scratch,
        make_scratch=lambda: aws().ensure_repository(scratch, scratch_settings()),
        advice="Allow ecr:BatchDeleteImage for it; its lifecycle policy deletes what is left after a day",
        first=(
            Check(name="aws", ask=lambda: ask_aws(aws(), named.region), deadline_s=_AWS_S),
            Check(name="repositories", ask=lambda: ask_repositories(aws(), wanted), after="aws", deadline_s=2 * _AWS_S),
        ),
        after="aws",
    )
