"""All that is derived, by path, and how a repository differs from it."""

import itertools
from collections.abc import Mapping

from hubwright.model import Ci, Matrix
from hubwright.words import shorten
from hubwright.workflows.checks import checks
from hubwright.workflows.night import night
from hubwright.workflows.policies import policy_files, policy_path, trust_path
from hubwright.workflows.release import release
from hubwright.workflows.stages import prove, publish
from hubwright.workflows.steps import Role
from hubwright.workflows.token import token_action

_ACTION = ".github/actions/aws-token/action.yml"


def derive(matrix: Matrix, ci: Ci) -> dict[str, str | None]:
    """Return what has to stand at each path: a text, or None where nothing may be left of an earlier one."""
    at_aws: dict[str, str | None] = {_ACTION: None}
    for role in Role:
        at_aws |= {trust_path(role): None, policy_path(role): None}
    if matrix.ecr:
        at_aws = {_ACTION: token_action(), **policy_files(matrix.ecr, ci)}
    return {
        ".github/workflows/ci.yml": checks(),
        ".github/workflows/nightly.yml": night(matrix, ci),
        ".github/workflows/prove.yml": prove(matrix, ci),
        ".github/workflows/publish.yml": publish(matrix),
        ".github/workflows/release.yml": release(matrix, ci),
        **at_aws,
    }


def differences(wanted: Mapping[str, str | None], found: Mapping[str, str | None]) -> list[str]:
    """Return a line for each file that is not as it has to be: where it differs first, and how."""
    return [_difference(path, text, found[path]) for path, text in wanted.items() if found[path] != text]


def _difference(path: str, wanted: str | None, found: str | None) -> str:
    if found is None:
        return f"{path} is missing"
    if wanted is None:
        return f"{path} is left over: the matrix asks for nothing like it"
    lines = itertools.zip_longest(wanted.splitlines(keepends=True), found.splitlines(keepends=True), fillvalue="")
    number, (due, there) = next((number, pair) for number, pair in enumerate(lines, start=1) if pair[0] != pair[1])
    return f"{path}:{number}: has {_shown(there)}, and should have {_shown(due)}"


def _shown(line: str) -> str:
    return f"`{shorten(line.strip(), 100)}`" if line.strip() else "nothing"
