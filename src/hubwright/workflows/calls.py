"""Jobs that call one of the pieces once for each share."""

import textwrap

from hubwright.model import Matrix
from hubwright.workflows.shares import Share
from hubwright.workflows.steps import building_environment, token_permission
from hubwright.workflows.text import fill, listed, quoted

_TEXT = """\
<<job>>:
  name: <<name>> ${{ matrix.select || 'everything' }}
  <<needs>>
  if: ${{ <<condition>> }}
  permissions:
    contents: read # to check out the matrix
    <<permission>>
  strategy:
    fail-fast: false
    matrix:
      include:
        <<shares>>
  uses: $/.github/workflows/<<piece>>.yml
  with:
    select: ${{ matrix.select }}
    runs_on: ${{ matrix.runs_on }}
    <<more>>
  <<secrets>>
"""


def publish_job(job: str, shares: tuple[Share, ...], *, needs: str | None, condition: str, matrix: Matrix) -> str:
    """Return the job that has the shares published when those of the level below were, or failed alone."""
    passed_on = building_environment(matrix)
    secrets = "secrets:\n" + textwrap.indent(passed_on, "  ") if passed_on else ""
    places = {"name": "Publish", "piece": "publish", "more": "", "secrets": secrets}
    permission = token_permission(matrix, "to become the role that may push")
    return _job(job, shares, needs, condition, {**places, "permission": permission})


def prove_job(
    job: str, shares: tuple[Share, ...], *, needs: str, condition: str, matrix: Matrix, ref: str | None = None
) -> str:
    """Return the job that has the shares rehearsed, of the branch that `ref` says if it does."""
    more = f"name: {job}-${{{{ strategy.job-index }}}}\n" + (f"ref: {ref}\n" if ref else "")
    places = {"name": "Prove", "piece": "prove", "more": more, "secrets": ""}
    permission = token_permission(matrix, "to become the role that may sign")
    return _job(job, shares, needs, condition, {**places, "permission": permission})


def _job(job: str, shares: tuple[Share, ...], needs: str | None, condition: str, places: dict[str, str]) -> str:
    # What failed before fails only what needs it: whatever else there is to do is done.
    after = {"needs": f"needs: {needs}\n", "condition": f"!cancelled() && {condition}"}
    at_once = {"needs": "", "condition": condition}
    written = "".join(
        f"- {{select: {quoted(' '.join(share.names))}, runs_on: '{listed(share.runs_on)}'}}\n" for share in shares
    )
    return fill(_TEXT, {**places, **(after if needs else at_once), "job": job, "shares": written})
