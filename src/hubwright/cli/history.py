import sys
from pathlib import Path

import click

from hubwright.cli.destination import registry_option
from hubwright.cli.lookback import look_back_at
from hubwright.cli.options import json_option, matrix_option
from hubwright.errors import ProofUnknownError
from hubwright.report.history import history_closing, history_json, history_table
from hubwright.report.table import print_tables


@click.command("history")
@matrix_option
@registry_option
@json_option
@click.argument("profile")
def command(matrix_file: Path, registry: str, profile: str, *, as_json: bool) -> None:
    r"""Show what was ever proven of a profile, and what of it is offered.

    For every start of the profile: each image that was rehearsed in its shape, the newest first, with the verdict that
    was signed. Nothing is rehearsed, and nothing is written.

    \b
    Examples:
      hubwright history data-science
      hubwright history data-science --registry ecr --json
    """
    past = look_back_at(matrix_file, profile, registry)
    try:
        entry, unknown = past.entry(past.pin), None
    except ProofUnknownError as error:
        entry, unknown = None, error
    if as_json:
        sys.stdout.write(history_json(past.plan, past.records, entry, pin=past.pin, repositories=past.repositories))
    else:
        print_tables([history_table(past.plan, past.records, entry)], history_closing(profile, entry, past.pin))
    if unknown:
        raise unknown
