"""The repositories of a registry at Amazon ECR: created, and compared with what they should be."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hubwright.errors import AwsRefusedError, AwsUnavailableError
from hubwright.frozen import dataclass
from hubwright.registries.ecr_differences import Difference, differences
from hubwright.registries.ecr_policy import Mutability, Settings

if TYPE_CHECKING:
    from types_boto3_ecr import ECRClient

    from hubwright.registries.ecr_calls import AwsCaller

_NO_REPOSITORY = "RepositoryNotFoundException"
_NO_LIFECYCLE = "LifecyclePolicyNotFoundException"
_NO_IMAGE = "ImageNotFound"
_THERE_ALREADY = "RepositoryAlreadyExistsException"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ensured:
    """A repository that is there: `changed` was set on one that was there before, `differences` remain."""

    created: bool
    changed: tuple[Difference, ...] = ()
    differences: tuple[Difference, ...] = ()


class Repositories:
    """What `Ecr` does with repositories, step by step."""

    def __init__(self, *, account: str, ecr: "ECRClient", caller: "AwsCaller") -> None:
        # Named in every call: another account's repository of the same name is not the one that is meant.
        self._account = account
        self._ecr = ecr
        self._caller = caller

    def ensure(self, name: str, wanted: Settings, *, change: bool) -> Ensured:
        found = self._found(name)
        created = found is None and self._create(name, wanted)
        found = found or self._expected(name)
        if not found.lifecycle and (created or self._is_empty(name)):
            self._put_lifecycle(name, wanted)
            found = replace(found, lifecycle=wanted.lifecycle)
        differing = differences(wanted, found)
        if not differing or not change:
            return Ensured(created=created, differences=differing)
        self._change(name, wanted, {difference.setting for difference in differing})
        remaining = differences(wanted, self._expected(name))
        changed = tuple(difference for difference in differing if difference not in remaining)
        return Ensured(created=created, changed=changed, differences=remaining)

    def compare(self, name: str, wanted: Settings) -> tuple[Difference, ...] | None:
        found = self._found(name)
        return None if found is None else differences(wanted, found)

    def delete_image(self, name: str, digest: str) -> bool:
        what = f"delete {name}@{digest}"
        answer = self._caller.ask(
            what,
            lambda: self._ecr.batch_delete_image(
                registryId=self._account, repositoryName=name, imageIds=[{"imageDigest": digest}]
            ),
            "imageIds",
        )
        failed = [each for each in answer.get("failures", ()) if each.get("failureCode") != _NO_IMAGE]
        if failed:
            msg = f"cannot {what}: {failed[0].get('failureCode')}, {failed[0].get('failureReason')}"
            raise AwsRefusedError(msg, code=failed[0].get("failureCode", ""))
        return bool(answer["imageIds"])

    def _found(self, name: str) -> Settings | None:
        """Return how the repository is set up, None where there is none."""
        answer = self._caller.ask(
            f"look at the repository {name}",
            lambda: self._ecr.describe_repositories(registryId=self._account, repositoryNames=[name]),
            "repositories",
            absent=_NO_REPOSITORY,
        )
        if not answer or not answer["repositories"]:
            return None
        lifecycle = self._caller.ask(
            f"look at the lifecycle policy of {name}",
            lambda: self._ecr.get_lifecycle_policy(registryId=self._account, repositoryName=name),
            "lifecyclePolicyText",
            absent=_NO_LIFECYCLE,
        )
        return _settings(answer["repositories"][0], lifecycle["lifecyclePolicyText"] if lifecycle else "")

    def _expected(self, name: str) -> Settings:
        found = self._found(name)
        if found is None:
            msg = f"the repository {name} was there and is not any more; is somebody deleting it? Try again"
            raise AwsUnavailableError(msg)
        return found

    def _create(self, name: str, wanted: Settings) -> bool:
        """Create the repository; False where somebody was faster, or the answer to a first attempt was lost."""
        return (
            self._caller.ask(
                f"create the repository {name}",
                lambda: self._ecr.create_repository(
                    registryId=self._account,
                    repositoryName=name,
                    imageScanningConfiguration={"scanOnPush": wanted.scan_on_push},
                    **_mutability(wanted),
                ),
                "repository",
                absent=_THERE_ALREADY,
            )
            is not None
        )

    def _is_empty(self, name: str) -> bool:
        answer = self._caller.ask(
            f"look whether {name} is empty",
            lambda: self._ecr.list_images(registryId=self._account, repositoryName=name, maxResults=1),
            "imageIds",
        )
        # A page may be empty and not be the last.
        return not answer["imageIds"] and "nextToken" not in answer

    def _put_lifecycle(self, name: str, wanted: Settings) -> None:
        self._caller.ask(
            f"set the lifecycle policy of {name}",
            lambda: self._ecr.put_lifecycle_policy(
                registryId=self._account, repositoryName=name, lifecyclePolicyText=wanted.lifecycle
            ),
            "lifecyclePolicyText",
        )

    def _change(self, name: str, wanted: Settings, settings: set[str]) -> None:
        where: dict[str, Any] = {"registryId": self._account, "repositoryName": name}
        if "tag mutability" in settings:
            self._caller.ask(
                f"set the tag mutability of {name}",
                lambda: self._ecr.put_image_tag_mutability(**where, **_mutability(wanted)),
                "imageTagMutability",
            )
        if "scan on push" in settings:
            self._caller.ask(
                f"set whether {name} is scanned",
                lambda: self._ecr.put_image_scanning_configuration(
                    **where, imageScanningConfiguration={"scanOnPush": wanted.scan_on_push}
                ),
                "imageScanningConfiguration",
            )
        if "lifecycle policy" in settings:
            self._put_lifecycle(name, wanted)


def _mutability(wanted: Settings) -> dict[str, Any]:
    filters = [{"filterType": "WILDCARD", "filter": pattern} for pattern in wanted.filters]
    return {
        "imageTagMutability": str(wanted.mutability),
        # Only allowed where there is something to exclude.
        **({"imageTagMutabilityExclusionFilters": filters} if filters else {}),
    }


def _settings(described: Mapping[str, Any], lifecycle: str) -> Settings:
    try:
        mutability = Mutability(described["imageTagMutability"])
    except (LookupError, ValueError) as error:
        msg = f"{described.get('repositoryName')} has a tag mutability that is not known here: {error}"
        raise AwsRefusedError(msg) from error
    return Settings(
        mutability=mutability,
        filters=tuple(each["filter"] for each in described.get("imageTagMutabilityExclusionFilters", ())),
        scan_on_push=described.get("imageScanningConfiguration", {}).get("scanOnPush", False),
        lifecycle=lifecycle,
    )
