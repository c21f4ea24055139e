"""Steps and settings that several workflows share."""

from enum import StrEnum

from hubwright.model import Ci, EcrRegistry, Matrix, Source
from hubwright.variables import KMS, SIGNING_KEY, secret_variable, source_variable
from hubwright.workflows.arns import key_arn, role_arn
from hubwright.workflows.text import block, quoted

# Where pull requests are looked at: on machines that nobody else ever uses, because anybody can open one.
HOSTED = "ubuntu-24.04"

CHECKOUT = """\
- uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
  with:
    persist-credentials: false
"""
UPLOAD = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2"
# Lets git ask gh, which has the token from its environment: nothing of it is written anywhere.
GIT = "git -c credential.helper= -c 'credential.helper=!gh auth git-credential'"
# Names of variants have neither spaces nor anything that a shell would expand.
SELECT = """\
set --
for name in $SELECT; do set -- "$@" --select "$name"; done
"""


class Role(StrEnum):
    """What a job may do at AWS; each has an environment of GitHub's of the same name, and a role that trusts it."""

    BUILD = "hubwright-build"
    VERIFY = "hubwright-verify"
    EMIT = "hubwright-emit"


def registry_environment(matrix: Matrix, role: Role) -> str:
    """Return the variables that lead a step to the registry, as somebody who may do this much there."""
    ecr = matrix.ecr
    if ecr is None:
        return block({"REGISTRY": "embedded"})
    return block(
        {
            "REGISTRY": "ecr",
            "AWS_REGION": quoted(ecr.region),
            "AWS_ROLE_ARN": quoted(role_arn(ecr, role)),
            "AWS_ROLE_SESSION_NAME": "hubwright-${{ github.run_id }}",
            "AWS_WEB_IDENTITY_TOKEN_FILE": "${{ runner.temp }}/aws-token",
        }
    )


def signing_environment(ecr: EcrRegistry | None, ci: Ci) -> str:
    """Return the variable that names the key of proofs; the registry of a machine needs none."""
    if ecr is None or ci.signing_key is None:
        return ""
    return block({SIGNING_KEY: quoted(f"{KMS}{key_arn(ecr, ci.signing_key)}")})


def building_environment(matrix: Matrix) -> str:
    """Return the variables with what builds are given besides the matrix: addresses of sources, and secrets."""
    return block({name: f"${{{{ secrets.{name} }}}}" for name in building_secrets(matrix)})


def building_secrets(matrix: Matrix) -> list[str]:
    """Return the names of what environments keep for builds."""
    sources = [name for source in matrix.sources.values() for name in _untold(source)]
    secrets = [secret_variable(each) for variant in matrix.variants.values() for each in variant.secrets]
    return sorted({*sources, *secrets})


def token_step(matrix: Matrix) -> str:
    """Return the step that gets a token for AWS, where there is anything to do at AWS."""
    return "- uses: $/.github/actions/aws-token\n" if matrix.ecr else ""


def token_permission(matrix: Matrix, purpose: str) -> str:
    """Return the permission to get one; the purpose is what a reader of the workflow is told."""
    return f"id-token: write # {purpose}\n" if matrix.ecr else ""


def _untold(source: Source) -> list[str]:
    index = [] if source.index else [source.name]
    repository = [f"{source.name}-apt"] if source.apt and not source.apt.uri else []
    return [source_variable(name) for name in [*index, *repository]]
