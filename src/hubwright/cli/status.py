import sys
from pathlib import Path

import click

from hubwright.cli.asked import plan_now
from hubwright.cli.destination import open_destination, registry_option
from hubwright.cli.matrix import prepare
from hubwright.cli.options import json_option, matrix_option, select_option
from hubwright.pipeline.asking import held
from hubwright.report.status import status_closing, status_json, status_table
from hubwright.report.table import print_tables
from hubwright.tree import DiskTree


@click.command("status")
@matrix_option
@select_option
@registry_option
@json_option
def command(matrix_file: Path, patterns: tuple[str, ...], registry: str, *, as_json: bool) -> None:
    """Show what the registry holds of what the matrix asks for.

    Nothing is built or pushed. What is there has the fingerprint of the repository as it is now; an image of
    yesterday's Dockerfile does not count.
    """
    with DiskTree(matrix_file.parent) as tree:
        prepared = prepare(tree, matrix_file.name, patterns)
    with open_destination(registry, prepared.matrix.ecr, images=()) as destination:
        plan = plan_now(prepared, destination)
        there = held(plan, destination)
    if as_json:
        sys.stdout.write(status_json(plan, there, destination.host, destination.prefix))
    else:
        table = status_table(plan, there, destination.host, destination.prefix)
        print_tables([table], status_closing(plan, there))
