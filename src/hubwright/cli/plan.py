import sys
from pathlib import Path

import click

from hubwright.cli.matrix import plan
from hubwright.cli.options import json_option, matrix_option, select_option
from hubwright.report.plan import plan_closing, plan_json, plan_tables
from hubwright.report.table import print_tables
from hubwright.tree import DiskTree


@click.command("plan")
@matrix_option
@select_option
@json_option
def command(matrix_file: Path, patterns: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags
    r"""Show what would be built, and why.

    Nothing is built, and nothing outside this machine is asked.

    \b
    Examples:
      hubwright plan
      hubwright plan --select 'pyspark*'
      hubwright plan --json
    """
    with DiskTree(matrix_file.parent) as tree:
        made = plan(tree, matrix_file.name, patterns)
    if as_json:
        sys.stdout.write(plan_json(made))
    else:
        print_tables(plan_tables(made), plan_closing(made))
