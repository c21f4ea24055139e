"""Who may be which role, and what each may do: no more, and no less than the program asks AWS for."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import hubwright
from helpers.workflow_cases import TEXTS, derived, matrix_of
from hubwright.workflows.policies import PULL, PUSH, policy_files, policy_path, trust_path
from hubwright.workflows.steps import Role

_PACKAGE = Path(hubwright.__file__).parent
_CLIENTS = {"_ecr": "ecr", "_sts": "sts", "_kms": "kms", "kms": "kms", "ecr": "ecr"}
_LOOK = {"ecr:DescribeRepositories", "ecr:GetLifecyclePolicy", "ecr:ListImages"}
_LOG_IN = {"ecr:GetAuthorizationToken"}
# What each role's commands ask of AWS: `build` looks for repositories and makes what is missing, `verify` signs, by
# night what signs also builds and asks what scans found, and `emit` logs in and reads.
ASKED: dict[Role, set[str]] = {
    Role.BUILD: {*_LOG_IN, *_LOOK, "ecr:CreateRepository", "ecr:PutLifecyclePolicy"},
    Role.VERIFY: {*_LOG_IN, *_LOOK, "ecr:DescribeImageScanFindings", "kms:GetPublicKey", "kms:Sign"},
    Role.EMIT: set(_LOG_IN),
}
# AWS wants no permission for it.
_FREE = {"sts:GetCallerIdentity"}
# Only where a person asks for it: the doctor's scratch repository, and changing what exists.
_BY_HAND = {"ecr:BatchDeleteImage", "ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability"}


def _policy(role: Role, case: str = "levels") -> dict[str, Any]:
    return dict(json.loads(derived(case)[policy_path(role)]))


def _allowed(role: Role) -> set[str]:
    return {action for statement in _policy(role)["Statement"] for action in statement["Action"]}


def _operations() -> set[str]:
    """Return what the program calls of AWS, as policies spell it."""
    found = set()
    for path in [*_PACKAGE.glob("registries/ecr*.py"), _PACKAGE / "proof/kms.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Attribute(value=ast.Attribute(attr=client) | ast.Name(id=client), attr=operation) if (
                    client in _CLIENTS and not operation.startswith("_")
                ):
                    found.add(f"{_CLIENTS[client]}:{''.join(map(str.capitalize, operation.split('_')))}")
    return found


def test_every_call_that_the_program_makes_has_its_place() -> None:
    assert _operations() == set().union(*ASKED.values(), _FREE, _BY_HAND)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_its_commands_ask_and_nothing_else(role: Role) -> None:
    of_images = set(PULL) if role is Role.EMIT else {*PULL, *PUSH}
    assert _allowed(role) == ASKED[role] | of_images


def test_only_the_build_may_create_and_only_who_verifies_may_sign() -> None:
    assert [role for role in Role if "ecr:CreateRepository" in _allowed(role)] == [Role.BUILD]
    assert [role for role in Role if "kms:Sign" in _allowed(role)] == [Role.VERIFY]
    assert [role for role in Role if "ecr:PutImage" not in _allowed(role)] == [Role.EMIT]
    assert not any("Delete" in action for role in Role for action in _allowed(role))


@pytest.mark.parametrize("role", Role)
def test_nothing_is_allowed_everywhere_but_the_login(role: Role) -> None:
    policy = _policy(role)
    assert policy["Version"] == "2012-10-17"
    for statement in policy["Statement"]:
        assert set(statement) == {"Sid", "Effect", "Action", "Resource"}
        assert statement["Effect"] == "Allow"
        assert not [action for action in statement["Action"] if "*" in action]
        wide = statement["Resource"] == "*"
        assert wide == (statement["Action"] == ["ecr:GetAuthorizationToken"])
    resources = [statement["Resource"] for statement in policy["Statement"] if statement["Resource"] != "*"]
    assert resources[0] == "arn:aws:ecr:eu-west-1:111122223333:repository/team/nb/*"
    key = "arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef"
    assert resources[1:] == ([key] if role is Role.VERIFY else [])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("case, subject", [("levels", "acme/notebooks"), ("no chart", "acme@1/notebooks@2")])
def test_a_role_trusts_one_environment_of_one_repository(role: Role, case: str, subject: str) -> None:
    (statement,) = json.loads(derived(case)[trust_path(role)])["Statement"]
    assert statement["Principal"] == {
        "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    }
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": f"repo:{subject}:environment:{role}",
        }
    }
    assert "*" not in json.dumps(statement)


@pytest.mark.parametrize(
    "region, partition", [("us-west-2", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_a_region_apart_has_names_of_its_own(region: str, partition: str) -> None:
    matrix, ci = matrix_of(TEXTS["levels"].replace("eu-west-1", region))
    assert matrix.ecr is not None
    for text in policy_files(matrix.ecr, ci).values():
        assert {part.split(":")[0] for part in text.split('"arn:')[1:]} == {partition}
