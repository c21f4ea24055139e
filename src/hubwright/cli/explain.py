import os
import sys
from pathlib import Path

import click

from hubwright.cli.options import json_option, matrix_option
from hubwright.pipeline import planning
from hubwright.report.explain import explain_json, explain_text
from hubwright.revision import GitTree
from hubwright.tree import DiskTree


@click.command("explain")
@click.argument("variant")
@click.argument("revision", required=False)
@matrix_option
@json_option
def command(variant: str, revision: str | None, matrix_file: Path, as_json: bool) -> None:  # noqa: FBT001 - click
    r"""Show what a variant's fingerprint is made of, and what moved it.

    With a REVISION of git (a commit, a tag, a branch) it also names the parts that moved since then, in VARIANT
    and in everything it stands on.

    \b
    Examples:
      hubwright explain base
      hubwright explain pyspark-spark4.1.1 HEAD~1
    """
    folder = matrix_file.parent
    against = GitTree(folder, revision, os.environ) if revision is not None else None
    with DiskTree(folder) as tree:
        explained = planning.explain(tree, matrix_file.name, variant, against=against, revision=revision)
    sys.stdout.write(explain_json(explained) if as_json else explain_text(explained))
