"""Options that several commands share."""

from pathlib import Path

import click

from hubwright.matrix.charts import CHARTS
from hubwright.words import listed

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
jobs_option = click.option(
    "-j", "--jobs", type=click.IntRange(1, 64), help="Builds side by side; by default as the machine allows."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON with a stable form, for programs.")
out_option = click.option(
    "-o",
    "--out",
    default="out",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where everything goes that is written: the profile list, executed notebooks, the hub's log.",
)
keep_option = click.option(
    "--keep", is_flag=True, help="Leave failed servers running until Ctrl-C, and print how to open them in a browser."
)
charts_option = click.option(
    "--chart",
    "versions",
    multiple=True,
    type=click.Choice(sorted(CHARTS)),
    metavar="VERSION",
    help=f"Ask the hub of this chart, not of the matrix's: {listed(CHARTS)}; may be given more than once.",
)
chart_folder_option = click.option(
    "--chart-folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="The chart as your team installs it: its schema and its configuration of the hub are asked as well.",
)
