"""Who may be which role at AWS, and what each may do there: no more than the program asks for."""

import json
from collections.abc import Mapping

from hubwright.model import Ci, EcrRegistry
from hubwright.workflows.arns import ISSUER, key_arn, provider_arn, repositories_arn
from hubwright.workflows.steps import Role

_VERSION = "2012-10-17"
# The registry's own way, of which AWS says no call: an image and its proofs are read, or written as well.
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:ListImages")
PUSH = ("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart")
_LOOK = ("ecr:DescribeRepositories", "ecr:GetLifecyclePolicy")
_CREATE = ("ecr:CreateRepository", "ecr:PutLifecyclePolicy")
# A night tells what a scan found in the images of before and of today.
_SCANS = "ecr:DescribeImageScanFindings"
# By night, images are built by the role that signs: it looks at repositories, and leaves making them to releases.
_ALLOWED: Mapping[Role, tuple[str, ...]] = {
    Role.BUILD: (*PULL, *PUSH, *_LOOK, *_CREATE),
    Role.VERIFY: (*PULL, *PUSH, *_LOOK, _SCANS),
    Role.EMIT: PULL,
}


def policy_files(ecr: EcrRegistry, ci: Ci) -> dict[str, str]:
    """Return for each role whom it trusts and what it may do, by path."""
    files = {}
    for role in Role:
        files[trust_path(role)] = _text([_trust(ecr, ci, role)])
        files[policy_path(role)] = _text(_permissions(ecr, ci, role))
    return files


def trust_path(role: Role) -> str:
    return f"docs/aws/{role}.trust.json"


def policy_path(role: Role) -> str:
    return f"docs/aws/{role}.policy.json"


def _trust(ecr: EcrRegistry, ci: Ci, role: Role) -> dict[str, object]:
    return {
        "Sid": "OneEnvironmentOfOneRepository",
        "Effect": "Allow",
        "Principal": {"Federated": provider_arn(ecr)},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{ISSUER}:aud": "sts.amazonaws.com",
                f"{ISSUER}:sub": f"repo:{ci.subject}:environment:{role}",
            }
        },
    }


def _permissions(ecr: EcrRegistry, ci: Ci, role: Role) -> list[dict[str, object]]:
    allowed = [
        # AWS knows no narrower way to say this: a token is for every registry that its owner may read.
        _allow("LogIn", ("ecr:GetAuthorizationToken",), "*"),
        _allow("Images", _ALLOWED[role], repositories_arn(ecr)),
    ]
    if role is Role.VERIFY and ci.signing_key:
        allowed.append(_allow("SignProofs", ("kms:GetPublicKey", "kms:Sign"), key_arn(ecr, ci.signing_key)))
    return allowed


def _allow(sid: str, actions: tuple[str, ...], resource: str) -> dict[str, object]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resource}


def _text(statements: list[dict[str, object]]) -> str:
    return json.dumps({"Version": _VERSION, "Statement": statements}, indent=2) + "\n"
