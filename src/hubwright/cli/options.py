"""Options that several commands share."""

from pathlib import Path

import click

matrix_option = click.option(
    "-m",
    "--matrix",
    "matrix_file",
    default="matrix.yaml",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The matrix; the folder it lies in is the root of every path in it.",
)
select_option = click.option(
    "-s",
    "--select",
    "patterns",
    multiple=True,
    metavar="GLOB",
    help="Only the images or variants that match, and what they stand on; may be given more than once.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON with a stable form, for programs.")
out_option = click.option(
    "-o",
    "--out",
    default="out",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where executed notebooks and the hub's log go.",
)
keep_option = click.option(
    "--keep", is_flag=True, help="Leave failed servers running until Ctrl-C, and print how to open them in a browser."
)
