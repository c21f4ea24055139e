"""Repositories and identities against moto, which knows the control plane; what it gets wrong is scripted."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
import pytest
from moto import mock_aws

from fakes.aws import ACCOUNT, REGISTRY, FakeAws, Script, refusal
from fakes.timing import FakeTime
from fakes.web import Reply
from hubwright.errors import AwsAccountError, AwsCredentialsError, AwsRefusedError, AwsUnavailableError
from hubwright.registries.ecr import Ecr, connect
from hubwright.registries.ecr_policy import cache_settings, image_settings, scratch_settings
from hubwright.registries.ecr_repositories import Ensured

NAME = "jupyter/base"
MOTO_ACCOUNT = "123456789012"
IMAGES = image_settings()


def _session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="planted", aws_secret_access_key="planted")


@pytest.fixture
def ecr() -> Iterator[Ecr]:
    with mock_aws():
        registry = replace(REGISTRY, account=MOTO_ACCOUNT)
        yield connect(registry, sessions=_session, timing=FakeTime().timing())


def _described(ecr: Ecr, name: str) -> tuple[dict[str, Any], str]:
    client = ecr._repositories._ecr
    described: Any = client.describe_repositories(repositoryNames=[name])["repositories"][0]
    return described, client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"]


def test_a_repository_is_created_as_it_should_be(ecr: Ecr) -> None:
    assert ecr.ensure_repository(NAME, IMAGES) == Ensured(created=True)
    described, lifecycle = _described(ecr, NAME)
    assert described["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    assert {each["filter"] for each in described["imageTagMutabilityExclusionFilters"]} == {
        "proven",
        "proven-*",
        "sha256-*",
    }
    assert described["imageScanningConfiguration"] == {"scanOnPush": True}
    assert json.loads(lifecycle) == json.loads(IMAGES.lifecycle)


@pytest.mark.parametrize("settings", [IMAGES, cache_settings(), scratch_settings()])
def test_to_ensure_twice_is_to_ensure_once(ecr: Ecr, settings: Any) -> None:
    ecr.ensure_repository(NAME, settings)
    before = _described(ecr, NAME)
    assert ecr.ensure_repository(NAME, settings) == Ensured(created=False)
    assert ecr.ensure_repository(NAME, settings, change=True) == Ensured(created=False)
    assert _described(ecr, NAME) == before


def test_another_repository_is_compared_and_not_changed(ecr: Ecr) -> None:
    ecr.ensure_repository(NAME, cache_settings())
    before = _described(ecr, NAME)
    ensured = ecr.ensure_repository(NAME, IMAGES)
    assert [each.setting for each in ensured.differences] == ["tag mutability", "scan on push", "lifecycle policy"]
    assert [bool(each.danger) for each in ensured.differences] == [True, False, True]
    assert ensured.changed == ()
    assert _described(ecr, NAME) == before


def test_another_repository_is_changed_where_that_is_asked_for(ecr: Ecr) -> None:
    ecr.ensure_repository(NAME, cache_settings())
    ensured = ecr.ensure_repository(NAME, IMAGES, change=True)
    assert [each.setting for each in ensured.changed] == ["tag mutability", "scan on push", "lifecycle policy"]
    assert not ensured.created
    assert not ensured.differences
    assert ecr.ensure_repository(NAME, IMAGES) == Ensured(created=False)


def test_only_what_differs_is_changed() -> None:
    found = {**_REPOSITORY, "imageScanningConfiguration": {"scanOnPush": False}}
    script: dict[str, Script] = {
        "DescribeRepositories": lambda _: {"repositories": [found]},
        "GetLifecyclePolicy": lambda _: {"lifecyclePolicyText": IMAGES.lifecycle},
        "PutImageScanningConfiguration": lambda _: {"imageScanningConfiguration": {"scanOnPush": True}},
    }
    aws = FakeAws(script=script)
    with aws.serve() as ecr:
        ensured = ecr.ensure_repository(NAME, IMAGES, change=True)
    # Nothing came of it here, and that is what is told.
    assert ensured.changed == ()
    assert [each.setting for each in ensured.differences] == ["scan on push"]
    assert [asked for asked in aws.asked if asked.startswith("Put")] == ["PutImageScanningConfiguration"]


def test_a_lifecycle_policy_that_is_a_danger_is_replaced_where_that_is_asked_for(ecr: Ecr) -> None:
    ecr.ensure_repository(NAME, IMAGES)
    client = ecr._repositories._ecr
    client.put_lifecycle_policy(repositoryName=NAME, lifecyclePolicyText=cache_settings().lifecycle)
    ensured = ecr.ensure_repository(NAME, IMAGES, change=True)
    assert [each.danger for each in ensured.changed] == ["its rule 2 can delete what is offered or proven"]
    assert json.loads(_described(ecr, NAME)[1]) == json.loads(IMAGES.lifecycle)


def test_a_run_that_was_killed_before_it_set_the_lifecycle_policy_is_finished_by_the_next(ecr: Ecr) -> None:
    ecr.ensure_repository(NAME, IMAGES)
    ecr._repositories._ecr.delete_lifecycle_policy(repositoryName=NAME)
    assert ecr.ensure_repository(NAME, IMAGES) == Ensured(created=False)
    assert json.loads(_described(ecr, NAME)[1]) == json.loads(IMAGES.lifecycle)


def test_a_repository_with_images_is_given_no_lifecycle_policy_unasked(ecr: Ecr) -> None:
    ecr.ensure_repository(NAME, IMAGES)
    client = ecr._repositories._ecr
    client.delete_lifecycle_policy(repositoryName=NAME)
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": f"sha256:{'0' * 64}"}
    client.put_image(repositoryName=NAME, imageManifest=json.dumps({**manifest, "config": config}), imageTag="old")
    ensured = ecr.ensure_repository(NAME, IMAGES)
    assert [(each.setting, each.found, each.danger) for each in ensured.differences] == [
        ("lifecycle policy", "none", None)
    ]


_REPOSITORY = {
    "repositoryName": NAME,
    "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
    "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": each} for each in IMAGES.filters],
    "imageScanningConfiguration": {"scanOnPush": True},
}


def test_whoever_creates_it_faster_is_welcome() -> None:
    there: list[dict[str, Any]] = []

    def create(parameters: Any) -> Any:
        assert parameters["registryId"] == ACCOUNT
        there.append(_REPOSITORY)
        return refusal("RepositoryAlreadyExistsException")

    aws = FakeAws(
        script={
            "DescribeRepositories": lambda _: (
                {"repositories": there} if there else refusal("RepositoryNotFoundException")
            ),
            "CreateRepository": create,
            "GetLifecyclePolicy": lambda _: {"lifecyclePolicyText": IMAGES.lifecycle},
        }
    )
    with aws.serve() as ecr:
        assert ecr.ensure_repository(NAME, IMAGES) == Ensured(created=False)


def test_a_repository_that_vanishes_meanwhile_is_not_taken_for_one_that_is_there() -> None:
    aws = FakeAws(
        script={
            "DescribeRepositories": lambda _: refusal("RepositoryNotFoundException"),
            "CreateRepository": lambda _: refusal("RepositoryAlreadyExistsException"),
        }
    )
    with aws.serve() as ecr, pytest.raises(AwsUnavailableError, match="is somebody deleting it"):
        ecr.ensure_repository(NAME, IMAGES)


@pytest.mark.parametrize(
    "code,status,expected",
    [
        ("AccessDeniedException", 400, AwsRefusedError),
        ("ExpiredTokenException", 400, AwsCredentialsError),
        ("ServerException", 500, AwsUnavailableError),
        ("ThrottlingException", 400, AwsUnavailableError),
    ],
)
def test_a_repository_that_could_not_be_looked_at_is_not_created(
    code: str, status: int, expected: type[Exception]
) -> None:
    aws = FakeAws(script={"DescribeRepositories": lambda _: refusal(code, status=status)})
    with aws.serve(deadline_s=2) as ecr, pytest.raises(expected):
        ecr.ensure_repository(NAME, IMAGES)
    assert set(aws.asked) == {"DescribeRepositories"}


@pytest.mark.parametrize(
    "page",
    [
        Reply(headers={"Content-Type": "text/html"}, body=b"<html>Please log in</html>"),
        Reply(headers={"Content-Type": "application/json"}, body=b"{}"),
        Reply(body=b""),
    ],
)
@pytest.mark.parametrize(
    "operation", ["DescribeRepositories", "GetLifecyclePolicy", "CreateRepository", "ListImages", "PutLifecyclePolicy"]
)
def test_the_page_of_a_proxy_is_no_answer_of_aws(operation: str, page: Reply) -> None:
    script: dict[str, Script] = {
        "DescribeRepositories": lambda _: {"repositories": [_REPOSITORY]},
        "GetLifecyclePolicy": lambda _: refusal("LifecyclePolicyNotFoundException"),
        "ListImages": lambda _: {"imageIds": []},
    }
    if operation == "CreateRepository":
        script["DescribeRepositories"] = lambda _: {"repositories": []}
    aws = FakeAws(script={**script, operation: lambda _: page})
    with aws.serve(deadline_s=2) as ecr, pytest.raises(AwsUnavailableError, match=r"in the answer|ResponseParserError"):
        ecr.ensure_repository(NAME, IMAGES)


def test_a_page_of_images_that_is_empty_and_not_the_last_is_not_an_empty_repository() -> None:
    aws = FakeAws(
        script={
            "DescribeRepositories": lambda _: {"repositories": [_REPOSITORY]},
            "GetLifecyclePolicy": lambda _: refusal("LifecyclePolicyNotFoundException"),
            "ListImages": lambda _: {"imageIds": [], "nextToken": "more"},
        }
    )
    with aws.serve() as ecr:
        assert [each.setting for each in ecr.ensure_repository(NAME, IMAGES).differences] == ["lifecycle policy"]


def test_a_setting_that_is_not_known_is_not_guessed() -> None:
    odd = {**_REPOSITORY, "imageTagMutability": "SOMETIMES"}
    aws = FakeAws(
        script={
            "DescribeRepositories": lambda _: {"repositories": [odd]},
            "GetLifecyclePolicy": lambda _: refusal("LifecyclePolicyNotFoundException"),
        }
    )
    with aws.serve() as ecr, pytest.raises(AwsRefusedError, match="tag mutability that is not known here"):
        ecr.ensure_repository(NAME, IMAGES)


def test_to_compare_changes_nothing(ecr: Ecr) -> None:
    assert ecr.compare_repository(NAME, IMAGES) is None
    ecr.ensure_repository(NAME, cache_settings())
    before = _described(ecr, NAME)
    found = ecr.compare_repository(NAME, IMAGES)
    assert found is not None
    assert [each.setting for each in found] == ["tag mutability", "scan on push", "lifecycle policy"]
    assert _described(ecr, NAME) == before


@pytest.mark.parametrize(
    "answer, deleted",
    [
        ({"imageIds": [{"imageDigest": "sha256:1"}], "failures": []}, True),
        ({"imageIds": [], "failures": [{"failureCode": "ImageNotFound", "failureReason": "no such image"}]}, False),
    ],
)
def test_a_manifest_is_deleted_by_its_digest(answer: dict[str, Any], deleted: bool) -> None:  # noqa: FBT001 - a column of a table
    asked: list[Any] = []

    def delete(parameters: Any) -> Any:
        asked.append(parameters)
        return answer

    with FakeAws(script={"BatchDeleteImage": delete}).serve() as ecr:
        assert ecr.delete_manifest(NAME, "sha256:1") is deleted
    assert asked == [{"registryId": ACCOUNT, "repositoryName": NAME, "imageIds": [{"imageDigest": "sha256:1"}]}]


def test_a_manifest_that_aws_does_not_delete_is_told_with_its_reason() -> None:
    failure = {"failureCode": "ImageReferencedByManifestList", "failureReason": "it is part of an index"}
    aws = FakeAws(script={"BatchDeleteImage": lambda _: {"imageIds": [], "failures": [failure]}})
    with aws.serve() as ecr, pytest.raises(AwsRefusedError, match="ImageReferencedByManifestList, it is part of an"):
        ecr.delete_manifest(NAME, "sha256:1")


def test_who_we_are(ecr: Ecr) -> None:
    assert ecr.identify().account == MOTO_ACCOUNT


def test_another_account_than_the_matrix_names_is_told() -> None:
    with mock_aws(), pytest.raises(AwsAccountError, match=f"account {MOTO_ACCOUNT} .* names {ACCOUNT}"):
        connect(REGISTRY, sessions=_session, timing=FakeTime().timing()).identify()


def test_a_token_from_moto_is_usable_although_it_ended_in_2015(ecr: Ecr) -> None:
    assert ecr.credentials(refused=False) == ecr.credentials(refused=False)
    assert ecr.credentials.host.startswith(MOTO_ACCOUNT)
    assert ecr.credentials.login(refused=False).lifetime_s == 0


def test_a_session_without_credentials_or_profile_is_told() -> None:
    def fail() -> boto3.Session:
        raise botocore.exceptions.ProfileNotFound(profile="nobody")

    with pytest.raises(AwsCredentialsError, match="nobody"):
        connect(REGISTRY, sessions=fail, timing=FakeTime().timing())


def test_no_credentials_at_all_are_told() -> None:
    """In a process of its own: only there is it certain what the SDK finds."""
    program = """
