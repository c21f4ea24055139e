"""What things of AWS are called."""

from hubwright.model import EcrRegistry

ISSUER = "token.actions.githubusercontent.com"


def role_arn(ecr: EcrRegistry, name: str) -> str:
    return f"arn:{_partition(ecr)}:iam::{ecr.account}:role/{name}"


def provider_arn(ecr: EcrRegistry) -> str:
    """Return the name of what stands for GitHub in the account."""
    return f"arn:{_partition(ecr)}:iam::{ecr.account}:oidc-provider/{ISSUER}"


def key_arn(ecr: EcrRegistry, key: str) -> str:
    return f"arn:{_partition(ecr)}:kms:{ecr.region}:{ecr.account}:key/{key}"


def repositories_arn(ecr: EcrRegistry) -> str:
    """Return the pattern of all repositories below the prefix; nothing else has it at its front."""
    return f"arn:{_partition(ecr)}:ecr:{ecr.region}:{ecr.account}:repository/{ecr.prefix}/*"


def _partition(ecr: EcrRegistry) -> str:
    apart = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for front, name in apart.items() if ecr.region.startswith(f"{front}-")), "aws")
