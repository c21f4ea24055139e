import os
import sys
from pathlib import Path

import click

from hubwright.account import Account
from hubwright.cli.destination import open_destination, registry_option
from hubwright.cli.folders import put
from hubwright.cli.ledger import last_account
from hubwright.cli.matrix import prepare
from hubwright.cli.options import json_option, matrix_option, out_option
from hubwright.cli.pages import REPORT_PAGE, notebooks_of, pages_of, with_excerpts
from hubwright.cli.retelling import known_by_registry
from hubwright.cli.trust import open_trust
from hubwright.errors import FileError, HubwrightError, ProofUnknownError, UsageError
from hubwright.pipeline.pinning import load_pins
from hubwright.redaction import redaction, secrets_of_environment
from hubwright.report.accounts.document import account_json, read_account
from hubwright.report.accounts.merge import brought_up_to_date, without_registry
from hubwright.report.junit import report_junit
from hubwright.report.markdown import report_markdown
from hubwright.report.summary import headline
from hubwright.tree import DiskTree

_TOLD = 3


@click.command("report")
@matrix_option
@registry_option
@out_option
@json_option
def command(matrix_file: Path, registry: str, out: Path, *, as_json: bool) -> None:
    r"""Tell what the last run came to and what is offered, for people, reviewers and programs.

    What `hubwright build` or `hubwright verify` left in the folder is brought up to date with what the registry says
    now, and written beside it: report.html for people, report.md for a pull request, junit.xml for whatever shows
    test results, and report.json for programs. Where no run left anything, only what the registry knows is told.
    Nothing is built or rehearsed, and no engine is needed.

    \b
    Examples:
      hubwright report
      hubwright report --registry ecr && cat out/report.md >> "$GITHUB_STEP_SUMMARY"
      hubwright report --json | jq '.starts[] | select(.withheld != "") | .name'
    """
    account, content, names = write_report(matrix_file, registry, out)
    if as_json:
        sys.stdout.write(content.decode())
    else:
        sys.stdout.write(f"{headline(account)}\nwrote {', '.join(str(out / name) for name in names)}\n")
    if account.unread:
        told = "\n".join(f"  {each}" for each in account.unread[:_TOLD])
        more = f"\n  and {len(account.unread) - _TOLD} more" if len(account.unread) > _TOLD else ""
        msg = f"not everything could be told, and the report says so; run it again:\n{told}{more}"
        raise ProofUnknownError(msg)


def write_report(matrix_file: Path, registry: str, out: Path) -> tuple[Account, bytes, list[str]]:
    """Write every form of the report; return what it tells, that as JSON, and the names of the files for people."""
    # What is told to others is told without secrets, whoever wrote what it is made of.
    redact = redaction(secrets_of_environment(os.environ))
    account = _account(matrix_file, registry, out)
    notebooks = notebooks_of(account, out, redact)
    content = account_json(with_excerpts(account, notebooks), redact=redact, indent=2)
    account = read_account(content, "the report")
    reports = {
        "report.json": content,
        "report.md": report_markdown(account).encode(),
        "junit.xml": report_junit(account),
    }
    pages = pages_of(account, notebooks)
    put(out, {**reports, **pages}, "the report")
    return account, content, sorted([*reports, REPORT_PAGE])


def _account(matrix_file: Path, kind: str, out: Path) -> Account:
    """Return what is to be told; where the registry gives no answer, that is what the last run left."""
    run = last_account(out)
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        prepared = prepare(tree, matrix_file.name, ())
        pins = load_pins(tree, [profile.slug for profile in prepared.matrix.profiles])
    try:
        with open_destination(kind, prepared.matrix.ecr, images=()) as destination:
            trust = open_trust(kind, root, destination, prepared.matrix.ecr)
            now = known_by_registry(prepared, pins, destination, trust, out)
    except (UsageError, FileError):
        raise
    except HubwrightError as error:
        if run is None:
            raise
        return without_registry(run, str(error))
    return now if run is None else brought_up_to_date(run, now)