import boto3
from hubwright.errors import AwsCredentialsError
from hubwright.model import EcrRegistry
from hubwright.registries.timing import Timing
from hubwright.registries.ecr import connect
try:
    registry = EcrRegistry(account="111122223333", region="us-west-2", prefix="p")
    connect(registry, sessions=boto3.Session, timing=Timing()).identify()
except AwsCredentialsError as error:
    print(error)
"""
    environment = {"AWS_EC2_METADATA_DISABLED": "true", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("cannot ask AWS who we are: NoCredentialsError")


def test_the_sdk_is_loaded_when_it_is_needed_and_not_before() -> None:
    program = "import sys, hubwright.registries.ecr; sys.exit(any(m in sys.modules for m in ('boto3', 'botocore')))"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def test_the_page_about_ecr_names_every_permission_that_is_needed_and_no_other() -> None:
    root = Path(__file__).parents[3]
    sources = "".join(path.read_text() for path in (root / "src/hubwright/registries").glob("ecr*.py"))
    used = {called.title().replace("_", "") for called in re.findall(r"self\._ecr\.([a-z]+(?:_[a-z]+)+)\b", sources)}
    named = set(re.findall(r"`ecr:([A-Za-z]+)`", (root / "docs/ecr.md").read_text()))
    assert len(used) >= 8
    assert named == used
