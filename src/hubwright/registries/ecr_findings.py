"""What Amazon ECR's scan found in an image: the names of vulnerabilities, and whether there is a scan at all."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hubwright.errors import AwsRefusedError, AwsUnavailableError

if TYPE_CHECKING:
    from types_boto3_ecr import ECRClient

    from hubwright.registries.ecr_calls import AwsCaller

# A basic scan is complete once; an enhanced one goes on, and is called active.
_SCANNED = frozenset({"COMPLETE", "ACTIVE"})
_NOT_THERE = frozenset({"ScanNotFoundException", "ImageNotFoundException", "RepositoryNotFoundException"})
_ON_A_PAGE = 1000
# An image with more findings than this has other worries than which of them are new.
_MOST_PAGES = 50


class Findings:
    """What scans found; every call raises as those of `Ecr` do where AWS could not be asked, or says no."""

    def __init__(self, *, account: str, ecr: "ECRClient", caller: "AwsCaller") -> None:
        self._account = account
        self._ecr = ecr
        self._caller = caller

    def of(self, repository: str, digest: str) -> frozenset[str] | None:
        """Return the names of the vulnerabilities in the image, None where no scan of it is there or done."""
        found: set[str] = set()
        following: str | None = None
        for _ in range(_MOST_PAGES):
            answer = self._page(repository, digest, following)
            if answer is None or answer["imageScanStatus"].get("status") not in _SCANNED:
                return None
            found.update(_names(answer.get("imageScanFindings", {})))
            following = answer.get("nextToken")
            if not following:
                return frozenset(found)
        msg = f"cannot read what the scan found in {repository}@{digest}: it has more than {_MOST_PAGES} pages"
        raise AwsUnavailableError(msg)

    def _page(self, repository: str, digest: str, following: str | None) -> Mapping[str, Any] | None:
        more = {"nextToken": following} if following else {}
        try:
            answer: Mapping[str, Any] = self._caller.ask(
                f"read what the scan found in {repository}@{digest}",
                lambda: self._ecr.describe_image_scan_findings(
                    registryId=self._account,
                    repositoryName=repository,
                    imageId={"imageDigest": digest},
                    maxResults=_ON_A_PAGE,
                    **more,
                ),
                "imageScanStatus",
            )
        except AwsRefusedError as error:
            if error.code not in _NOT_THERE:
                raise
            return None
        return answer


def _names(findings: Mapping[str, Any]) -> Iterator[str]:
    for basic in findings.get("findings", ()):
        yield str(basic.get("name", ""))
    for enhanced in findings.get("enhancedFindings", ()):
        yield str(enhanced.get("packageVulnerabilityDetails", {}).get("vulnerabilityId", ""))
