import time
from pathlib import Path

import click

from hubwright.cli.destination import registry_option
from hubwright.cli.options import keep_option, matrix_option, out_option, select_option
from hubwright.cli.verdicts import require_proven, show_verdicts
from hubwright.cli.workshop import open_job
from hubwright.errors import WithheldError
from hubwright.model import Action
from hubwright.pipeline.building import failure_of
from hubwright.report.build import build_closing, build_table
from hubwright.report.table import print_tables


@click.command("build")
@matrix_option
@select_option
@click.option(
    "--until",
    type=click.Choice(["publish", "verify", "prove"]),
    default="prove",
    show_default=True,
    help="The last stage: publish leaves every image in the registry, verify rehearses every start of them as well.",
)
@registry_option
@click.option("-j", "--jobs", type=click.IntRange(1, 64), help="Builds side by side; by default as the machine allows.")
@out_option
@keep_option
@click.option("--strict", is_flag=True, help="Fail where an image is withheld, as a nightly job should.")
def command(
    *,
    matrix_file: Path,
    patterns: tuple[str, ...],
    until: str,
    registry: str,
    jobs: int | None,
    out: Path,
    keep: bool,
    strict: bool,
) -> None:
    r"""Build what the registry does not have, push it there, and rehearse a user's start of each profile.

    Images are built side by side, each as soon as the one it stands on is in the registry, and rehearsed as soon as
    they are there themselves. What fails blocks only what stands on it. Nothing is built twice: run it again, and it
    says `reused` for all.

    \b
    Examples:
      hubwright build
      hubwright build --select 'pyspark*' --until publish
    """
    started = time.monotonic()
    with open_job(matrix_file, patterns, registry, jobs) as job:
        if until == "publish":
            results, shown = job.building.run(job.plan), None
        else:
            # What reads proofs takes a while to load.
            from hubwright.cli.showing import Show, build_and_show  # noqa: PLC0415 - see above
            from hubwright.cli.trust import open_trust  # noqa: PLC0415 - the same

            trust = open_trust(registry, job.root, job.destination)
            show = Show(plan=job.plan, destination=job.destination, trust=trust, sign=until != "verify")
            results, shown = build_and_show(job, show, out=out, keep=keep)
    table = build_table(job.plan, results, job.destination.host, job.destination.prefix)
    print_tables([table], build_closing(job.plan, results, time.monotonic() - started))
    if shown:
        print()  # noqa: T201 - a line between two tables
        show_verdicts(shown.verdicts, as_json=False, seconds=time.monotonic() - started)
    if failure := failure_of(results):
        raise failure
    if strict and (withheld := [node for node in job.plan.nodes if node.action in {Action.WITHHELD, Action.BLOCKED}]):
        raise WithheldError("; ".join(f"{node.variant.name}: {node.reason}" for node in withheld))
    if shown:
        require_proven(shown.verdicts, shown.errors, strict=strict)
