import time
from pathlib import Path

import click

from hubwright.cli.destination import open_destination, registry_option
from hubwright.cli.emission import Consumers, emit_profiles, show_emission, wrong_with_emission
from hubwright.cli.folders import require_place
from hubwright.cli.known import known_now
from hubwright.cli.matrix import prepare
from hubwright.cli.options import chart_folder_option, charts_option, matrix_option, out_option
from hubwright.cli.trust import open_trust
from hubwright.errors import raise_first
from hubwright.matrix.charts import CHARTS
from hubwright.pipeline.pinning import load_pins
from hubwright.tree import DiskTree


@click.command("emit")
@matrix_option
@registry_option
@charts_option
@chart_folder_option
@out_option
@click.option("--strict", is_flag=True, help="Fail where a profile is withheld or on an older image than today's.")
def command(
    *,
    matrix_file: Path,
    registry: str,
    versions: tuple[str, ...],
    chart_folder: Path | None,
    out: Path,
    strict: bool,
) -> None:
    r"""Write the profile list that a hub reads, of what is proven and of nothing else.

    Nothing is built or rehearsed, and no engine is needed: the proofs in the registry decide. Before anything is
    written, the real KubeSpawner of the chart renders the form and makes every pod. What cannot be found out leaves
    the files of an earlier run as they are.

    \b
    Examples:
      hubwright emit
      hubwright emit --registry ecr --strict
      hubwright emit --chart 4.4.0 --chart-folder ~/charts/jupyterhub
    """
    started = time.monotonic()
    require_place(out, rehearses=False)
    root = matrix_file.parent.resolve()
    with DiskTree(root) as tree:
        prepared = prepare(tree, matrix_file.name, ())
        pins = load_pins(tree, [profile.slug for profile in prepared.matrix.profiles])
    matrix = prepared.matrix
    with open_destination(registry, matrix.ecr, images=()) as destination:
        trust = open_trust(registry, root, destination, prepared.matrix.ecr)
        known = known_now(prepared, destination, trust)
        charts = tuple(CHARTS[version] for version in dict.fromkeys(versions)) or (matrix.chart,)
        consumers = Consumers(charts=charts, folder=chart_folder, named=bool(versions or chart_folder))
        emission = emit_profiles(matrix, destination, trust, known, pins, out=out, consumers=consumers)
    show_emission(emission, out, seconds=time.monotonic() - started)
    if strict:
        raise_first(wrong_with_emission(emission.entries))
